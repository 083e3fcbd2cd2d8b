/** What is kept from the person's report as an agreement writes it, and what the loader says of mistakes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  type Change,
  changedText,
  KERBSIDE,
  policyFile,
  refuses,
  samplesWith,
} from '../../support/changed-policies.ts';

const kept = (until: string, exemption = 'crime and taxation'): Change => [
  '  children: may',
  `  kept from the person's report: {until: ${until}, exemption: "${exemption}", because: It would warn them., decided by: R. Shah}\n  children: may`,
];

function loaded(...changes: readonly Change[]) {
  const others = samplesWith().filter(({ folder, name }) => `${folder}/${name}` !== KERBSIDE);
  const { policies } = readPolicyFiles([...others, policyFile(KERBSIDE, changedText(KERBSIDE, ...changes))]);
  return policies;
}

test('a hold ends at midnight in London after its last day, and nothing is kept back without one', () => {
  const held = loaded(kept('2026-07-31')).agreements.find(({ id }) => id === 'DSA-2026-014')?.keptFromReport;
  assert.deepEqual(held, {
    untilMs: Date.parse('2026-07-31T23:00:00Z'),
    exemption: 'crime and taxation',
    because: 'It would warn them.',
    decidedBy: 'R. Shah',
  });
  assert.equal(loaded().agreements.find(({ id }) => id === 'DSA-2026-014')?.keptFromReport, undefined);
});

test('a hold that ends before the agreement starts is refused', () => {
  refuses(
    KERBSIDE,
    [kept('2026-03-31')],
    'until: 2026-03-31',
    'this day comes before the agreement starts, so nothing would be kept back; write a later day, or take the section out',
  );
});

test('an `exemption` is one that the law has', () => {
  refuses(
    KERBSIDE,
    [kept('2026-07-31', 'crime and taxes')],
    'exemption: "crime and taxes"',
    '`crime and taxes` is not a word that `exemption` knows; did you mean `crime and taxation`?',
  );
});

test('a hold of more than a year is worth a second look', () => {
  const said = (until: string) =>
    loaded(kept(until)).advice.filter(({ what }) => what.startsWith('people are not told'));
  assert.equal(said('2027-04-01').length, 0);
  assert.match(said('2027-04-02')[0]?.write ?? '', /within a year/);
});
