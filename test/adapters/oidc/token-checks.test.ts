/** RS-11 to RS-22: every token of the table is refused for its own reason, and oauth4webapi agrees where it looks. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';
import { createAuthenticator } from '../../../src/adapters/oidc/authenticator.ts';
import type { Authenticator } from '../../../src/exchange/ports.ts';
import { SHORT_RSA, type VectorGround } from '../../support/forged-tokens.ts';
import { SENDER_KEYS, shown } from '../../support/shown.ts';
import { anOrganisation, TestIssuer } from '../../support/test-issuer.ts';
import { RawServer } from '../../support/test-upstream.ts';
import { TOKENS_AT_THE_WRONG_TIME, TOKENS_OF_THE_WRONG } from '../../support/tokens-of-wrong-claims.ts';
import { TOKENS_OF_WRONG_FORM, TOKENS_OF_WRONG_SIGNATURE } from '../../support/tokens-of-wrong-form.ts';
import { TAKEN_TOKENS, TOKENS_OF_WRONG_HEADER } from '../../support/tokens-of-wrong-header.ts';

const REFUSED_TOKENS = [
  ...TOKENS_OF_WRONG_FORM,
  ...TOKENS_OF_WRONG_HEADER,
  ...TOKENS_OF_WRONG_SIGNATURE,
  ...TOKENS_OF_THE_WRONG,
  ...TOKENS_AT_THE_WRONG_TIME,
];
const AUDIENCE = 'https://gateway.northmere.example';

describe('checks of an access token', () => {
  let issuer: TestIssuer;
  let otherIssuer: TestIssuer;
  let trap: RawServer;
  let ground: VectorGround;
  let authenticator: Authenticator;
  let server: oauth.AuthorizationServer;

  before(async () => {
    issuer = await TestIssuer.start('/realms/staff');
    otherIssuer = await TestIssuer.start();
    trap = await RawServer.start((socket) => socket.destroy());
    const encryptionKey = await issuer.publishNew('ES256', 'for-encryption');
    encryptionKey.publicJwk.use = 'enc';
    issuer.published.push({
      ...SHORT_RSA.publicKey.export({ format: 'jwk' }),
      kid: 'short-rsa',
      alg: 'PS256',
    });
    ground = {
      issuer: issuer.url,
      otherIssuer: otherIssuer.url,
      key: await issuer.publishNew('ES256'),
      otherIssuersKey: await otherIssuer.publishNew('ES256'),
      rsaKey: await issuer.publishNew('RS256'),
      encryptionKey,
      trap: trap.address,
      now: Math.floor(Date.now() / 1000),
    };
    const organisations = [
      anOrganisation(issuer.url),
      anOrganisation(otherIssuer.url, {}, { id: 'harbourside-school' }),
    ];
    authenticator = createAuthenticator({
      senderKeys: SENDER_KEYS,
      organisations: () => organisations,
      version: () => 'one',
      clock: Date,
      fetch,
    });
    server = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
  });

  after(async () => {
    await Promise.all([issuer.stop(), otherIssuer.stop(), trap.stop()]);
  });

  async function oracleTakes(token: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${token}` };
    const request = new Request('https://gateway.northmere.example/blue-badges', { headers });
    const options = {
      [oauth.allowInsecureRequests]: true,
      [oauth.clockTolerance]: 10,
      signingAlgorithms: ['PS256', 'ES256', 'EdDSA'],
    };
    return oauth.validateJwtAccessToken(server, request, AUDIENCE, options).then(
      () => true,
      () => false,
    );
  }

  it('has a table of at least 60 tokens', () => {
    assert.ok(REFUSED_TOKENS.length >= 60, String(REFUSED_TOKENS.length));
    assert.equal(new Set(REFUSED_TOKENS.map(({ name }) => name)).size, REFUSED_TOKENS.length);
  });

  for (const vector of REFUSED_TOKENS) {
    it(`refuses ${vector.name}`, async () => {
      const token = await vector.make(ground);
      const verdict = await authenticator.authenticate(shown(`Bearer ${token}`));
      assert.deepEqual(verdict, { refused: vector.refused, why: vector.why });
      assert.equal(await oracleTakes(token), vector.onlyHere !== undefined, 'oauth4webapi');
    });
  }

  for (const vector of TAKEN_TOKENS) {
    it(`takes ${vector.name}`, async () => {
      const token = await vector.make(ground);
      const verdict = await authenticator.authenticate(shown(`Bearer ${token}`));
      assert.ok('organisation' in verdict, JSON.stringify(verdict));
      assert.equal(await oracleTakes(token), true, 'oauth4webapi');
    });
  }

  it('RS-14: asks no server that a token names', () => {
    assert.equal(trap.accepted, 0);
  });
});
