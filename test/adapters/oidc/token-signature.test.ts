/** Signatures verify by the issuer's keys alone; RS-26: keys that share an identifier are told apart or tried. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLocalJWKSet } from 'jose';
import { verifySignature } from '../../../src/adapters/oidc/token-signature.ts';
import { goodClaims, type IssuerKey, newKey, sign } from '../../support/test-issuer.ts';

const ISSUER = 'https://login.westhaven.example';
const now = Math.floor(Date.now() / 1000);
const ALL = ['PS256', 'ES256', 'EdDSA'];

function keySet(...keys: readonly IssuerKey[]) {
  const resolve = createLocalJWKSet({ keys: keys.map(({ publicJwk }) => ({ kty: '', ...publicJwk })) });
  return { resolve, fingerprint: '' };
}

describe('token signature', () => {
  it('verifies PS256, ES256 and EdDSA', async () => {
    for (const algorithm of ALL) {
      const key = await newKey(algorithm);
      const token = await sign(goodClaims(ISSUER, now), key);
      assert.equal(await verifySignature(token, keySet(key), ALL), 'valid', algorithm);
      assert.equal(await verifySignature(token, keySet(key), ['ES512']), 'invalid', algorithm);
    }
  });

  it('RS-26: tells keys of one identifier apart by type, and tries those of one type', async () => {
    const first = await newKey('ES256', 'same');
    const second = await newKey('ES256', 'same');
    const other = await newKey('EdDSA', 'same');
    for (const key of [first, second, other]) {
      const token = await sign(goodClaims(ISSUER, now), key);
      assert.equal(await verifySignature(token, keySet(first, second, other), ALL), 'valid');
    }
    const stranger = await sign(goodClaims(ISSUER, now), await newKey('ES256', 'same'));
    assert.equal(await verifySignature(stranger, keySet(first, second, other), ALL), 'invalid');
  });

  it('tries every key of the right type for a token that names none', async () => {
    const keys = [await newKey('ES256'), await newKey('ES256'), await newKey('EdDSA')];
    const token = await sign(goodClaims(ISSUER, now), keys[1]!, { kid: undefined });
    assert.equal(await verifySignature(token, keySet(...keys), ALL), 'valid');
  });

  it('says where a key is unknown, so that the issuer can be asked again', async () => {
    const token = await sign(goodClaims(ISSUER, now), await newKey('ES256'));
    assert.equal(await verifySignature(token, keySet(await newKey('ES256')), ALL), 'unknown key');
  });
});
