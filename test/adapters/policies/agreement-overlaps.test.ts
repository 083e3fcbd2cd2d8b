/** What must hold between agreements. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTogether } from '../../../src/adapters/policies/agreement-overlaps.ts';
import { readPolicyDocument } from '../../../src/adapters/policies/policy-document.ts';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { versionInForce, versionsOf } from '../../../src/domain/in-force.ts';
import type { Change } from '../../support/changed-policies.ts';
import { BADGES, changedText, KERBSIDE, policyFile, samplesWith } from '../../support/changed-policies.ts';
import { asSigned } from '../../support/signed-set.ts';

const NEEDED = samplesWith().filter(
  ({ folder, name }) => folder === 'organisations' || BADGES.endsWith(name),
);

/** The kerbside agreement beside changed copies of it. */
function withCopies(...copies: readonly (readonly Change[])[]) {
  const files = copies.map((changes, n) =>
    policyFile(`agreements/copy-${n}.yaml`, changedText(KERBSIDE, ...changes)),
  );
  return readPolicyFiles([...NEEDED, policyFile(KERBSIDE, changedText(KERBSIDE)), ...files]);
}

function sentences(...copies: readonly (readonly Change[])[]): string[] {
  return withCopies(...copies).mistakes.map(({ file, what, write }) => `${file}: ${what}; ${write}`);
}

const OTHER: Change = ['agreement: DSA-2026-014', 'agreement: DSA-2026-999'];
const VERSION_4: Change = ['version: 3', 'version: 4'];
const STARTS_2027: Change = ['starts: 2026-04-01', 'starts: 2027-02-01'];
const UNSIGNED: Change = [
  '  - organisation: westhaven-district-council\n    name: R. Hughes\n    role: senior information risk owner\n    date: 2026-03-05\n',
  '',
];

test('two agreements cannot be in force at once for one consumer, dataset, purpose and operation', () => {
  assert.deepEqual(sentences([OTHER]), [
    'agreements/copy-0.yaml: DSA-2026-014 is in force at the same time for `look up one badge` and the purpose `parking enforcement`; change the dates, the purpose or the operations of one of the two',
  ]);
});

test('one day in common is an overlap, and the next day is none', () => {
  const early: Change[] = [
    ['ends: 2028-03-31', 'ends: 2026-05-01'],
    ['review by: 2027-03-01', 'review by: 2026-04-30'],
  ];
  const late = (day: string): Change[] => [OTHER, ['starts: 2026-04-01', `starts: ${day}`]];
  const both = (day: string) =>
    readPolicyFiles([
      ...NEEDED,
      policyFile('agreements/a.yaml', changedText(KERBSIDE, ...early)),
      policyFile('agreements/b.yaml', changedText(KERBSIDE, ...late(day))),
    ]).mistakes.length;
  assert.equal(both('2026-05-01'), 1);
  assert.equal(both('2026-05-02'), 0);
});

test('another purpose is no overlap', () => {
  assert.deepEqual(sentences([OTHER, ['purpose: parking enforcement', 'purpose: fraud in parking']]), []);
});

test('a draft overlaps with nothing', () => {
  assert.deepEqual(sentences([OTHER, UNSIGNED]), []);
});

test('a version stands in one file', () => {
  assert.deepEqual(sentences([]), [
    'agreements/copy-0.yaml: version 3 of DSA-2026-014 stands in `agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml` already; give this file the next version',
  ]);
});

test('a newer version beside an older one is no overlap', () => {
  assert.deepEqual(sentences([VERSION_4, STARTS_2027]), []);
  assert.deepEqual(sentences([VERSION_4]), []);
});

test('an agreement that begins where a newer version has taken the older one out of force is no overlap', () => {
  const newer: Change[] = [
    VERSION_4,
    STARTS_2027,
    ['purpose: parking enforcement', 'purpose: fraud in parking'],
  ];
  assert.deepEqual(sentences(newer, [OTHER, STARTS_2027]), []);
  assert.equal(sentences(newer, [OTHER, ['starts: 2026-04-01', 'starts: 2027-01-31']]).length, 1);
});

test('the versions of an agreement have the same parties and dataset', () => {
  const moved = changedText('agreements/DSA-2026-017-v1-hospital-parking.yaml', [
    'agreement: DSA-2026-017',
    'agreement: DSA-2026-014',
  ]);
  const { mistakes } = readPolicyFiles([
    ...NEEDED,
    policyFile(KERBSIDE, changedText(KERBSIDE)),
    policyFile('agreements/m.yaml', moved),
  ]);
  assert.deepEqual(
    mistakes.map(({ what }) => what),
    [`the versions of DSA-2026-014 have different parties or datasets (see \`${KERBSIDE}\`)`],
  );
});

test('a draft of a next version changes nothing, and a signed one takes over at its start', () => {
  const day = Date.parse('2027-06-01T12:00:00Z');
  const inForce = (...copies: readonly (readonly Change[])[]): (number | undefined)[] => {
    const policies = asSigned(withCopies(...copies).policies);
    return versionsOf(policies.agreements).map(
      (versions) => versionInForce(versions, policies, day)?.version,
    );
  };
  assert.deepEqual(inForce([VERSION_4, STARTS_2027, UNSIGNED]), [3]);
  assert.deepEqual(inForce([VERSION_4, STARTS_2027]), [4]);
});

test('a version that is not truly signed hides no overlap of the older one that is', () => {
  const later: Change[] = [OTHER, STARTS_2027];
  const says = [
    VERSION_4,
    STARTS_2027,
    ['purpose: parking enforcement', 'purpose: fraud in parking'],
  ] as const;
  const { policies, mistakes } = withCopies(says, later);
  assert.deepEqual(mistakes, []);
  const filed = policies.agreements.map((agreement) => ({
    agreement: { ...agreement, signedByBoth: agreement.version === 3 },
    document: readPolicyDocument(`${agreement.id}-${agreement.version}`, ''),
  }));
  for (const { document } of filed) document.mistakes.length = 0;
  checkTogether(filed);
  assert.deepEqual(
    filed.flatMap(({ document }) => document.mistakes.map(({ what }) => what)),
    [
      'DSA-2026-014 is in force at the same time for `look up one badge` and the purpose `parking enforcement`',
    ],
  );
});

test('a version that starts no later than a lower one is worth a second look', () => {
  const advice = (...changes: Change[]) =>
    withCopies([VERSION_4, ...changes]).policies.advice.map(({ file, what }) => `${file}: ${what}`);
  assert.deepEqual(advice(), [
    'agreements/copy-0.yaml: version 4 starts no later than version 3, which then is never in force',
  ]);
  assert.deepEqual(advice(STARTS_2027), []);
});
