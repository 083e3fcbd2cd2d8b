/** RS-32 to RS-43: each of the checks of RFC 9449 section 4.3 has a proof that fails it alone; oauth4webapi agrees where it looks. */
import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import * as oauth from 'oauth4webapi';
import { ImportedProofKeys } from '../../../src/adapters/oidc/dpop-key.ts';
import { DpopNonces } from '../../../src/adapters/oidc/dpop-nonces.ts';
import { checkProof, type ProvedRequest } from '../../../src/adapters/oidc/dpop-proof.ts';
import { DpopSender, hashOf, type WantedProof } from '../../support/dpop-sender.ts';
import { base64url, part, withPart, withTrailingBits } from '../../support/forged-tokens.ts';
import { goodClaims, sign, TestIssuer } from '../../support/test-issuer.ts';

const AUDIENCE = 'https://gateway.northmere.example';
const PATH = '/blue-badges/badges/ZZ9Z01';
const URI = `${AUDIENCE}${PATH}`;
const SECONDS = Math.floor(Date.now() / 1000);

interface ProofVector {
  readonly name: string;
  readonly make: (ground: Ground) => Promise<string> | string;
  readonly why: RegExp;
  /** Why oauth4webapi takes it: what is stricter here. */
  readonly onlyHere?: string;
}

interface Ground {
  readonly sender: DpopSender;
  readonly other: DpopSender;
  readonly token: string;
  good(more?: Partial<WantedProof>): Promise<string>;
}

const claims = (change: Readonly<Record<string, unknown>>) => (ground: Ground) =>
  ground.good({ claims: change });
const header = (change: Readonly<Record<string, unknown>>) => (ground: Ground) =>
  ground.good({ header: change });
const spoilt = (spoil: (proof: string) => string) => async (ground: Ground) => spoil(await ground.good());
const headerOf = (proof: string, change: (header: Record<string, unknown>) => object) =>
  withPart(
    proof,
    0,
    base64url(JSON.stringify(change(JSON.parse(Buffer.from(part(proof, 0), 'base64url').toString())))),
  );

const FORM = vectors([
  [
    'RS-31: two proofs in one header',
    async (g: Ground) => `${await g.good()}, ${await g.good()}`,
    /no signed token/,
  ],
  ['RS-32: an empty header', () => '', /no signed token/],
  ['RS-32: two parts', spoilt((proof) => proof.split('.').slice(0, 2).join('.')), /no signed token/],
  ['RS-32: four parts', spoilt((proof) => `${proof}.a`), /no signed token/],
  [
    'RS-32: claims that are no JSON',
    spoilt((proof) => withPart(proof, 1, base64url('{'))),
    /no signed token/,
  ],
  [
    'RS-32: a claim twice',
    spoilt((p) => withPart(p, 1, base64url('{"jti":"a","jti":"b"}'))),
    /no signed token/,
  ],
  ['RS-32: longer than 4 KiB', claims({ more: 'x'.repeat(4000) }), /longer than 4 KiB/, 'a bound'],
  ['RS-33: no jti', claims({ jti: undefined }), /jti is missing/],
  ['RS-33: an empty jti', claims({ jti: '' }), /jti is missing/, 'any text'],
  ['RS-33: a number for jti', claims({ jti: 7 }), /jti is missing/],
  ['RS-33: no htm', claims({ htm: undefined }), /htm is not the method/],
  ['RS-33: no htu', claims({ htu: undefined }), /htu is not the address/],
  ['RS-33: no iat', claims({ iat: undefined }), /iat is missing/],
  ['RS-33: a text for iat', claims({ iat: String(SECONDS) }), /iat is missing/],
  ['RS-33: no ath', claims({ ath: undefined }), /ath is not the hash/],
  ['RS-34: no typ', header({ typ: undefined }), /typ is not dpop\+jwt/],
  ['RS-34: typ JWT', header({ typ: 'JWT' }), /typ is not dpop\+jwt/],
  ['RS-34: the access token as its own proof', (g: Ground) => g.token, /typ is not dpop\+jwt/],
  [
    'RS-35: alg none',
    spoilt((p) =>
      withPart(
        headerOf(p, (h) => ({ ...h, alg: 'none' })),
        2,
        '',
      ),
    ),
    /no signed token/,
  ],
  ['RS-35: alg HS256', spoilt((p) => headerOf(p, (h) => ({ ...h, alg: 'HS256' }))), /alg is not one/],
  ['RS-35: alg RS256', spoilt((p) => headerOf(p, (h) => ({ ...h, alg: 'RS256' }))), /alg is not one/],
]);

