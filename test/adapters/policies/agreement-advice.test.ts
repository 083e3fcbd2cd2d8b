/** What an agreement's author should look at again: advice that stops nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { loadPolicyFolder } from '../../../src/adapters/policies/policy-folder.ts';
import type { Change } from '../../support/changed-policies.ts';
import {
  changedText,
  DISCOUNTS,
  KERBSIDE,
  policyFile,
  SAMPLES,
  samplesWith,
} from '../../support/changed-policies.ts';

function advises(file: string, changes: readonly Change[], sentence: string): void {
  const { policies, mistakes } = readPolicyFiles([
    ...samplesWith(),
    policyFile(file, changedText(file, ...changes)),
  ]);
  assert.deepEqual(mistakes, []);
  assert.equal(policies.agreements.length, 1);
  assert.deepEqual(
    policies.advice.map(({ what, write }) => `${what}; ${write}`),
    [sentence],
  );
}

test('the samples need no advice', async () => {
  assert.deepEqual((await loadPolicyFolder(SAMPLES)).advice, []);
});

test('consent given to a public authority is seldom free', () => {
  advises(
    KERBSIDE,
    [
      [
        '    shared with: public task',
        '    shared with: {basis: consent, consent record: in the case system}',
      ],
      ['  children: may', '  opt-out route: write to us\n  children: may'],
    ],
    'consent given to a public authority is seldom free, since people may feel that they cannot refuse; think of `public task`',
  );
});

test('vital interests fit an emergency', () => {
  advises(
    KERBSIDE,
    [['    shared by: public task', '    shared by: vital interests']],
    '`vital interests` fits matters of life and death, and this agreement has no emergency access; think of another basis, or describe `emergency access`',
  );
});

test('a review is due within two years, or one at a high risk', () => {
  advises(
    KERBSIDE,
    [
      ['review by: 2027-03-01', 'review by: 2028-04-02'],
      ['ends: 2028-03-31', 'ends: 2028-12-31'],
    ],
    'the review comes more than 24 months after the start; review it sooner',
  );
});

test('at a high risk a review is due within a year', () => {
  advises(
    KERBSIDE,
    [
      ['remaining risk: low', 'remaining risk: high\n  consultation reference: ICO-1'],
      ['review by: 2027-03-01', 'review by: 2027-04-02'],
    ],
    'the review comes more than 12 months after the start, at a high remaining risk; review it sooner',
  );
});

test('an agreement runs for at most five years', () => {
  advises(
    KERBSIDE,
    [['ends: 2028-03-31', 'ends: 2031-04-02']],
    'the agreement runs for more than five years; end it sooner',
  );
});

test("the regulator's code does not cover processors", () => {
  advises(
    KERBSIDE,
    [['relationship: separate controllers', 'relationship: controller and processor']],
    "the Information Commissioner's data sharing code covers sharing between controllers only; check that the contract with the processor says what UK GDPR Article 28(3) asks for",
  );
});

test('an agreement under the Digital Economy Act belongs in the register', () => {
  advises(
    DISCOUNTS,
    [['publish in the register: true', 'publish in the register: {withheld because: crime}']],
    'the code for Digital Economy Act 2017, Part 5 wants such agreements in the public register; write `true`, or keep the reason why not',
  );
});

test('a summary that few can read is said to be hard', () => {
  const summary = /summary: >\n(?: {2}.*\n)+/.exec(changedText(KERBSIDE))?.[0] ?? assert.fail();
  advises(
    KERBSIDE,
    [
      [
        summary,
        'summary: Notwithstanding contractual stipulations, participating organisations communicate proportionate administrative categories of information.\n',
      ],
    ],
    'the summary needs a reader of about 37 years; use shorter sentences and plainer words',
  );
});
