/** Tests of src/governance/partners/partner-agreements.ts: what a sample token comes to under each agreement. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agreement } from '../../../src/domain/agreement.ts';
import type { Caller } from '../../../src/domain/caller.ts';
import { agreementFindings } from '../../../src/governance/partners/partner-agreements.ts';
import type { Finding } from '../../../src/governance/partners/partner-finding.ts';
import type { TokenSeen } from '../../../src/governance/partners/partner-seen.ts';
import { NOON, policiesOf, sampleAgreement } from '../../support/sample-policies.ts';

const WESTHAVEN = 'westhaven-district-council';
const KERBSIDE: Agreement = { ...sampleAgreement('DSA-2026-014'), place: undefined, training: undefined };
const OFFICER: Caller = {
  organisation: WESTHAVEN,
  system: 'westhaven-parking-app',
  actsForNamedPerson: 'always',
  person: { id: 'staff-9001', assurance: 'proved' },
  roles: ['civil enforcement officer'],
  issuer: 'https://login.westhaven.example/realms/staff',
  method: 'bearer',
  senderProved: true,
  secondFactor: true,
  tokenId: 'a-token',
  expiresAtMs: NOON + 60_000,
};

function tokenOf(caller: Caller | undefined): TokenSeen {
  return {
    verdict: 'taken',
    parts: new Map(),
    system: undefined,
    clientClaim: 'client_id',
    tokenIdClaim: 'jti',
    boundTo: 'nothing',
    lifeSeconds: 300,
    issuedAheadSeconds: 0,
    aboutPerson: true,
    roles: [],
    evidenceMissing: [],
    caller,
  };
}

function finding(caller: Caller | undefined, change: Partial<Agreement> = {}): Finding {
  const policies = policiesOf({ ...KERBSIDE, ...change });
  const [found, ...more] = agreementFindings(WESTHAVEN, policies, tokenOf(caller), NOON);
  assert.deepEqual(more, []);
  return found ?? assert.fail('no finding');
}

test('a token that the agreement wants is let in', () => {
  assert.equal(finding(OFFICER).verdict, 'ok');
});

test('a token that proves no key is to mend where the dataset asks for one, and the remedy is said', () => {
  const found = finding({ ...OFFICER, senderProved: false });
  assert.equal(found.verdict, 'to mend');
  assert.match(found.found, /refused with sender-not-proved/);
  assert.match(found.mend?.how ?? '', /bound to a key .* or have the system's certificate registered/);
});

test('an agreement of others is not looked at', () => {
  const policies = policiesOf(KERBSIDE);
  assert.deepEqual(agreementFindings('northmere-city-council', policies, tokenOf(OFFICER), NOON), []);
});

test('another system or another role is no fault of the token', () => {
  assert.equal(finding({ ...OFFICER, system: 'westhaven-revenues-system' }).verdict, 'cannot tell');
  assert.match(finding({ ...OFFICER, roles: ['revenues officer'] }).found, /none of its roles/);
  assert.equal(finding({ ...OFFICER, roles: ['revenues officer'] }).verdict, 'cannot tell');
});

test('without a token it is said which one to get', () => {
  const found = finding(undefined);
  assert.equal(found.verdict, 'cannot tell');
  assert.match(found.mend?.how ?? '', /westhaven-parking-app for somebody who is civil enforcement officer/);
});

test('what the gateway would refuse is to mend, in its own words', () => {
  const refused = (change: Partial<Caller>, agreement: Partial<Agreement> = {}) => {
    const { verdict, found } = finding({ ...OFFICER, ...change }, agreement);
    assert.equal(verdict, 'to mend');
    return found.split(' ').at(-1);
  };
  assert.equal(refused({ roles: [] }), 'role-not-agreed');
  assert.equal(refused({ secondFactor: false }, { secondFactor: true }), 'second-factor-missing');
  assert.equal(refused({ person: undefined }), 'person-missing');
  const place = {
    place: 'the United Kingdom',
    shownBy: { kind: 'claim', claim: 'country', is: ['GB'] },
  } as const;
  assert.equal(refused({}, { place }), 'place-not-agreed');
  const training = { shownBy: { kind: 'claim', claim: 'training' } } as const;
  assert.equal(
    refused({ evidence: new Map([['training', '2026-11-22']]) }, { training }),
    'training-out-of-date',
  );
  const evidence = new Map([
    ['training', '2026-11-23'],
    ['country', 'GB'],
  ]);
  assert.equal(finding({ ...OFFICER, evidence }, { training, place }).verdict, 'ok');
});

test('a network and a person whom the system states are not for the token to show', () => {
  const place = { place: 'the depot', shownBy: { kind: 'networks', networks: [] } } as const;
  assert.equal(finding(OFFICER, { place }).verdict, 'ok');
  const stating: Caller = { ...OFFICER, person: undefined };
  assert.equal(finding(stating, { person: 'stated by the system' }).verdict, 'ok');
  assert.equal(finding(stating).verdict, 'to mend');
});
