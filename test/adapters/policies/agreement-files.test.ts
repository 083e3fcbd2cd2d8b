/** Agreements among what they are checked against; what was read before is not read again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgreementFiles } from '../../../src/adapters/policies/agreement-files.ts';
import { NO_SIGNATURES } from '../../../src/adapters/policies/agreement-signatures.ts';
import type { PolicyFile } from '../../../src/adapters/policies/policy-files.ts';
import { readAround, readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  BADGES,
  changedText,
  KERBSIDE,
  LOST_HOSPITAL,
  LOST_WESTHAVEN,
  policyFile,
  SEARCH,
  samplesWith,
} from '../../support/changed-policies.ts';

const FILES = samplesWith(KERBSIDE, SEARCH, LOST_WESTHAVEN);

function knows(agreements: AgreementFiles, files: readonly PolicyFile[]): boolean[] {
  const { surroundings } = readAround(files);
  return files
    .filter(({ folder }) => folder === 'agreements')
    .map(({ name, bytes }) => agreements.knows(name, bytes, surroundings));
}

function replaced(files: readonly PolicyFile[], changed: PolicyFile): PolicyFile[] {
  return files.map((file) => (file.name === changed.name ? changed : file));
}

test('what is remembered is what would be read', () => {
  const agreements = new AgreementFiles();
  const first = readPolicyFiles(FILES, NO_SIGNATURES, agreements);
  assert.deepEqual(knows(agreements, FILES), [true, true, true]);
  const again = readPolicyFiles(FILES, NO_SIGNATURES, agreements);
  assert.deepEqual(again.mistakes, []);
  assert.equal(again.policies.sha256, first.policies.sha256);
  assert.equal(JSON.stringify(again.policies.agreements), JSON.stringify(first.policies.agreements));
});

test('a changed file is read again, and the others are not', () => {
  const agreements = new AgreementFiles();
  readPolicyFiles(FILES, NO_SIGNATURES, agreements);
  const changed = replaced(FILES, policyFile(KERBSIDE, changedText(KERBSIDE, ['60 an hour', '30 an hour'])));
  assert.deepEqual(knows(agreements, changed), [false, true, true]);
  const { policies } = readPolicyFiles(changed, NO_SIGNATURES, agreements);
  assert.equal(policies.agreements[0]?.limits.byPerson?.most, 30);
  assert.deepEqual(knows(agreements, FILES), [false, true, true], 'the old bytes are forgotten');
});

test('where a dataset has changed every agreement is read again', () => {
  const agreements = new AgreementFiles();
  readPolicyFiles(FILES, NO_SIGNATURES, agreements);
  const moved = policyFile(BADGES, changedText(BADGES, ['  startDate:  ', '  beginDate:  ']));
  assert.deepEqual(knows(agreements, replaced(FILES, moved)), [false, false, false]);
  const { mistakes } = readPolicyFiles(replaced(FILES, moved), NO_SIGNATURES, agreements);
  assert.ok(mistakes.length > 0);
  assert.ok(mistakes.every(({ what }) => what === '`startDate` is not a field of `blue-badges`'));
});

test('a file with a mistake is not remembered', () => {
  const agreements = new AgreementFiles();
  const wrong = replaced(
    FILES,
    policyFile(KERBSIDE, changedText(KERBSIDE, ['dpia: completed', 'dpia: not needed'])),
  );
  for (const _ of [1, 2]) {
    assert.equal(readPolicyFiles(wrong, NO_SIGNATURES, agreements).mistakes.length, 1);
    assert.deepEqual(knows(agreements, wrong), [false, true, true]);
  }
});

test('a mistake between two remembered agreements is told at its line, under a protocol too', () => {
  for (const [file, other, key] of [
    [KERBSIDE, 'agreements/other.yaml', 'starts: 2026-04-01'],
    [LOST_WESTHAVEN, 'agreements/other.yaml', 'dates: {starts: 2026-06-01'],
  ] as const) {
    const agreements = new AgreementFiles();
    const twin = policyFile(
      other,
      changedText(file, [/agreement: (DSA.*)/.exec(changedText(file))?.[0] ?? '', 'agreement: DSA-2026-999']),
    );
    for (const one of [policyFile(file, changedText(file)), twin])
      readPolicyFiles([...samplesWith(), one], NO_SIGNATURES, agreements);
    const both = [...samplesWith(file), twin];
    const fresh = readPolicyFiles(both).mistakes;
    assert.equal(fresh.length, 1);
    readPolicyFiles(both, NO_SIGNATURES, agreements);
    assert.deepEqual(knows(agreements, both), [true, true]);
    const { mistakes } = readPolicyFiles(both, NO_SIGNATURES, agreements);
    assert.deepEqual(mistakes, fresh);
    const line = changedText(file).split('\n')[(mistakes[0]?.line ?? 0) - 1] ?? '';
    assert.ok(line.includes(key), line);
  }
});

test('advice is given again', () => {
  const agreements = new AgreementFiles();
  const long = policyFile(
    LOST_HOSPITAL,
    changedText(LOST_HOSPITAL, [
      'version: 1',
      'version: 1\nsummary: Notwithstanding contractual stipulations, participating organisations communicate proportionate administrative categories.',
    ]),
  );
  const read = () => readPolicyFiles([...samplesWith(), long], NO_SIGNATURES, agreements).policies.advice;
  const first = read();
  assert.equal(first.length, 1);
  assert.deepEqual(read(), first);
});
