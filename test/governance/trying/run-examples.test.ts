/** Examples run as tests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agreement, Example } from '../../../src/domain/agreement.ts';
import { runExamples } from '../../../src/governance/trying/run-examples.ts';
import { triedFilter } from '../../../src/roof/commands/tried-filter.ts';
import { NOON, sampleAgreement, samplePolicies } from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');
const [RELEASED, REFUSED] = KERBSIDE.examples as readonly [Example, Example];
const filter = triedFilter();

function outcome(example: Example, agreement: Agreement = KERBSIDE): string {
  const [result] = runExamples({ ...agreement, examples: [example] }, samplePolicies, NOON, filter);
  assert.ok(result);
  return `${result.asWritten}: ${result.what}`;
}

test('every example of every sample comes out as it is written', () => {
  const results = samplePolicies.agreements.flatMap((one) => runExamples(one, samplePolicies, NOON, filter));
  assert.deepEqual(
    results.filter(({ asWritten }) => !asWritten),
    [],
  );
  assert.ok(results.length >= 19);
});

test('a released example says how many fields were held against it', () => {
  assert.equal(outcome(RELEASED), 'true: released; 3 fields seen and 2 not seen, as written');
  assert.equal(outcome(REFUSED), 'true: refused: role not agreed');
});

test('each way of not coming out as written says what came instead', () => {
  assert.match(
    outcome({ ...RELEASED, as: 'baker' }),
    /^false: it is refused \(role not agreed\), and the example says released/,
  );
  assert.match(
    outcome({ ...REFUSED, as: RELEASED.as }),
    /^false: it is permitted, and the example says refused/,
  );
  assert.match(
    outcome({ ...REFUSED, because: 'limit reached' }),
    /^false: it is refused because of “role not agreed”, and the example says “limit reached”/,
  );
  assert.match(
    outcome({ ...RELEASED, theySee: new Map([['party.person.badgeHolderName', 'Ines Marlowe']]) }),
    /^false: nobody ever sees/,
  );
  assert.match(
    outcome({ ...RELEASED, theyDoNotSee: ['party'] }),
    /^false: they see party, and the example says they do not/,
  );
});

test('what only the running gateway finds out cannot be shown, and that is said', () => {
  assert.match(
    outcome({ ...RELEASED, answer: 'refused', because: 'limit reached' }),
    /^false: it is permitted.*an example cannot show a limit/,
  );
});

test('an agreement that is widened after its examples were written no longer meets them', () => {
  const dataset = samplePolicies.datasets.get('blue-badges')!;
  const nino = dataset.fields.get('party.person.nino')!;
  const wider = {
    ...KERBSIDE,
    fields: [...KERBSIDE.fields, { path: nino.path, field: nino, show: { as: 'in full' as const } }],
  };
  assert.match(outcome(RELEASED, wider), /^false: they see party\.person\.nino/);
  assert.match(
    outcome(REFUSED, { ...KERBSIDE, roles: [...KERBSIDE.roles, 'social worker'] }),
    /^false: it is permitted/,
  );
});
