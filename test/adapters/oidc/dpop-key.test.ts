import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImportedProofKeys, readProofKey } from '../../../src/adapters/oidc/dpop-key.ts';
import type { StrictJsonObject } from '../../../src/encoding/strict-json.ts';
import { DpopSender } from '../../support/dpop-sender.ts';

function header(alg: string, jwk: unknown): StrictJsonObject {
  return { alg, jwk: jwk as StrictJsonObject };
}

for (const algorithm of ['ES256', 'PS256', 'EdDSA', 'Ed25519']) {
  test(`the thumbprint of an ${algorithm} key is the one that RFC 7638 gives`, async () => {
    const sender = await DpopSender.make(algorithm);
    const key = readProofKey(header(algorithm, { ...sender.jwk, kid: 'any', key_ops: ['verify'] }));
    assert.ok(typeof key !== 'string', String(key));
    assert.equal(key.thumbprint, sender.thumbprint);
  });
}

test('RS-35: an algorithm that is not listed is none, whatever the key', async () => {
  const { jwk } = await DpopSender.make();
  for (const alg of ['none', 'HS256', 'RS256', 'ES384', 'es256', 'toString', '', undefined])
    assert.equal(readProofKey({ ...header('', jwk), alg: alg ?? null }), 'alg is not one that is taken');
});

test('RS-37: a key with a private member is refused, and so is a symmetric one', async () => {
  const { jwk } = await DpopSender.make();
  for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
    assert.equal(readProofKey(header('ES256', { ...jwk, [name]: 'AA' })), 'jwk holds a private key', name);
  assert.equal(readProofKey(header('ES256', { kty: 'oct' })), 'jwk is not a key for alg');
});

test('a key of another type, curve, algorithm or use than the header says is refused', async () => {
  const { jwk } = await DpopSender.make();
  const rsa = (await DpopSender.make('PS256')).jwk;
  const wrong: [string, unknown][] = [
    ['PS256', jwk],
    ['EdDSA', jwk],
    ['ES256', rsa],
    ['ES256', { ...jwk, crv: 'P-384' }],
    ['ES256', { ...jwk, alg: 'ES384' }],
    ['ES256', { ...jwk, use: 'enc' }],
    ['ES256', { ...jwk, x: undefined }],
    ['ES256', { ...jwk, x: `${jwk.x}=` }],
    ['ES256', { ...jwk, y: 7 }],
    ['ES256', 'key'],
    ['ES256', [jwk]],
    ['ES256', null],
    ['PS256', { ...rsa, e: 'AQABAAEAAQ' }],
    ['PS256', { ...rsa, n: 'A'.repeat(2000) }],
  ];
  for (const [alg, key] of wrong) assert.equal(typeof readProofKey(header(alg, key)), 'string');
});

test('a key off its curve is not imported', async () => {
  const { jwk } = await DpopSender.make();
  const off = readProofKey(header('ES256', { ...jwk, y: jwk.x }));
  assert.ok(typeof off !== 'string');
  await assert.rejects(new ImportedProofKeys().import(off));
});

test('a key is imported once, and never more are remembered than may be', async () => {
  const keys = new ImportedProofKeys(2);
  const read = async () => {
    const key = readProofKey(header('ES256', (await DpopSender.make()).jwk));
    assert.ok(typeof key !== 'string');
    return key;
  };
  const [one, two, three] = [await read(), await read(), await read()];
  const first = await keys.import(one);
  assert.equal(await keys.import(one), first);
  await keys.import(two);
  await keys.import(three);
  assert.notEqual(await keys.import(one), first);
});
