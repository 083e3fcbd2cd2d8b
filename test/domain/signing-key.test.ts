/** Signing keys of organisations. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { readSigningKey, signingKey } from '../../src/domain/signing-key.ts';

test('the fingerprint is the thumbprint of RFC 8037 appendix A.3', () => {
  const key = signingKey('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo');
  assert.equal(key?.fingerprint, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

test('a key can be written as the x of its JWK or as PEM', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  assert.deepEqual(readSigningKey(pem), signingKey(x));
  assert.equal(readSigningKey(` ${x}\n`)?.x, x);
});

test('what is no Ed25519 public key is no key', () => {
  const other = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const secret = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  for (const text of ['', 'x', 'A'.repeat(42), 'A'.repeat(44), other, secret]) {
    assert.equal(readSigningKey(text), undefined, text);
  }
});
