/** Tests of src/adapters/oidc/issuer-probe.ts: what an issuer shows, as the gateway's own readers take it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { probeIssuer } from '../../../src/adapters/oidc/issuer-probe.ts';
import { newKey } from '../../support/test-issuer.ts';

const ISSUER = 'https://login.westhaven.example/staff';
const CONFIGURATION = `${ISSUER}/.well-known/openid-configuration`;
const KEYS = `${ISSUER}/keys`;
const ALGORITHMS = ['PS256', 'ES256', 'EdDSA'];
const NOW = Date.parse('2026-11-23T12:00:00.500Z');

type Documents = Readonly<Record<string, () => Response>>;

function probe(documents: Documents, issuer = ISSUER) {
  const fetch = async (address: string): Promise<Response> => {
    const document = documents[address];
    if (document === undefined) return new Response(null, { status: 404 });
    return document();
  };
  return probeIssuer(issuer, ALGORITHMS, fetch, () => NOW);
}

const metadata = (headers: Record<string, string> = {}) =>
  Response.json({ issuer: ISSUER, jwks_uri: KEYS }, { headers });

it('tells where the keys stand and what each can verify', async () => {
  const { publicJwk } = await newKey('ES256', 'one');
  const other = (await newKey('RS256', 'two')).publicJwk;
  const { alg: _, ...unsaid } = (await newKey('EdDSA', 'three')).publicJwk;
  const keys = [publicJwk, other, unsaid, 'no key', { kty: 'EC', use: 'enc' }];
  const seen = await probe({ [CONFIGURATION]: metadata, [KEYS]: () => Response.json({ keys }) });
  assert.deepEqual(seen.metadata, { keysAddress: KEYS });
  assert.equal(seen.keysRefused, undefined);
  assert.deepEqual(
    seen.keys.map(({ kid, taken, verifies, algorithm, bits }) => ({ kid, taken, verifies, algorithm, bits })),
    [
      { kid: 'one', taken: true, verifies: ['ES256'], algorithm: 'ES256', bits: undefined },
      { kid: 'two', taken: true, verifies: [], algorithm: 'RS256', bits: 2048 },
      { kid: 'three', taken: true, verifies: ['EdDSA'], algorithm: 'EdDSA', bits: undefined },
      { kid: undefined, taken: false, verifies: [], algorithm: undefined, bits: undefined },
    ],
  );
});

it('counts the bits of a modulus and not its bytes', async () => {
  const bits = async (modulus: Buffer) => {
    const keys = [{ kty: 'RSA', e: 'AQAB', n: modulus.toString('base64url') }];
    const seen = await probe({ [CONFIGURATION]: metadata, [KEYS]: () => Response.json({ keys }) });
    return seen.keys[0]?.bits;
  };
  assert.equal(await bits(Buffer.from([0x80, 0])), 16);
  assert.equal(await bits(Buffer.from([0, 1, 0])), 9);
  assert.equal(await bits(Buffer.alloc(4)), 0);
});

it('says in the words of the gateway why it takes no metadata and no keys', async () => {
  const none = await probe({});
  assert.deepEqual(none.metadata, { refused: 'issuer has no metadata' });
  assert.deepEqual(
    none.documents.map(({ status }) => status),
    [404, 404],
  );
  const another = await probe({
    [CONFIGURATION]: () => Response.json({ issuer: `${ISSUER}/`, jwks_uri: KEYS }),
  });
  assert.deepEqual(another.metadata, { refused: 'metadata names another issuer' });
  assert.equal(another.statedIssuer, `${ISSUER}/`);
  const empty = await probe({ [CONFIGURATION]: metadata, [KEYS]: () => Response.json({ keys: [] }) });
  assert.equal(empty.keysRefused, 'key set holds no key that can verify');
  const page = await probe({ [CONFIGURATION]: () => new Response('<html>') });
  assert.deepEqual(page.metadata, { refused: 'issuer cannot be asked' });
  assert.deepEqual((await probe({}, 'no address')).metadata, { refused: 'issuer is not an address' });
});

it('takes no key from a document that is not the key set', async () => {
  const both = () => Response.json({ issuer: ISSUER, jwks_uri: KEYS, keys: [{ kty: 'oct', k: 'x' }] });
  const seen = await probe({ [CONFIGURATION]: both, [KEYS]: () => new Response('broken') });
  assert.deepEqual(seen.keys, []);
});

it('remembers a redirect, and an answer that never came', async () => {
  const redirect = () => new Response(null, { status: 302, headers: { location: 'https://other.example/' } });
  const seen = await probe({ [CONFIGURATION]: redirect });
  assert.deepEqual(
    seen.documents.map(({ address, status, redirectsTo }) => ({ address, status, redirectsTo })),
    [{ address: CONFIGURATION, status: 302, redirectsTo: 'https://other.example/' }],
  );
  const failed = await probe({ [CONFIGURATION]: () => assert.fail('no connection') });
  assert.equal(failed.documents[0]?.status, undefined);
});

it('tells how far clocks differ at least, the age of a kept answer counted', async () => {
  const ahead = async (headers: Record<string, string>) =>
    (await probe({ [CONFIGURATION]: () => metadata(headers) })).documents[0]?.clockAheadMs;
  assert.equal(await ahead({}), undefined);
  assert.equal(await ahead({ date: 'yesterday' }), undefined);
  assert.equal(await ahead({ date: 'Mon, 23 Nov 2026 12:00:00 GMT' }), 0);
  assert.equal(await ahead({ date: 'Mon, 23 Nov 2026 12:05:00 GMT' }), 299_500);
  assert.equal(await ahead({ date: 'Mon, 23 Nov 2026 11:55:00 GMT' }), -299_501);
  assert.equal(await ahead({ date: 'Mon, 23 Nov 2026 11:55:00 GMT', age: '300' }), 0);
});