const KEYS = vectors([
  [
    'RS-36: a signature of another proof',
    async (g: Ground) => withPart(await g.good(), 2, part(await g.good(), 2)),
    /does not verify/,
  ],
  [
    'RS-36: a signature by another key',
    async (g: Ground) => withPart(await g.good(), 2, part(await proofOf(g.other, g.token), 2)),
    /does not verify/,
  ],
  ['RS-36: a signature that is spelt otherwise', spoilt(withTrailingBits), /no signed token/, 'any spelling'],
  [
    'RS-37: the private key',
    async (g: Ground) => g.good({ header: { jwk: { ...g.sender.jwk, d: 'AAAA' } } }),
    /private key/,
  ],
  ['RS-37: no key', header({ jwk: undefined }), /jwk is not a key/],
  [
    'RS-37: a key by reference',
    header({ jwk: undefined, kid: 'a', jku: 'https://evil.example/keys' }),
    /jwk is not a key/,
  ],
  [
    'a critical header that nobody knows',
    spoilt((p) => headerOf(p, (h) => ({ ...h, crit: ['x'], x: 1 }))),
    /not understood/,
  ],
  ['RS-43: another key than the token is bound to', (g: Ground) => proofOf(g.other, g.token), /another key/],
]);

const REQUEST = vectors([
  ['RS-38: another method', claims({ htm: 'POST' }), /htm is not the method/],
  ['RS-38: the method in small letters', claims({ htm: 'get' }), /htm is not the method/],
  ['RS-39: another path', claims({ htu: `${URI}/more` }), /htu is not the address/],
  ['RS-39: another host', claims({ htu: `https://evil.example${PATH}` }), /htu is not the address/],
  ['RS-39: another scheme', claims({ htu: URI.replace('https', 'http') }), /htu is not the address/],
  [
    'RS-39: another port',
    claims({ htu: URI.replace('.example/', '.example:8443/') }),
    /htu is not the address/,
  ],
  ['RS-39: the path alone', claims({ htu: PATH }), /htu is not the address/],
  ['RS-39: a name and a password', claims({ htu: URI.replace('//', '//a:b@') }), /htu is not the address/],
  ['RS-41: made 61 seconds ago', claims({ iat: SECONDS - 75 }), /not of this minute/, '300 seconds'],
  ['RS-41: made in an hour', claims({ iat: SECONDS + 3600 }), /not of this minute/],
  ['RS-41: made at no time', claims({ iat: 1e300 }), /not of this minute/],
  ['RS-42: of another token', claims({ ath: hashOf('other') }), /ath is not the hash/],
  [
    'RS-42: the hash in hexadecimal',
    claims({ ath: Buffer.from(hashOf('x'), 'base64url').toString('hex') }),
    /ath/,
  ],
]);

type Row = readonly [string, ProofVector['make'], RegExp, string?];

function vectors(rows: readonly Row[]): readonly ProofVector[] {
  return rows.map(([name, make, why, onlyHere]) => ({
    ...{ name, make, why },
    ...(onlyHere === undefined ? {} : { onlyHere }),
  }));
}

function proofOf(sender: DpopSender, token: string): Promise<string> {
  return sender.proof({ method: 'GET', uri: URI, token });
}

