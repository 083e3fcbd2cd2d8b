/** Each profile takes its product's access tokens and nothing else that the product signs. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { JWTPayload } from 'jose';
import { createAuthenticator } from '../../../src/adapters/oidc/authenticator.ts';
import { issuerProfile } from '../../../src/adapters/oidc/issuer-profile.ts';
import type { Caller } from '../../../src/domain/caller.ts';
import type { SignIn } from '../../../src/domain/organisation.ts';
import type { NotProved } from '../../../src/exchange/ports.ts';
import { anOrganisation, goodClaims, type IssuerKey, sign, TestIssuer } from '../../support/test-issuer.ts';

const AUDIENCE = 'https://gateway.northmere.example';
const now = Math.floor(Date.now() / 1000);

describe('issuer profiles', () => {
  let issuer: TestIssuer;
  let key: IssuerKey;

  before(async () => {
    issuer = await TestIssuer.start();
    key = await issuer.publishNew('RS256');
  });
  after(() => issuer.stop());

  async function verdict(
    profile: SignIn['profile'],
    claims: JWTPayload,
    signIn: Partial<SignIn> = {},
  ): Promise<Caller | NotProved> {
    const organisation = anOrganisation(issuer.url, { profile, algorithms: ['RS256'], ...signIn });
    const authenticator = createAuthenticator({
      organisations: () => [organisation],
      version: () => '1',
      clock: Date,
      fetch,
    });
    return authenticator.authenticate(`Bearer ${await sign(claims, key, { typ: 'JWT' })}`);
  }

  const base = () => ({ iss: issuer.url, aud: AUDIENCE, iat: now, nbf: now, exp: now + 3600 });
  const entra = () => ({
    ...base(),
    sub: 'pairwise-subject',
    oid: 'object-1',
    azp: 'westhaven-parking-app',
    uti: 'unique-1',
    ver: '2.0',
    scp: 'exchange.read',
    roles: ['CEO'],
  });
  const keycloak = () => ({
    ...base(),
    sub: 'user-1',
    azp: 'westhaven-parking-app',
    jti: 'id-1',
    typ: 'Bearer',
    sid: 'session-1',
    realm_access: { roles: ['CEO'] },
  });

  it('names every relaxation, and RFC 9068 has none', () => {
    assert.deepEqual(issuerProfile('rfc9068').relaxations, []);
    assert.ok(issuerProfile('entra-id').relaxations.length > 0);
    assert.ok(issuerProfile('keycloak').relaxations.length > 0);
  });

  it('RS-11: the default profile refuses tokens in the shape of Entra ID and of Keycloak', async () => {
    for (const claims of [entra(), keycloak(), goodClaims(issuer.url, now)]) {
      const found = await verdict('rfc9068', claims);
      assert.deepEqual(found, { refused: 'token-invalid', why: 'typ is not at+jwt' });
    }
  });

  it('RS-20: entra-id takes an access token of a person, with azp and uti', async () => {
    const found = await verdict('entra-id', entra(), { personClaim: 'oid', scope: 'exchange.read' });
    assert.ok('organisation' in found, JSON.stringify(found));
    assert.deepEqual(found.person, { id: 'object-1', assurance: 'proved' });
    assert.equal(found.tokenId, 'unique-1');
  });

  it('entra-id takes a token of a client alone, with no person in it', async () => {
    const { scp: _scp, ...appOnly } = entra();
    const found = await verdict(
      'entra-id',
      { ...appOnly, roles: ['exchange.read'] },
      { scope: 'exchange.read' },
    );
    assert.ok('organisation' in found, JSON.stringify(found));
    assert.equal(found.person, undefined);
  });

  it('entra-id takes no role of a person for a scope of the client', async () => {
    const found = await verdict(
      'entra-id',
      { ...entra(), scp: 'openid', roles: ['exchange.read'] },
      { scope: 'exchange.read' },
    );
    assert.equal('refused' in found && found.refused, 'scope-insufficient');
  });

  it('entra-id refuses an ID token, a Graph token and a token without ver or uti', async () => {
    const wrong: [JWTPayload, string][] = [
      [{ ...entra(), nonce: 'n' }, 'claims of an ID token'],
      [{ ...entra(), azp: AUDIENCE, aud: AUDIENCE }, 'client is not a registered system'],
      [{ ...entra(), aud: 'https://graph.microsoft.com' }, 'aud is not this gateway'],
      [{ ...entra(), ver: undefined }, 'ver is not 1.0 or 2.0'],
      [{ ...entra(), uti: undefined }, 'uti is missing'],
      [{ ...entra(), azp: undefined }, 'azp is missing'],
    ];
    for (const [claims, why] of wrong) {
      const found = await verdict('entra-id', claims);
      assert.equal('why' in found && found.why, why);
    }
  });

  it('keycloak takes a bearer token of a person, with roles that go down by dots', async () => {
    const found = await verdict('keycloak', keycloak(), { roleClaim: 'realm_access.roles' });
    assert.ok('organisation' in found, JSON.stringify(found));
    assert.deepEqual(found.person, { id: 'user-1', assurance: 'proved' });
    assert.deepEqual(found.roles, ['civil enforcement officer']);
  });

  it('keycloak finds no person in the token of a service account', async () => {
    const { sid: _sid, ...account } = keycloak();
    for (const claims of [account, { ...keycloak(), preferred_username: 'service-account-parking' }]) {
      const found = await verdict('keycloak', claims);
      assert.ok('organisation' in found, JSON.stringify(found));
      assert.equal(found.person, undefined);
    }
  });

  it('keycloak refuses ID and refresh tokens', async () => {
    for (const typ of ['ID', 'Refresh', undefined]) {
      const found = await verdict('keycloak', { ...keycloak(), typ });
      assert.equal('why' in found && found.why, 'claim typ is not Bearer');
    }
  });
});
