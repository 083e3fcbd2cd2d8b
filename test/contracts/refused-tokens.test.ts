/**
 * Over HTTP, beside oauth4webapi's own validation: every token of the tables is refused with the same status, challenge and
 * words as every other of its reason, is entered under that reason, and nothing of it comes back.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';
import { parseDocument } from 'yaml';
import { SHORT_RSA, type TokenVector, type VectorGround } from '../support/forged-tokens.ts';
import { TestIssuer } from '../support/test-issuer.ts';
import { RawServer } from '../support/test-upstream.ts';
import { TOKENS_AT_THE_WRONG_TIME, TOKENS_OF_THE_WRONG } from '../support/tokens-of-wrong-claims.ts';
import { TOKENS_OF_WRONG_FORM, TOKENS_OF_WRONG_SIGNATURE } from '../support/tokens-of-wrong-form.ts';
import { TAKEN_TOKENS, TOKENS_OF_WRONG_HEADER } from '../support/tokens-of-wrong-header.ts';
import { json, ORIGIN, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const REFUSED_TOKENS = [
  ...TOKENS_OF_WRONG_FORM,
  ...TOKENS_OF_WRONG_HEADER,
  ...TOKENS_OF_WRONG_SIGNATURE,
  ...TOKENS_OF_THE_WRONG,
  ...TOKENS_AT_THE_WRONG_TIME,
];
const METADATA = `${ORIGIN}/.well-known/oauth-protected-resource`;
const ALGORITHMS = 'ES256 PS256 EdDSA';
/** What stands in the good token from which all others are made. */
const OF_THE_TOKEN = /staff-9001|westhaven-parking-app|CEO|eyJ/;
/** Random bytes and signatures: any three letters stand in them by chance. */
const BY_CHANCE = new Set(['audit-receipt', 'audit-salt']);

/** Status and challenges of each reason: constants, but for the gateway's own address. */
const ANSWERS: Partial<Record<TokenVector['refused'], { status: number; challenges: string | null }>> = {
  'token-invalid': {
    status: 401,
    challenges: `Bearer realm="sharing gateway", error="invalid_token", error_description="The access token is not valid here", resource_metadata="${METADATA}", DPoP realm="sharing gateway", algs="${ALGORITHMS}", resource_metadata="${METADATA}"`,
  },
  'sender-not-proved': {
    status: 401,
    challenges: `Bearer realm="sharing gateway", error="invalid_token", error_description="The sender must prove a key that the access token or the system is bound to", resource_metadata="${METADATA}", DPoP realm="sharing gateway", algs="${ALGORITHMS}", resource_metadata="${METADATA}"`,
  },
  'system-not-registered': {
    status: 403,
    challenges: `Bearer realm="sharing gateway", resource_metadata="${METADATA}", DPoP realm="sharing gateway", algs="${ALGORITHMS}", resource_metadata="${METADATA}"`,
  },
  'credentials-malformed': {
    status: 400,
    challenges: `Bearer realm="sharing gateway", error="invalid_request", error_description="The Authorization header is not one scheme and one token", resource_metadata="${METADATA}"`,
  },
};

