/** Tests of src/governance/partners/partner-person.ts: what a token shows of the person, held against what the file says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../../src/domain/caller.ts';
import type { SignIn } from '../../../src/domain/organisation.ts';
import { personFindings } from '../../../src/governance/partners/partner-person.ts';
import type { TokenSeen } from '../../../src/governance/partners/partner-seen.ts';
import { anOrganisation, PARKING_APP } from '../../support/test-issuer.ts';

const SIGN_IN: SignIn = anOrganisation('https://login.westhaven.example').signIn ?? assert.fail();
const CALLER: Caller = {
  organisation: 'westhaven-district-council',
  system: PARKING_APP.id,
  actsForNamedPerson: 'always',
  person: { id: 'staff-9001', assurance: 'proved' },
  roles: ['civil enforcement officer'],
  issuer: SIGN_IN.issuer,
  method: 'bearer',
  senderProved: false,
  secondFactor: true,
  tokenId: 'a-token',
  expiresAtMs: 0,
};
const SEEN: TokenSeen = {
  verdict: 'taken',
  parts: new Map(),
  system: PARKING_APP,
  clientClaim: 'client_id',
  tokenIdClaim: 'jti',
  boundTo: 'nothing',
  lifeSeconds: 300,
  issuedAheadSeconds: 0,
  aboutPerson: true,
  roles: ['CEO'],
  evidenceMissing: [],
  caller: CALLER,
};

const verdicts = (seen: Partial<TokenSeen>, signIn: Partial<SignIn> = {}): string[] =>
  personFindings({ ...SEEN, ...seen }, { ...SIGN_IN, ...signIn }).map(
    ({ about, verdict }) => `${about}: ${verdict}`,
  );

test('a person, a known role and a second factor are in order', () => {
  assert.deepEqual(verdicts({}), ['token, sub: ok', 'token, roles: ok', 'token, amr: ok']);
});

test('a system without a person is in order exactly where the file says so', () => {
  const alone = (acts: 'always' | 'sometimes' | 'never') =>
    verdicts({ aboutPerson: false, system: { ...PARKING_APP, actsForNamedPerson: acts } });
  assert.deepEqual(alone('always'), ['token, person: to mend']);
  assert.deepEqual(alone('sometimes'), ['token, person: ok']);
  assert.deepEqual(alone('never'), ['token, person: ok']);
});

test('a person behind a system that never acts for one is to mend, and so is a claim that names nobody', () => {
  assert.ok(
    verdicts({ system: { ...PARKING_APP, actsForNamedPerson: 'never' } }).includes('token, sub: to mend'),
  );
  const nobody = verdicts({ caller: { ...CALLER, person: undefined } }, { personClaim: 'staff_number' });
  assert.ok(nobody.includes('token, staff_number: to mend'));
});

test('evidence is looked for where the file names it', () => {
  const evidenceClaims = new Map([
    ['country', 'ctry'],
    ['training', 'trained'],
  ]);
  const found = verdicts({ evidenceMissing: ['training'] }, { evidenceClaims });
  assert.ok(found.includes('token, ctry: ok') && found.includes('token, trained: to mend'));
});

test('no second factor is looked for where the file does not say how it shows', () => {
  assert.deepEqual(verdicts({}, { secondFactor: undefined }), ['token, sub: ok', 'token, roles: ok']);
});

test('many and long words of roles are cut short', () => {
  const roles = [...Array(40).keys()].map((at) => `CN=${'group'.repeat(30)}-${at}`);
  const [, found] = personFindings({ ...SEEN, roles, caller: { ...CALLER, roles: [] } }, SIGN_IN);
  assert.match(found?.found ?? '', /and 35 more$/);
  assert.ok((found?.found.length ?? 0) < 400);
});

test('the person is never in what is said', () => {
  const said = JSON.stringify(personFindings(SEEN, SIGN_IN));
  assert.ok(!said.includes('staff-9001') && !said.includes('a-token'));
});
