/** The gateway signs with the algorithm that fits its key best, and with no key that is not one. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { byAssertion } from '../../../src/adapters/oidc/gateway-assertion.ts';

const SERVER = { issuer: 'https://login.westhaven.example' };
const CLIENT = { client_id: 'gateway' };

async function assertionBy(key: string, keyId?: string): Promise<string> {
  const body = new URLSearchParams();
  await byAssertion({ key, keyId })(SERVER, CLIENT, body, new Headers());
  return body.get('client_assertion') ?? '';
}

const pem = { type: 'pkcs8', format: 'pem' } as const;
const KEYS: [string, string][] = [
  ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem).toString()],
  ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export(pem).toString()],
  ['EdDSA', generateKeyPairSync('ed25519').privateKey.export(pem).toString()],
  ['PS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem).toString()],
];
for (const [algorithm, key] of KEYS) {
  test(`an assertion is signed with ${algorithm}, for the issuer, under the key's name`, async () => {
    const assertion = await assertionBy(key, 'one');
    assert.equal(decodeProtectedHeader(assertion).alg, algorithm);
    assert.equal(decodeProtectedHeader(assertion).kid, 'one');
    const { aud, iss, sub, jti } = decodeJwt(assertion);
    assert.deepEqual([aud, iss, sub], [SERVER.issuer, 'gateway', 'gateway']);
    assert.ok(jti);
  });
}

test('what is no key, or of another kind, signs nothing and is not repeated', () => {
  const x25519 = generateKeyPairSync('x25519').privateKey.export(pem).toString();
  for (const key of ['', 'Zanzibar7', x25519])
    assert.throws(() => byAssertion({ key }), { name: 'TypeError', message: 'private key cannot sign' });
});