describe('checks of a DPoP proof', () => {
  let issuer: TestIssuer;
  let ground: Ground;
  const rules = {
    nonces: new DpopNonces([Buffer.alloc(32, 1)]),
    nonceRequired: false,
    keys: new ImportedProofKeys(),
  };

  before(async () => {
    issuer = await TestIssuer.start();
    const key = await issuer.publishNew();
    const sender = await DpopSender.make();
    const token = await sign({ ...goodClaims(issuer.url, SECONDS), cnf: sender.cnf }, key);
    ground = {
      ...{ sender, token },
      other: await DpopSender.make(),
      good: (more) => sender.proof({ method: 'GET', uri: URI, token, ...more }),
    };
  });
  after(() => issuer.stop());

  function request(proof: string, more: Partial<ProvedRequest> = {}): ProvedRequest {
    const { token, sender } = ground;
    return {
      ...{ proof, method: 'GET', uri: URI, key: sender.thumbprint, nowMs: Date.now() },
      tokenHash: hashOf(token),
      ...more,
    };
  }

  function oracleTakes(proof: string): Promise<boolean> {
    const server = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
    const headers = new Headers({ authorization: `DPoP ${ground.token}` });
    try {
      headers.set('dpop', proof);
    } catch {
      return Promise.resolve(false);
    }
    const options = {
      [oauth.allowInsecureRequests]: true,
      requireDPoP: true,
      signingAlgorithms: ['PS256', 'ES256', 'EdDSA'],
    };
    return oauth.validateJwtAccessToken(server, new Request(URI, { headers }), AUDIENCE, options).then(
      () => true,
      () => false,
    );
  }

  for (const { name, make, why, onlyHere } of [...FORM, ...KEYS, ...REQUEST]) {
    it(`refuses ${name}`, async () => {
      const proof = await make(ground);
      const found = await checkProof(request(proof), rules);
      assert.ok('refused' in found && found.refused === 'proof-invalid', JSON.stringify(found));
      assert.match(found.why, why);
      assert.equal(await oracleTakes(proof), onlyHere !== undefined, 'oauth4webapi');
    });
  }

  it('takes a good proof of every algorithm, as oauth4webapi does', async () => {
    const proof = await ground.good();
    assert.ok(!('refused' in (await checkProof(request(proof), rules))));
    assert.equal(await oracleTakes(proof), true);
    for (const algorithm of ['PS256', 'EdDSA', 'Ed25519']) {
      const sender = await DpopSender.make(algorithm);
      const found = await checkProof(
        request(await proofOf(sender, ground.token), { key: sender.thumbprint }),
        rules,
      );
      assert.ok(!('refused' in found), `${algorithm} ${JSON.stringify(found)}`);
    }
  });

  it('RS-39: takes an address that is spelt otherwise and is the same, whatever the query', async () => {
    for (const htu of [
      `${URI}?a=b`,
      `${URI}#x`,
      URI.replace('.example/', '.example:443/'),
      URI.replace('ZZ', '%5aZ'),
    ])
      assert.ok(
        !('refused' in (await checkProof(request(await ground.good({ claims: { htu } })), rules))),
        htu,
      );
  });

  it('refuses a request without a proof', async () => {
    const none = await checkProof({ ...request(''), proof: undefined }, rules);
    assert.ok('refused' in none && none.why === 'there is no DPoP header');
  });

  it('RS-36: takes a signature of an RSA key of 2048 bits, and of none that is shorter', async () => {
    const taken = async (modulusLength: number): Promise<boolean> => {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
      const jwk = publicKey.export({ format: 'jwk' });
      const proof = await ground.good();
      const input = headerOf(proof, (found) => ({ ...found, alg: 'PS256', jwk }))
        .split('.', 2)
        .join('.');
      const pss = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      const signature = signBytes('sha256', Buffer.from(input), pss).toString('base64url');
      const key = await calculateJwkThumbprint(jwk);
      return !('refused' in (await checkProof(request(`${input}.${signature}`, { key }), rules)));
    };
    assert.deepEqual([await taken(2048), await taken(1024)], [true, false]);
  });

  it('RS-40: asks for a nonce where one is required, and for another where it is old or not ours', async () => {
    const strict = { ...rules, nonceRequired: true };
    const nonce = rules.nonces.fresh(Date.now());
    const refusedFor = async (more: object, by = strict) => {
      const found = await checkProof(request(await ground.good({ claims: { ...more } })), by);
      return 'refused' in found ? found.refused : 'taken';
    };
    assert.equal(await refusedFor({}), 'proof-nonce-needed');
    assert.equal(await refusedFor({ nonce }), 'taken');
    for (const wrong of ['', 'x', 7, rules.nonces.fresh(Date.now() - 600_000)])
      for (const by of [strict, rules])
        assert.equal(await refusedFor({ nonce: wrong }, by), 'proof-nonce-needed', String(wrong));
  });

  it('RS-40: gives a fresh nonce to whoever shows one that is growing old', async () => {
    const ageing = rules.nonces.fresh(Date.now() - 200_000);
    const found = await checkProof(request(await ground.good({ claims: { nonce: ageing } })), rules);
    assert.ok(!('refused' in found) && found.freshNonce !== undefined);
    assert.equal(rules.nonces.judge(found.freshNonce, Date.now()), 'good');
  });

  it('gives two proofs two names, and one proof one name however its address is spelt', async () => {
    const hash = async (proof: string) => {
      const found = await checkProof(request(proof), rules);
      return 'refused' in found ? assert.fail(found.why) : found.hash;
    };
    const proof = await ground.good();
    assert.equal(await hash(proof), await hash(proof));
    assert.notEqual(await hash(await ground.good()), await hash(proof));
    const jti = 'the same';
    const spelt = [URI, URI.replace('.example/', '.example:443/')];
    const hashes = await Promise.all(
      spelt.map(async (htu) => hash(await ground.good({ claims: { jti, htu } }))),
    );
    assert.equal(hashes[0], hashes[1]);
  });

  it('takes no proof of which one character was changed', async () => {
    const proof = await ground.good();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=';
    await fc.assert(
      fc.asyncProperty(
        fc.nat(proof.length - 1),
        fc.constantFrom(...alphabet),
        fc.constantFrom('put', 'insert', 'drop'),
        async (place, character, how) => {
          const [before, behind] = [proof.slice(0, place), proof.slice(how === 'insert' ? place : place + 1)];
          const changed = `${before}${how === 'drop' ? '' : character}${behind}`;
          if (changed === proof) return;
          assert.ok('refused' in (await checkProof(request(changed), rules)), changed);
        },
      ),
      { numRuns: 400 },
    );
  });
});
