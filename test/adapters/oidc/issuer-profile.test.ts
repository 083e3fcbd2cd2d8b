/** Each profile takes its product's access tokens, as that product really writes them, and nothing else that it signs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createAuthenticator } from '../../../src/adapters/oidc/authenticator.ts';
import { issuerProfile } from '../../../src/adapters/oidc/issuer-profile.ts';
import type { Caller } from '../../../src/domain/caller.ts';
import type { SignIn } from '../../../src/domain/organisation.ts';
import type { NotProved } from '../../../src/exchange/ports.ts';
import { publishing } from '../../support/published-issuer.ts';
import { SENDER_KEYS, shown } from '../../support/shown.ts';
import {
  anOrganisation,
  goodClaims,
  type IssuerKey,
  newKey,
  PARKING_APP,
  sign,
} from '../../support/test-issuer.ts';

const VECTORS = join(import.meta.dirname, '../../vectors/issuers');
const NOW_SECONDS = 1_800_000_010;

interface Fixture {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
}

function fixture(file: string): Fixture {
  return JSON.parse(readFileSync(join(VECTORS, file), 'utf8'));
}

const person = fixture('entra-id/person-v2.json');
const application = fixture('entra-id/application-v2.json');
const ofKeycloak = fixture('keycloak/person.json');
const serviceAccount = fixture('keycloak/service-account.json');

/** What the organisation's file says, as the set-up page of the product has it. */
const FILES: Record<'entra-id' | 'keycloak' | 'rfc9068', Partial<SignIn>> = {
  'entra-id': {
    profile: 'entra-id',
    issuer: String(person.claims['iss']),
    audience: String(person.claims['aud']),
    personClaim: 'oid',
    scope: 'exchange.read',
    secondFactor: { claim: 'acrs', includes: 'c1' },
    longestTokenLifeSeconds: 95 * 60,
  },
  keycloak: {
    profile: 'keycloak',
    issuer: String(ofKeycloak.claims['iss']),
    roleClaim: 'realm_access.roles',
    scope: 'exchange.read',
    secondFactor: { claim: 'amr', includes: 'otp' },
  },
  rfc9068: { issuer: String(ofKeycloak.claims['iss']) },
};

