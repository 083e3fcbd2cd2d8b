/** An issuer's answer about a token becomes claims only where it says all that decides. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimsOfAnswer } from '../../../src/adapters/oidc/introspection-answer.ts';
import { issuerProfile } from '../../../src/adapters/oidc/issuer-profile.ts';

const ISSUER = { issuer: 'https://login.westhaven.example', profile: issuerProfile('rfc9068') };
const NOW = 1_800_000_000_500;
const ANSWER = {
  active: true,
  iss: ISSUER.issuer,
  token_type: 'Bearer',
  client_id: 'westhaven-parking-app',
  sub: 'staff-9001',
  exp: 1_800_000_300,
};
const claims = (change: object, issuer = ISSUER) =>
  claimsOfAnswer({ ...ANSWER, ...change }, 'an-opaque-token', issuer, NOW);

describe('an answer of an introspection endpoint', () => {
  it('fills in when it was issued, its identifier and the subject of a client alone, and nothing that decides', () => {
    const { sub: _sub, ...ofClient } = ANSWER;
    const found = claimsOfAnswer(ofClient, 'an-opaque-token', ISSUER, NOW);
    assert.ok(typeof found === 'object');
    assert.equal(found['sub'], 'westhaven-parking-app');
    assert.equal(found['iat'], 1_800_000_000);
    assert.match(String(found['jti']), /^[\w-]{43}$/);
    for (const decides of ['aud', 'scope', 'cnf', 'nbf']) assert.equal(found[decides], undefined, decides);
    for (const decides of ['exp', 'client_id'])
      assert.equal(Object(claims({ [decides]: undefined }))[decides], undefined, decides);
  });

  it('RS-49: takes no answer that is of another issuer, of no issuer, or of no access token', () => {
    const wrong: [object, string][] = [
      [{ iss: undefined }, 'introspection names another issuer, or none'],
      [{ iss: `${ISSUER.issuer}/` }, 'introspection names another issuer, or none'],
      [{ token_type: undefined }, 'introspection names no type of access token'],
      [{ token_type: 'refresh_token' }, 'introspection names no type of access token'],
      [{ token_type: ['Bearer'] }, 'introspection names no type of access token'],
      [{ token_use: 'refresh_token' }, 'introspection says that it is no access token'],
    ];
    for (const [change, why] of wrong) assert.equal(claims(change), why);
    assert.ok(typeof claims({ token_type: 'DPoP', token_use: 'access_token' }) === 'object');
  });

  it('finds the client by the profile, or by client_id, and nobody where the two differ', () => {
    const keycloak = { ...ISSUER, profile: issuerProfile('keycloak') };
    assert.equal(Object(claims({}, keycloak))['azp'], 'westhaven-parking-app');
    assert.equal(Object(claims({ azp: 'westhaven-parking-app' }, keycloak))['azp'], 'westhaven-parking-app');
    assert.equal(claims({ azp: 'another' }, keycloak), 'introspection names two clients');
  });

  it('gives two tokens two identifiers where the issuer gives none', () => {
    const [one, other] = ['one', 'other'].map((token) => claimsOfAnswer(ANSWER, token, ISSUER, NOW));
    assert.notEqual(Object(one)['jti'], Object(other)['jti']);
  });
});
