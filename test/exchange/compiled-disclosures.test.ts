/** What reveals learn of the exchange: the day in London, and for whom references and codes are made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../src/adapters/policies/policy-files.ts';
import type { Permit } from '../../src/domain/decision.ts';
import { CompiledDisclosures } from '../../src/exchange/compiled-disclosures.ts';
import {
  type Change,
  changedText,
  DISCHARGE,
  policyFile,
  SCHOOL,
  samplesWith,
} from '../support/changed-policies.ts';

const TAX_BASE = 'agreements/DSA-2026-033-v1-council-tax-base.yaml';
const ID = '6f2c0000-0000-4000-8000-00000000abcd';

/** What an agreement lets leave of an answer at an instant, once it was permitted to the system `revenues`. */
function released(file: string, operationName: string, answer: unknown, at: string, ...changes: Change[]) {
  const files = [...samplesWith(), policyFile(file, changedText(file, ...changes))];
  const { policies, mistakes } = readPolicyFiles(files);
  assert.deepEqual(mistakes, []);
  const [agreement] = policies.agreements;
  const dataset = policies.datasets.get(agreement?.dataset ?? '');
  const operation = dataset?.operations.get(operationName);
  assert.ok(agreement && dataset && operation);
  const permit: Permit = {
    effect: 'permit',
    agreement,
    dataset,
    operation,
    role: undefined,
    person: undefined,
    reason: undefined,
    caseReference: undefined,
    lookups: new Map(),
    request: { method: 'GET', path: '/', query: '', body: undefined },
  };
  const disclosures = new CompiledDisclosures(
    (...bound) => `bound ${bound.join('/')}`,
    (...coded) => `code of ${coded.join('/')}`,
    { now: () => Date.parse(at) },
  );
  const session = disclosures.start(permit, 'revenues', 'application/json');
  session.write(Buffer.from(JSON.stringify(answer)));
  session.end();
  return JSON.parse(session.take().bytes.toString()) as unknown;
}

test('a person comes of age at midnight in London, an hour before midnight UTC in summer', () => {
  const born = (at: string) =>
    released(DISCHARGE, 'find one patient by NHS number', { birthDate: '2008-07-15' }, at, [
      '    - birthDate\n',
      '    - {field: birthDate, show: over 18}\n',
    ]);
  assert.deepEqual(born('2026-07-14T22:59:59Z'), { birthDate: 'no' });
  assert.deepEqual(born('2026-07-14T23:00:00Z'), { birthDate: 'yes' });
});

test('codes are made for the agreement and the kind of value, references for the agreement and the system', () => {
  const accounts = { data: [{ accountReference: 'nm-880214-7', discountAmountPence: 43_107 }] };
  assert.deepEqual(released(TAX_BASE, 'list accounts of a band', accounts, '2026-11-23T16:00:00Z'), {
    data: [
      {
        accountReference: 'code of DSA-2026-033/account reference/NM-880214-7',
        discountAmountPence: '20000 to under 50000',
      },
    ],
  });
  const links = { get_EligibilityCheckStatus: `/check/${ID}/status` };
  assert.deepEqual(
    released(SCHOOL, 'ask for a check', { data: { status: null }, links }, '2026-11-23T16:00:00Z'),
    {
      data: { status: 'no' },
      links: { get_EligibilityCheckStatus: `bound DSA-2026-041/revenues/${ID}` },
    },
  );
});
