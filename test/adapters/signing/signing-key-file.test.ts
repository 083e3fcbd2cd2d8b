/** The file of a private signing key. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  makeSigningKeyFile,
  publicHalf,
  readSigningKeyFile,
} from '../../../src/adapters/signing/signing-key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'signing-key-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a key that was made is read again, and only its owner may read it', () => {
  const file = join(folder, 'one.pem');
  const made = makeSigningKeyFile(file);
  assert.deepEqual(publicHalf(readSigningKeyFile(file)), made);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a key is never written over', () => {
  const file = join(folder, 'two.pem');
  makeSigningKeyFile(file);
  const before = readFileSync(file, 'utf8');
  assert.throws(() => makeSigningKeyFile(file), /never written over/);
  assert.equal(readFileSync(file, 'utf8'), before);
});

test('a file that others may read, or that holds no such key, is not used', () => {
  const file = join(folder, 'three.pem');
  assert.throws(() => readSigningKeyFile(file), /is not there/);
  makeSigningKeyFile(file);
  chmodSync(file, 0o640);
  assert.throws(() => readSigningKeyFile(file), /mode must be 0600/);
  const rubbish = join(folder, 'four.pem');
  writeFileSync(rubbish, 'key', { mode: 0o600 });
  assert.throws(() => readSigningKeyFile(rubbish), /not an Ed25519 private key/);
});
