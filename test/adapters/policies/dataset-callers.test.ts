import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { BADGES, changedText, MEALS, policyFile, samplesWith } from '../../support/changed-policies.ts';

const KEY = 'callers must prove their key';

/** What is made of a sample dataset after its text was changed. */
function proveKey(file: string, change: (text: string) => string): boolean | undefined {
  const others = samplesWith().filter(({ folder, name }) => `${folder}/${name}` !== file);
  const { policies, mistakes } = readPolicyFiles([...others, policyFile(file, change(changedText(file)))]);
  assert.deepEqual(mistakes, []);
  const id = file.replace(/^datasets\/|\.yaml$/g, '');
  return policies?.datasets.get(id)?.callersProveKey;
}

test('callers of what is special category data prove a key unless the file says no', () => {
  assert.equal(
    proveKey(BADGES, (text) => text),
    true,
  );
  assert.equal(
    proveKey(BADGES, (text) => `${text}\n${KEY}: no\n`),
    false,
  );
});

test('a file may ask for a key where nothing it declares would', () => {
  const plain = (text: string) =>
    text
      .replace(/^being listed reveals:.*\n/m, '')
      .replaceAll(/sensitivity: (?:special category|criminal offence)/g, 'sensitivity: personal')
      .replaceAll(/, reveals: \[[^\]]*\]/g, '');
  assert.equal(
    proveKey(MEALS, (text) => plain(text)),
    false,
  );
  assert.equal(
    proveKey(MEALS, (text) => `${plain(text)}\n${KEY}: yes\n`),
    true,
  );
});
