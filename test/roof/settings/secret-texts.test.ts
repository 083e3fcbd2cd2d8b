/** Secrets are read from where they stand, and what cannot be read is told by its place alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SecretTexts } from '../../../src/roof/settings/secret-texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'secret-texts-'));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'own'), 'in a file', { mode: 0o600 });
writeFileSync(join(folder, 'open'), 'in an open file', { mode: 0o644 });
writeFileSync(join(folder, 'empty'), '\n', { mode: 0o600 });

test('a text stands where it is said to: itself, in a file beside, or in the environment', () => {
  const texts = new SecretTexts(folder, { NAME: 'in the environment' }, []);
  assert.equal(texts.of('A.value', 'itself', 'secret'), 'itself');
  assert.equal(texts.of('A.value', { file: 'own' }, 'secret'), 'in a file');
  assert.equal(texts.of('A.value', { file: join(folder, 'own') }, 'secret'), 'in a file');
  assert.equal(texts.of('A.value', { environment: 'NAME' }, 'secret'), 'in the environment');
  assert.equal(texts.of('A.certificate', { file: 'open' }, 'public'), 'in an open file');
  assert.deepEqual(texts.mistakes, []);
});

test('a text that cannot be had is a mistake that names its place, and its file is watched all the same', () => {
  const mistakes: string[] = [];
  const texts = new SecretTexts(folder, { EMPTY: '' }, mistakes);
  for (const file of ['nowhere', 'open', 'empty']) texts.of(`A.${file}`, { file }, 'secret');
  texts.of('A.unset', { environment: 'UNSET' }, 'secret');
  texts.of('A.blank', { environment: 'EMPTY' }, 'secret');
  assert.deepEqual(mistakes, [
    'A.nowhere: its file cannot be read',
    'A.open may be read by others: its mode must be 0600',
    'A.empty: its file is empty',
    'A.unset: UNSET is not in the environment',
    'A.blank: EMPTY is not in the environment',
  ]);
  assert.equal(texts.files.length, 3);
});
