/** The caller is what the claims prove in the agreements' words, and nothing that they only hint at. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callerFromClaims } from '../../../src/adapters/oidc/caller-from-claims.ts';
import { type Registration, registerIssuers } from '../../../src/adapters/oidc/registered-issuers.ts';
import type { SignIn } from '../../../src/domain/organisation.ts';
import { anOrganisation } from '../../support/test-issuer.ts';

const ISSUER = 'https://login.westhaven.example';
const CLIENT = 'westhaven-parking-app';
const CLAIMS = {
  iss: ISSUER,
  sub: 'staff-9001',
  jti: 't-1',
  exp: 1_800_000_000.7,
  roles: ['CEO'],
  amr: ['mfa'],
};

function registration(signIn: Partial<SignIn> = {}): Registration {
  const found = registerIssuers([anOrganisation(ISSUER, signIn)])
    .byIssuer.get(ISSUER)
    ?.systems.get(CLIENT)?.[0];
  assert.ok(found !== undefined);
  return found;
}

const caller = (claims: object, signIn: Partial<SignIn> = {}) =>
  callerFromClaims({ ...CLAIMS, ...claims }, registration(signIn), CLIENT);

describe('caller from claims', () => {
  it('names organisation, system, person, roles and the end of the token', () => {
    assert.deepEqual(caller({}), {
      organisation: 'westhaven-district-council',
      system: 'westhaven-parking-app',
      client: 'westhaven-parking-app',
      actsForNamedPerson: 'always',
      person: { id: 'staff-9001', assurance: 'proved' },
      roles: ['civil enforcement officer'],
      issuer: ISSUER,
      method: 'bearer',
      senderProved: false,
      secondFactor: true,
      tokenId: 't-1',
      expiresAtMs: 1_800_000_000_700,
    });
  });

  it('finds no person where the subject is the client itself', () => {
    assert.equal(
      caller({ sub: CLIENT, staff_number: 'S1' }, { personClaim: 'staff_number' }).person,
      undefined,
    );
  });

  it('takes no other claim where the agreed one is missing, empty or not a text', () => {
    for (const staff_number of [undefined, '', 7, ['S1'], null]) {
      assert.equal(caller({ staff_number }, { personClaim: 'staff_number' }).person, undefined);
    }
  });

  it('drops roles that the file does not name, and names each once', () => {
    assert.deepEqual(caller({ roles: ['CEO', 'ADMIN', 7, 'CEO', 'CEO-SUP', '__proto__'] }).roles, [
      'civil enforcement officer',
      'parking supervisor',
    ]);
    assert.deepEqual(caller({ roles: 'CEO' }).roles, ['civil enforcement officer']);
    assert.deepEqual(caller({ roles: { CEO: true } }).roles, []);
    assert.deepEqual(caller({ roles: undefined }).roles, []);
  });

  it('reads roles by dots going down, and by a whole name that holds dots', () => {
    const nested = { realm_access: { roles: ['CEO'] } };
    assert.equal(
      caller({ roles: undefined, ...nested }, { roleClaim: 'realm_access.roles' }).roles.length,
      1,
    );
    const url = 'https://westhaven.example/roles';
    assert.equal(caller({ [url]: ['CEO'] }, { roleClaim: url }).roles.length, 1);
    assert.deepEqual(caller({}, { roleClaim: 'roles.0' }).roles, []);
  });

  it('sees a second factor only where the named claim includes the named value', () => {
    assert.equal(caller({ amr: ['pwd'] }).secondFactor, false);
    assert.equal(caller({ amr: 'mfa' }).secondFactor, true);
    assert.equal(caller({ amr: undefined }).secondFactor, false);
    assert.equal(caller({ amr: ['mfa2'] }).secondFactor, false);
    assert.equal(caller({}, { secondFactor: undefined }).secondFactor, false);
  });

  it('takes what is blank, or holds a control character, for nobody', () => {
    for (const sub of [' ', '\u00a0', '-', 'a\u0000b', 'a\nb', '\u2028a', '\ud800a'])
      assert.equal(caller({ sub }).person, undefined, JSON.stringify(sub));
    for (const sub of ['7', 'Ines Marlowe', 'ines@westhaven.example', '\u00c9va', '|x'])
      assert.equal(caller({ sub }).person?.id, sub);
  });

  it('takes evidence from the claims that the organisation names, and only texts', () => {
    const evidenceClaims = new Map([
      ['country', 'ctry'],
      ['training', 'hr.training_until'],
      ['list', 'ctrys'],
      ['none', 'nowhere'],
    ]);
    const claims = {
      ctry: 'GB',
      hr: { training_until: '2027-01-01' },
      ctrys: ['GB'],
      nowhere: '',
      other: 'x',
    };
    assert.deepEqual(
      caller(claims, { evidenceClaims }).evidence,
      new Map([
        ['country', 'GB'],
        ['training', '2027-01-01'],
      ]),
    );
    assert.equal(caller(claims).evidence, undefined);
  });
});
