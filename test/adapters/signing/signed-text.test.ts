/** Compact JWS of what organisations sign. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { readSignature, rememberingSignatures, signText } from '../../../src/adapters/signing/signed-text.ts';
import { publicHalf } from '../../../src/adapters/signing/signing-key-file.ts';

const key = generateKeyPairSync('ed25519').privateKey;
const text = '{"agreement":"DSA-2026-014"}';

/** A JWS with any header, signed as it should be. */
function forged(header: object, signer: KeyObject = key): string {
  const parts = [JSON.stringify(header), text].map((part) => Buffer.from(part).toString('base64url'));
  return `${parts.join('.')}.${sign(null, Buffer.from(parts.join('.')), signer).toString('base64url')}`;
}

const { x, fingerprint } = publicHalf(key);
const jwk = { crv: 'Ed25519', kty: 'OKP', x };
const header = { alg: 'EdDSA', typ: 'signed-agreement+jws', kid: fingerprint, jwk };

test('what was signed is read with the fingerprint of the key', async () => {
  const signature = await signText(text, 'agreement', key);
  assert.deepEqual(await readSignature(signature, 'agreement'), { fingerprint, text });
  assert.deepEqual(await readSignature(forged(header), 'agreement'), { fingerprint, text });
});

test('a signature of one kind is none of the other', async () => {
  assert.equal(await readSignature(await signText(text, 'agreement', key), 'stop'), undefined);
});

test('a signature with any one character changed does not hold', async () => {
  const signature = await signText(text, 'agreement', key);
  for (let at = 0; at < signature.length; at += 1) {
    const other = signature[at] === 'A' ? 'Q' : 'A';
    const changed = `${signature.slice(0, at)}${other}${signature.slice(at + 1)}`;
    assert.equal(await readSignature(changed, 'agreement'), undefined, `character ${at}`);
  }
});

test('the key in the header is the one that its name says, public, and Ed25519', async () => {
  const other = generateKeyPairSync('ed25519').privateKey;
  for (const wrong of [
    { ...header, kid: publicHalf(other).fingerprint },
    { ...header, jwk: { ...jwk, x: publicHalf(other).x } },
    { ...header, jwk: { ...jwk, d: x } },
    { ...header, jwk: undefined },
    { ...header, alg: 'none' },
    { ...header, alg: 'HS256' },
    { ...header, crit: ['b64'], b64: false },
    { ...header, x5u: 'https://keys.example' },
  ]) {
    assert.equal(await readSignature(forged(wrong), 'agreement'), undefined, JSON.stringify(wrong));
  }
  assert.equal(await readSignature(forged(header, other), 'agreement'), undefined);
});

test('what is no signature at all is none', async () => {
  for (const rubbish of ['', '.', '..', 'a.b.c', text]) {
    assert.equal(await readSignature(rubbish, 'agreement'), undefined);
  }
});

test('only an Ed25519 private key signs', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  assert.throws(() => signText(text, 'stop', rsa.privateKey), /not an Ed25519 private key/);
});

test('a signature that is remembered is remembered for its kind only', async () => {
  const read = rememberingSignatures();
  const signature = await signText(text, 'stop', key);
  assert.equal(await read(signature, 'agreement'), undefined);
  assert.deepEqual(await read(signature, 'stop'), { fingerprint, text });
  assert.equal(await read(signature, 'agreement'), undefined);
  assert.deepEqual(await read(signature, 'stop'), { fingerprint, text });
});
