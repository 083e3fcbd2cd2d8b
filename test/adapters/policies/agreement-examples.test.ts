/** The examples of an agreement. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { loadPolicyFolder } from '../../../src/adapters/policies/policy-folder.ts';
import type { Agreement, Example } from '../../../src/domain/agreement.ts';
import type { Asked } from '../../../src/domain/asked.ts';
import type { Caller } from '../../../src/domain/caller.ts';
import { decide } from '../../../src/domain/decision.ts';
import { reasonInWords } from '../../../src/domain/reason.ts';
import {
  KERBSIDE,
  refuses,
  SAMPLES,
  SCHOOL,
  SEARCH,
  samplesWith,
  takes,
} from '../../support/changed-policies.ts';
import { asSigned } from '../../support/signed-set.ts';

test('`examples` are read as they stand', () => {
  const [agreement] = readPolicyFiles(samplesWith(KERBSIDE)).policies.agreements;
  assert.deepEqual(agreement?.examples[1], {
    name: 'A social worker may not look',
    as: 'social worker',
    asksTo: 'look up one badge',
    using: new Map([['badge number', 'ZZ9Z01']]),
    reason: 'badge on display',
    caseReference: 'PCN-0002',
    answer: 'refused',
    because: 'role not agreed',
    theySee: new Map(),
    theyDoNotSee: [],
  });
});

test('a bound reference in an example is any text, since it is made when the example runs', () => {
  takes(SCHOOL, [
    '    because: lookup not agreed\n',
    '    because: lookup not agreed\n  - {name: x, as: school administrator, asks to: see how a check stands, using: {check reference: any}, reason: yearly review, case reference: A, answer: released}\n',
  ]);
});

test('an example that is released is required', () => {
  refuses(
    KERBSIDE,
    [['    answer: released\n', '    answer: refused\n    because: lookup invalid\n']],
    '- name: An officer checks a badge on display',
    'no example is released; add one with `answer: released`',
  );
});

test('an example that is refused is required', () => {
  refuses(
    SCHOOL,
    [
      [
        '  - name: A school may not ask by an asylum reference\n    as: school administrator\n    asks to: ask for a check\n    using:\n      parent\'s last name: Holloway\n      parent\'s date of birth: "1989-04-17"\n      parent\'s asylum support reference: "991212345"\n    reason: application by a parent\n    case reference: FSM-0002\n    answer: refused\n    because: lookup not agreed\n',
        '',
      ],
    ],
    '- name: The office asks about a new pupil',
    'no example is refused; add one with `answer: refused`',
  );
});

test('an example that is released has a role that may look', () => {
  refuses(
    KERBSIDE,
    [['    as: civil enforcement officer', '    as: traffic warden']],
    'as: traffic warden',
    '`traffic warden` may not look, so this cannot be released; write one of: `civil enforcement officer`, `parking supervisor`',
  );
});

test('an example asks an operation of the dataset', () => {
  refuses(
    KERBSIDE,
    [['    asks to: look up one badge\n', '    asks to: look up a badge\n']],
    'asks to: look up a badge',
    '`look up a badge` is not an operation of `blue-badges`; did you mean `look up one badge`?',
  );
});

test('an example that is released asks an agreed operation', () => {
  refuses(
    SEARCH,
    [
      [
        '    asks to: search for badges\n    using: {name: Ines Marlowe, postcode: ZZ99 3VZ}\n    reason: badge cannot be read\n    case reference: PCN-0101',
        '    asks to: look up one badge\n    using: {name: Ines Marlowe, postcode: ZZ99 3VZ}\n    reason: badge cannot be read\n    case reference: PCN-0101',
      ],
    ],
    'asks to: look up one badge',
    'this operation is not agreed, so this cannot be released; write one of: `search for badges`',
  );
});

test('an example asks with lookups of the dataset', () => {
  refuses(
    KERBSIDE,
    [['using: {badge number: ZZ9Z01}', 'using: {badge: ZZ9Z01}']],
    'using: {badge: ZZ9Z01}',
    '`badge` is not a lookup of `blue-badges`; did you mean `badge number`?',
  );
});

test('an example that is released asks with values of their kinds', () => {
  refuses(
    KERBSIDE,
    [['using: {badge number: ZZ9Z01}', 'using: {badge number: "ZZ9Z011"}']],
    'using: {badge number: "ZZ9Z011"}',
    '`ZZ9Z011` is not of the kind `blue badge number`; write a value of that kind that cannot be issued to anybody',
  );
});

test('an example that is released gives a reason that is allowed', () => {
  refuses(
    KERBSIDE,
    [['reason: badge on display', 'reason: curiosity']],
    'reason: curiosity',
    'the reason is not among the reasons allowed, so this cannot be released; write one of: `badge on display`, `appeal against a penalty charge`',
  );
});

test('an example that is released gives a case reference', () => {
  refuses(
    KERBSIDE,
    [['    case reference: PCN-0001\n', '']],
    '- name: An officer checks a badge on display',
    'a case reference must be given; add `case reference:`',
  );
});

test('an example shows agreed fields under `they see`', () => {
  refuses(
    KERBSIDE,
    [['      statusCode: ISSUED', '      party.person.nino: QQ']],
    'badgeNumber: ZZ9Z01',
    '`party.person.nino` is not among the agreed fields; write one of: `badgeNumber`, `statusCode`, `startDate`, `expiryDate`, `party.typeCode`, `party.person.badgeHolderName`',
  );
});

test('an example does not hide what they may see', () => {
  refuses(
    KERBSIDE,
    [['they do not see: [party.person.nino, eligibilityCode]', 'they do not see: [party.person]']],
    'they do not see: [party.person]',
    'they may see `party.person.badgeHolderName`; take it out, or take it out of `they may see`',
  );
});

test('an example hides fields of the dataset', () => {
  refuses(
    KERBSIDE,
    [['they do not see: [party.person.nino, eligibilityCode]', 'they do not see: [party.persn]']],
    'they do not see: [party.persn]',
    '`party.persn` is not a field of `blue-badges`; did you mean `party.person`?',
  );
});

test('an example that is refused says why in the words of the gateway', () => {
  refuses(
    KERBSIDE,
    [['because: role not agreed', 'because: role not agred']],
    'because: role not agred',
    '`role not agred` is not a reason of the gateway; did you mean `role not agreed`?',
  );
});

test('an example that is refused says why', () => {
  refuses(
    KERBSIDE,
    [['    because: role not agreed\n', '']],
    '- name: A social worker may not look',
    'nothing says why this is refused; add `because:`, such as `role not agreed`',
  );
});

/** Somebody of the consumer who holds the example's role and asks from an agreed system. */
function callerOf(agreement: Agreement, example: Example): Caller {
  return {
    organisation: agreement.consumer,
    system: agreement.systems[0] ?? '',
    actsForNamedPerson: 'always',
    person: { id: 'staff-1001', assurance: 'proved' },
    roles: [example.as],
    issuer: 'https://login.example',
    method: 'bearer',
    senderProved: true,
    secondFactor: true,
    tokenId: 'token-1',
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
}

function askedOf(agreement: Agreement, example: Example, slug: string): Asked {
  return {
    dataset: agreement.dataset,
    target: { kind: 'ask', operation: slug, lookups: example.using },
    purpose: agreement.purpose,
    reason: example.reason,
    caseReference: example.caseReference,
    emergency: undefined,
    statedPerson: undefined,
    callerReference: undefined,
  };
}

test('every example of every sample is decided as it says', async () => {
  const policies = asSigned(await loadPolicyFolder(SAMPLES));
  const noon = Date.parse('2026-11-23T12:00:00Z');
  for (const agreement of policies.agreements) {
    for (const example of agreement.examples) {
      const slug = policies.datasets.get(agreement.dataset)?.operations.get(example.asksTo)?.slug ?? '';
      const asked = askedOf(agreement, example, slug);
      const decision = decide(callerOf(agreement, example), asked, policies, noon, () => undefined);
      const said = decision.effect === 'permit' ? 'released' : reasonInWords(decision.code);
      const expected = example.answer === 'released' ? 'released' : example.because;
      assert.equal(said, expected, `${agreement.id}: ${example.name}`);
    }
  }
});