describe('issuer profiles', () => {
  let key: IssuerKey;
  before(async () => {
    key = await newKey('RS256', 'fixture-key');
  });

  async function verdict(
    file: Partial<SignIn>,
    { header, claims }: Fixture,
    change: object = {},
  ): Promise<Caller | NotProved> {
    const systems = ['westhaven-parking-app', String(person.claims['azp'])].map((clientId, n) => ({
      ...PARKING_APP,
      id: `system-${n}`,
      clientId,
    }));
    const organisation = anOrganisation('', { algorithms: ['RS256'], ...file }, { systems });
    const authenticator = createAuthenticator({
      senderKeys: SENDER_KEYS,
      organisations: () => [organisation],
      version: () => '1',
      clock: { now: () => NOW_SECONDS * 1000 },
      fetch: publishing(organisation.signIn?.issuer ?? '', [key.publicJwk]),
    });
    const token = await sign({ ...claims, ...change }, key, { ...header, alg: 'RS256' });
    return authenticator.authenticate(shown(`Bearer ${token}`));
  }
  const why = (found: Caller | NotProved) => ('why' in found ? found.why : 'taken');

  it('names every relaxation, and RFC 9068 has none', () => {
    assert.deepEqual(issuerProfile('rfc9068').relaxations, []);
    assert.ok(issuerProfile('entra-id').relaxations.length > 0);
    assert.ok(issuerProfile('keycloak').relaxations.length > 0);
  });

  it('RS-11: the default profile refuses tokens in the shape of Entra ID and of Keycloak', async () => {
    const { rfc9068: file } = FILES;
    for (const one of [person, ofKeycloak, { header: { typ: 'JWT' }, claims: goodClaims('', NOW_SECONDS) }])
      assert.equal(
        why(await verdict(file, { ...one, claims: { ...one.claims, iss: file.issuer } })),
        'typ is not at+jwt',
      );
  });

  it('RS-20: entra-id takes an access token of a person, with azp, uti, app roles and the authentication context', async () => {
    const found = await verdict(FILES['entra-id'], person);
    assert.ok('organisation' in found, why(found));
    assert.deepEqual(found.person, { id: person.claims['oid'], assurance: 'proved' });
    assert.equal(found.tokenId, person.claims['uti']);
    assert.deepEqual(found.roles, ['civil enforcement officer']);
    assert.equal(found.secondFactor, true);
  });

  it('entra-id takes a token of a client alone, with no person and no second factor in it', async () => {
    const found = await verdict(FILES['entra-id'], application);
    assert.ok('organisation' in found, why(found));
    assert.equal(found.person, undefined);
    assert.equal(found.secondFactor, false);
  });

  it('entra-id finds no person by another claim than the one that the file names', async () => {
    const found = await verdict(FILES['entra-id'], person, { oid: undefined });
    assert.ok('organisation' in found, why(found));
    assert.equal(found.person, undefined);
  });

  it('entra-id takes no role of a person for a scope of the client', async () => {
    const found = await verdict(FILES['entra-id'], person, { scp: 'openid', roles: ['exchange.read'] });
    assert.equal('refused' in found && found.refused, 'scope-insufficient');
  });

  it('entra-id takes a version 1 token where the file names the issuer of version 1', async () => {
    const one = fixture('entra-id/person-v1.json');
    const file = {
      ...FILES['entra-id'],
      issuer: String(one.claims['iss']),
      audience: String(one.claims['aud']),
      secondFactor: { claim: 'amr', includes: 'mfa' },
    };
    const found = await verdict(file, one);
    assert.ok('organisation' in found, why(found));
    assert.equal(found.secondFactor, true);
    assert.equal(why(await verdict(file, one, { ver: '2.0' })), 'ver is not 1.0, as its issuer has it');
    assert.equal(why(await verdict(file, one, { appidacr: '0' })), 'client did not prove itself');
  });

  const GRAPH = fixture('entra-id/graph.json');
  const REFUSED_OF_ENTRA: [string, Fixture, object, string][] = [
    ['an ID token', fixture('entra-id/id-token-v2.json'), {}, 'azp is missing'],
    ['an ID token that names a client', person, { nonce: 'n' }, 'claims of an ID token'],
    [
      'a token for the client itself',
      person,
      { azp: person.claims['aud'] },
      'client is not a registered system',
    ],
    ['a token for Microsoft Graph', GRAPH, {}, 'issuer is not registered'],
    ['a token for another API', person, { aud: 'https://graph.microsoft.com' }, 'aud is not this gateway'],
    ['a version 1 token', fixture('entra-id/person-v1.json'), {}, 'issuer is not registered'],
    [
      'a version 1 token of the issuer of version 2',
      person,
      { ver: '1.0' },
      'ver is not 2.0, as its issuer has it',
    ],
    ['a token without ver', person, { ver: undefined }, 'ver is not 2.0, as its issuer has it'],
    [
      'another tenant',
      person,
      { iss: `https://login.microsoftonline.com/${crypto.randomUUID()}/v2.0` },
      'issuer is not registered',
    ],
    [
      'a tenant that is not that of the issuer',
      person,
      { tid: crypto.randomUUID() },
      'tid is not the tenant of the issuer',
    ],
    ['no tenant', person, { tid: undefined }, 'tid is not the tenant of the issuer'],
    [
      'a tenant that is a part of every issuer',
      person,
      { tid: 'v2.0' },
      'tid is not the tenant of the issuer',
    ],
    ['no uti', person, { uti: undefined }, 'uti is missing'],
    ['a public client', person, { azpacr: '0' }, 'client did not prove itself'],
  ];
  for (const [what, one, change, reason] of REFUSED_OF_ENTRA) {
    it(`entra-id refuses ${what}`, async () => {
      assert.equal(why(await verdict(FILES['entra-id'], one, change)), reason);
    });
  }

  it('keycloak takes a bearer token of a person, with roles that go down by dots', async () => {
    const found = await verdict(FILES.keycloak, ofKeycloak);
    assert.ok('organisation' in found, why(found));
    assert.deepEqual(found.person, { id: ofKeycloak.claims['sub'], assurance: 'proved' });
    assert.deepEqual(found.roles, ['civil enforcement officer']);
    assert.equal(found.secondFactor, true);
  });

  it('keycloak finds no person in the token of a service account, whichever sign of it is left', async () => {
    const signs = [
      { preferred_username: undefined, sid: 's' },
      { jti: 'd58f5dc8', sid: 's' },
      { preferred_username: undefined, jti: 'd58f5dc8' },
    ];
    for (const change of signs) {
      const found = await verdict(FILES.keycloak, serviceAccount, change);
      assert.ok('organisation' in found, why(found));
      assert.equal(found.person, undefined);
    }
  });

  const REFUSED_OF_KEYCLOAK: [string, Fixture, object, string][] = [
    ['an ID token', fixture('keycloak/id-token.json'), {}, 'aud is not this gateway'],
    [
      'an ID token for the gateway',
      fixture('keycloak/id-token.json'),
      { aud: 'https://gateway.northmere.example' },
      'claim typ is not Bearer',
    ],
    ['a refresh token', fixture('keycloak/refresh-token.json'), {}, 'aud is not this gateway'],
    ['a token without the claim typ', ofKeycloak, { typ: undefined }, 'claim typ is not Bearer'],
    ['a lightweight token', fixture('keycloak/lightweight.json'), {}, 'sub is missing'],
    ['a token with nonce', ofKeycloak, { nonce: 'n' }, 'claims of an ID token'],
    ['two clients', serviceAccount, { client_id: 'another' }, 'two clients are named'],
  ];
  for (const [what, one, change, reason] of REFUSED_OF_KEYCLOAK) {
    it(`keycloak refuses ${what}`, async () => {
      assert.equal(why(await verdict(FILES.keycloak, one, change)), reason);
    });
  }
});