describe('tokens over HTTP, beside oauth4webapi', () => {
  let gateway: WholeGateway;
  let otherIssuer: TestIssuer;
  let trap: RawServer;
  let ground: VectorGround;
  let server: oauth.AuthorizationServer;
  /** A flood of unproved requests is held back; here each comes a while after the last. */
  let aheadMs = 0;

  before(async () => {
    otherIssuer = await TestIssuer.start();
    trap = await RawServer.start((socket) => socket.destroy());
    gateway = await wholeGateway({
      now: () => Date.now() + aheadMs,
      policies: (folder) => {
        const path = join(folder, 'organisations', 'hillcrest-primary-school.yaml');
        const document = parseDocument(readFileSync(path, 'utf8'));
        document.setIn(['sign in', 'issuer'], otherIssuer.url);
        writeFileSync(path, document.toString({ lineWidth: 0 }));
      },
    });
    gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
    const { issuer } = gateway;
    const encryptionKey = await issuer.publishNew('ES256', 'for-encryption');
    encryptionKey.publicJwk.use = 'enc';
    issuer.published.push({
      ...SHORT_RSA.publicKey.export({ format: 'jwk' }),
      kid: 'short-rsa',
      alg: 'PS256',
    });
    ground = {
      ...{ issuer: issuer.url, otherIssuer: otherIssuer.url, encryptionKey, trap: trap.address, now: 0 },
      key: await issuer.publishNew('ES256'),
      otherIssuersKey: await otherIssuer.publishNew('ES256'),
      rsaKey: await issuer.publishNew('RS256'),
    };
    server = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
  });
  after(async () => {
    await gateway.close();
    await Promise.all([otherIssuer.stop(), trap.stop()]);
  });

  /** The token as it is right at the gateway's time. */
  function made({ make }: Pick<TokenVector, 'make'>): string | Promise<string> {
    aheadMs += 200;
    return make({ ...ground, now: Math.floor((Date.now() + aheadMs) / 1000) });
  }

  const ask = (token: string) =>
    fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
      headers: {
        authorization: `Bearer ${token}`,
        'exchange-purpose': 'parking enforcement',
        'exchange-reason': 'badge on display',
        'exchange-case-reference': 'PCN-0001',
      },
    });

  function oracleTakes(token: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${token}` };
    const options = {
      [oauth.allowInsecureRequests]: true,
      [oauth.clockSkew]: Math.round(aheadMs / 1000),
      [oauth.clockTolerance]: 10,
      signingAlgorithms: ['PS256', 'ES256', 'EdDSA'],
    };
    return oauth.validateJwtAccessToken(server, new Request(ORIGIN, { headers }), ORIGIN, options).then(
      () => true,
      () => false,
    );
  }

  for (const vector of REFUSED_TOKENS) {
    it(`answers ${vector.name} with its reason and nothing of it`, async () => {
      const token = await made(vector);
      const answer = await ask(token);
      const body = await answer.text();
      const { status, challenges } = ANSWERS[vector.refused] ?? assert.fail(vector.refused);
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get('www-authenticate'), challenges);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      assert.equal(JSON.parse(body).type, `/problems/${vector.refused}`);
      const leaf = gateway.leaves().at(-1);
      assert.equal(leaf?.['kind'], 'refused');
      assert.equal(leaf?.['code'], vector.refused);
      assert.equal(leaf?.['consumer'], undefined);
      const { body: _bodyHash, policies: _setHash, epoch: _epoch, ...facts } = leaf;
      const headers = [...answer.headers].filter(([name]) => !BY_CHANCE.has(name));
      const said = body + JSON.stringify([headers, facts]);
      assert.doesNotMatch(said, OF_THE_TOKEN);
      assert.equal(await oracleTakes(token), vector.onlyHere !== undefined, 'oauth4webapi');
    });
  }

  for (const vector of TAKEN_TOKENS) {
    it(`takes ${vector.name}`, async () => {
      const token = await made(vector);
      assert.equal((await ask(token)).status, 200);
      assert.equal(await oracleTakes(token), true, 'oauth4webapi');
    });
  }

  it('says the same words to every token of one reason', async () => {
    const words = new Map<string, Set<string>>();
    for (const vector of [...REFUSED_TOKENS].filter((_one, place) => place % 7 === 0)) {
      const { type, title, status, detail, contact } = Object(await (await ask(await made(vector))).json());
      const said = words.get(vector.refused) ?? new Set();
      words.set(vector.refused, said.add(JSON.stringify([type, title, status, detail, contact])));
    }
    for (const [reason, said] of words) assert.equal(said.size, 1, reason);
  });

  it('forwarded nothing for any of them but what was taken, and asked no server that a token names', () => {
    assert.equal(gateway.recorded.length, TAKEN_TOKENS.length);
    assert.equal(trap.accepted, 0);
  });

  const officer = (claims: object) =>
    gateway.token({
      system: 'westhaven-parking-app',
      person: 'staff-9001',
      roles: ['CEO'],
      claims: { ...claims },
    });

  it('RS-55: a token whose authorization details do not cover the request opens nothing, and one whose details do opens it', async () => {
    const detail = { type: 'data_sharing', dataset: 'blue-badges', operations: ['look up one badge'] };
    const covered = [{ ...detail, subject: { 'badge number': 'ZZ9Z01' } }];
    assert.equal((await ask(await officer({ authorization_details: covered }))).status, 200);
    const others = [[{ ...detail, subject: { 'badge number': 'ZZ9Z02' } }], [{ type: 'another' }], [], 'all'];
    for (const authorization_details of others) {
      const answer = await ask(await officer({ authorization_details }));
      assert.equal(answer.status, 403);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer .*error="insufficient_scope"/);
      assert.equal(gateway.leaves().at(-1)?.['code'], 'authorization-not-covered');
    }
  });

  it('RS-56: a person who signed in with a password alone is asked for more', async () => {
    const answer = await ask(await officer({ amr: ['pwd'] }));
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate') ?? '', /error="insufficient_user_authentication"/);
    assert.equal(gateway.leaves().at(-1)?.['code'], 'second-factor-missing');
  });
});
