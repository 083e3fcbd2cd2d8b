/** An assertion names the acting person of one system for one request, and only by the word of the organisation's issuer. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createAuthenticator } from '../../../src/adapters/oidc/authenticator.ts';
import type { Caller } from '../../../src/domain/caller.ts';
import type { Organisation } from '../../../src/domain/organisation.ts';
import type { Authenticator, NotProved } from '../../../src/exchange/ports.ts';
import { SENDER_KEYS, shown } from '../../support/shown.ts';
import {
  anOrganisation,
  goodClaims,
  type IssuerKey,
  newKey,
  PARKING_APP,
  sign,
  TestIssuer,
} from '../../support/test-issuer.ts';

const NOW = 1_800_000_000;
const TYPE = { typ: 'person+jwt' };

describe('an assertion of who acts', () => {
  let issuer: TestIssuer;
  let key: IssuerKey;
  let organisation: Organisation;
  let authenticator: Authenticator;
  const clock = { ms: NOW * 1000, now: () => clock.ms };

  before(async () => {
    issuer = await TestIssuer.start();
    key = await issuer.publishNew();
  });
  after(() => issuer.stop());
  beforeEach(() => {
    clock.ms = NOW * 1000;
    organisation = anOrganisation(issuer.url, { personAssertions: true });
    authenticator = createAuthenticator({
      senderKeys: SENDER_KEYS,
      organisations: () => [organisation],
      version: () => organisation.id + JSON.stringify(organisation.signIn),
      clock,
      fetch,
    });
  });

  const assertion = (change: object = {}, by = key, header: object = TYPE) =>
    sign(
      {
        ...{ iss: issuer.url, aud: 'https://gateway.northmere.example', sub: 'staff-9001' },
        ...{
          client_id: PARKING_APP.clientId,
          iat: NOW,
          exp: NOW + 300,
          jti: randomUUID(),
          roles: ['CEO-SUP'],
        },
        ...change,
      },
      by,
      { ...header },
    );
  /** The system's own token: it names roles and a second factor, and nobody. */
  const token = (change: object = {}) =>
    sign({ ...goodClaims(issuer.url, NOW), sub: PARKING_APP.clientId, ...change }, key);
  async function verdict(personAssertion: string, more: object = {}): Promise<Caller | NotProved> {
    return authenticator.authenticate(shown(`Bearer ${await token(more)}`, { personAssertion }));
  }
  const why = (found: Caller | NotProved) => ('why' in found ? `${found.refused}: ${found.why}` : 'taken');

  it('proves the person, with the roles and the second factor of the assertion and none of the token', async () => {
    const found = await verdict(await assertion());
    assert.ok('organisation' in found, why(found));
    assert.deepEqual(found.person, { id: 'staff-9001', assurance: 'proved' });
    assert.deepEqual(found.roles, ['parking supervisor']);
    assert.equal(found.secondFactor, false);
    assert.match(found.proof?.hash ?? '', /^[\w-]{43}$/);
    const strong = await verdict(await assertion({ amr: ['mfa'], roles: undefined }));
    assert.ok('organisation' in strong, why(strong));
    assert.deepEqual([strong.roles, strong.secondFactor], [[], true]);
  });

  it('counts once, and what is counted in the log names nobody', async () => {
    const once = await assertion({ jti: 'one' });
    assert.equal(why(await verdict(once)), 'taken');
    assert.equal(why(await verdict(once)), 'person-not-proved: assertion was shown before');
    clock.ms += 299_000;
    assert.equal(
      why(await verdict(await assertion({ jti: 'one', sub: 'staff-9002' }))),
      'person-not-proved: assertion was shown before',
    );
  });

  const REFUSED: [string, () => Promise<string> | string, string][] = [
    [
      'for another audience',
      () => assertion({ aud: 'https://elsewhere.example' }),
      'aud is not this gateway',
    ],
    ['for another system', () => assertion({ client_id: 'another' }), 'client_id is not the system'],
    ['for no system', () => assertion({ client_id: undefined }), 'client_id is not the system'],
    [
      'that lives longer than five minutes',
      () => assertion({ exp: NOW + 301 }),
      'lives longer than its issuer may grant',
    ],
    ['that has ended', () => assertion({ iat: NOW - 300, exp: NOW - 11 }), 'expired'],
    ['that begins later', () => assertion({ iat: NOW + 11, exp: NOW + 100 }), 'iat is in the future'],
    ['without jti', () => assertion({ jti: undefined }), 'jti is missing'],
    ['without sub', () => assertion({ sub: undefined }), 'sub is missing'],
    ['without exp', () => assertion({ exp: undefined }), 'exp is missing or not a time'],
    ['of another issuer', () => assertion({ iss: 'https://elsewhere.example' }), 'iss is not the issuer'],
    ['bound to a key', () => assertion({ cnf: { jkt: 'x' } }), 'cnf is not understood'],
    ['that is an access token', () => assertion({}, key, {}), 'typ is not person+jwt'],
    ['that is an ID token', () => assertion({ nonce: 'n' }, key, { typ: 'JWT' }), 'typ is not person+jwt'],
    ['by a key of nobody', async () => assertion({}, await newKey()), 'key is not one of the issuer'],
    [
      'by another key under the right name',
      async () => assertion({}, await newKey('ES256', key.publicJwk.kid)),
      'signature does not verify',
    ],
    ['that is not a JWT', () => 'abc', 'not three parts'],
  ];
  for (const [what, make, reason] of REFUSED) {
    it(`an assertion ${what} is refused`, async () => {
      assert.equal(why(await verdict(await make())), `person-not-proved: assertion: ${reason}`);
    });
  }

  it('is refused where it names the system, names somebody else than the token, or is too long', async () => {
    const long = await assertion({ filler: 'x'.repeat(9000) });
    assert.equal(why(await verdict(long)), 'person-not-proved: assertion is longer than 8 KiB');
    const system = await assertion({ sub: PARKING_APP.clientId });
    assert.equal(why(await verdict(system)), 'person-not-proved: assertion names nobody');
    const other = await verdict(await assertion(), { sub: 'staff-9002' });
    assert.equal(why(other), 'person-not-proved: two people are named');
    assert.equal(why(await verdict(await assertion(), { sub: 'staff-9001' })), 'taken');
  });

  it('is refused for an organisation whose file does not take it, and for a system that never acts for a person', async () => {
    organisation = anOrganisation(issuer.url);
    assert.equal(
      why(await verdict(await assertion())),
      'person-not-proved: assertion: not taken of this organisation',
    );
    const systems = [{ ...PARKING_APP, actsForNamedPerson: 'never' as const }];
    organisation = anOrganisation(
      issuer.url,
      { personAssertions: true, evidenceClaims: new Map() },
      { id: 'other', systems },
    );
    assert.equal(why(await verdict(await assertion())), 'person-not-proved: system never acts for a person');
  });

  it('does not make a good caller of a bad token', async () => {
    const found = await authenticator.authenticate(
      shown('Bearer abc.def.ghi', { personAssertion: await assertion() }),
    );
    assert.equal('refused' in found && found.refused, 'token-invalid');
  });
});
