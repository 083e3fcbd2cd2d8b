import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  KEY_PURPOSES,
  type KeyPurpose,
  keyFile,
  keyFiles,
  makeMissingKeys,
  openKeyRing,
} from '../../../src/adapters/signing/key-ring.ts';
import { ORIGIN } from '../../support/log-folder.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sharing-gateway-keys-'));
  folders.push(path);
  return path;
}

test('an empty folder gives no keys: every missing file is named at once', () => {
  const empty = folder();
  assert.throws(
    () => openKeyRing(empty, ORIGIN),
    ({ message }: Error) =>
      KEY_PURPOSES.every((purpose) => message.includes(`${keyFile(empty, purpose)} is missing`)),
  );
});

test('missing keys are made for the owner alone, all different, and open', () => {
  const made = folder();
  assert.equal(makeMissingKeys(made, '2026h2').length, KEY_PURPOSES.length);
  for (const { file, fault } of keyFiles(made)) {
    assert.equal(fault, undefined);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  }
  const ring = openKeyRing(made, ORIGIN);
  const texts = KEY_PURPOSES.map((purpose) => readFileSync(keyFile(made, purpose), 'utf8'));
  assert.equal(new Set(texts).size, KEY_PURPOSES.length);
  assert.equal(ring.sealing.subjectTags.id, '2026h2');
  assert.equal(ring.checkpoint.name, ORIGIN);
  assert.equal(ring.receipts.name, `${ORIGIN}/receipts`);
});

test('a key that exists is never overwritten', () => {
  const kept = folder();
  makeMissingKeys(kept, '2026h2');
  const before = KEY_PURPOSES.map((purpose) => readFileSync(keyFile(kept, purpose), 'utf8'));
  rmSync(keyFile(kept, 'sealing'));
  assert.deepEqual(makeMissingKeys(kept, '2027h1'), [keyFile(kept, 'sealing')]);
  for (const [nth, purpose] of KEY_PURPOSES.entries())
    if (purpose !== 'sealing') assert.equal(readFileSync(keyFile(kept, purpose), 'utf8'), before[nth]);
});

test('a key that others may read is refused', () => {
  const open = folder();
  makeMissingKeys(open, '2026h2');
  chmodSync(keyFile(open, 'sealing'), 0o640);
  assert.throws(() => openKeyRing(open, ORIGIN), /sealing\.key may be read by others; its mode must be 0600/);
});

test('files that hold no such key are refused, all in one message, without their content', () => {
  const wrong = folder();
  makeMissingKeys(wrong, '2026h2');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  writeFileSync(keyFile(wrong, 'checkpoint'), rsa.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(keyFile(wrong, 'sealing'), '2026h2 c2hvcnQ=\n');
  writeFileSync(keyFile(wrong, 'subject-tags'), '');
  assert.throws(
    () => openKeyRing(wrong, ORIGIN),
    ({ message }: Error) =>
      /checkpoint\.pem is not an ed25519 key/.test(message) &&
      /sealing\.key does not hold/.test(message) &&
      /subject-tags\.key does not hold/.test(message) &&
      !message.includes('c2hvcnQ'),
  );
});

test('one key for two purposes is refused, whatever its form and wherever it stands in a file', () => {
  const seed = (folder: string) => {
    const pem = readFileSync(keyFile(folder, 'checkpoint'), 'utf8');
    const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
    return `older ${Buffer.from(d, 'base64url').toString('base64')}\n`;
  };
  const shares: readonly (readonly [KeyPurpose, KeyPurpose, (folder: string) => void])[] = [
    [
      'checkpoint',
      'receipts',
      (ring) => copyFileSync(keyFile(ring, 'checkpoint'), keyFile(ring, 'receipts')),
    ],
    [
      'sealing',
      'matching-codes',
      (ring) => copyFileSync(keyFile(ring, 'sealing'), keyFile(ring, 'matching-codes')),
    ],
    [
      'subject-tags',
      'sealing',
      (ring) => {
        const line = readFileSync(keyFile(ring, 'subject-tags'), 'utf8').replace('2026h2', 'older');
        appendFileSync(keyFile(ring, 'sealing'), line);
      },
    ],
    ['checkpoint', 'subject-tags', (ring) => appendFileSync(keyFile(ring, 'subject-tags'), seed(ring))],
  ];
  for (const [one, other, share] of shares) {
    const shared = folder();
    makeMissingKeys(shared, '2026h2');
    share(shared);
    assert.throws(
      () => openKeyRing(shared, ORIGIN),
      ({ message }: Error) =>
        message.includes(`${keyFile(shared, other)} holds the same key as ${keyFile(shared, one)}`) &&
        !/[A-Za-z0-9+/]{43}=/.test(message),
      `${one} and ${other}`,
    );
    assert.equal(keyFiles(shared).filter(({ fault }) => fault !== undefined).length, 1);
  }
});

test('after a rotation the first line is in use and the older ones stay readable', () => {
  const rotated = folder();
  makeMissingKeys(rotated, '2027h1');
  const older = openKeyRing(rotated, ORIGIN).sealing.sealing;
  const file = keyFile(rotated, 'sealing');
  const olderLine = readFileSync(file, 'utf8');
  rmSync(file);
  makeMissingKeys(rotated, '2027h2');
  appendFileSync(file, olderLine);
  const ring = openKeyRing(rotated, ORIGIN);
  assert.equal(ring.sealing.sealing.id, '2027h2');
  assert.deepEqual(ring.olderSealing, [older]);
});
