/** From an organisation file to the organisation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  type Change,
  changedText,
  policyFile,
  refuses,
  samplesWith,
  takes,
  WESTHAVEN,
} from '../../support/changed-policies.ts';

const { policies } = readPolicyFiles(samplesWith());

test('an organisation is read with its sign in, systems and code', () => {
  const westhaven = policies.organisations.get('westhaven-district-council');
  assert.equal(westhaven?.name, 'Westhaven District Council');
  assert.equal(westhaven?.code, 'WHV');
  assert.equal(westhaven?.active, true);
  assert.deepEqual(westhaven?.dataProtectionOfficer, {
    name: 'P. Lewis',
    email: 'dpo@westhaven.example',
    telephone: '01632 960202',
  });
  assert.equal(westhaven?.signIn?.issuer, 'https://login.westhaven.example/realms/staff');
  assert.equal(westhaven?.signIn?.roleNames.get('CEO'), 'civil enforcement officer');
  assert.deepEqual(westhaven?.systems[0], {
    id: 'westhaven-parking-app',
    clientId: 'westhaven-parking-app',
    actsForNamedPerson: 'always',
    mayReadLog: false,
    clientCertificates: [],
  });
});

test('who may read the log is said of systems and of roles, and is nobody where nothing is said', () => {
  assert.deepEqual(policies.organisations.get('westhaven-district-council')?.logRoles, []);
  const system = '  - system: westhaven-parking-app\n';
  const file = changedText(
    WESTHAVEN,
    [system, `${system}    may read the log: yes\n`],
    ['status: active', 'roles that may read the log: [parking supervisor]\nstatus: active'],
  );
  const others = samplesWith().filter(({ name }) => !WESTHAVEN.endsWith(name));
  const read = readPolicyFiles([...others, policyFile(WESTHAVEN, file)]).policies;
  const westhaven = read.organisations.get('westhaven-district-council');
  assert.deepEqual(westhaven?.logRoles, ['parking supervisor']);
  assert.deepEqual(
    westhaven?.systems.map(({ mayReadLog }) => mayReadLog),
    [true, ...westhaven.systems.slice(1).map(() => false)],
  );
});

test('a role that no token can carry is not let near the log', () => {
  refuses(
    WESTHAVEN,
    [['status: active', 'roles that may read the log: [auditor]\nstatus: active']],
    'roles that may read the log: [auditor]',
    "the role `auditor` is none of the `role names` of `sign in`; add it there, with the issuer's own word for it",
  );
});

test('what a file does not say of its tokens is the strict reading', () => {
  const signIn = policies.organisations.get('hillcrest-primary-school')?.signIn;
  assert.equal(signIn?.profile, 'rfc9068');
  assert.deepEqual(signIn?.algorithms, ['PS256', 'ES256', 'EdDSA']);
  assert.equal(signIn?.personClaim, 'sub');
  assert.equal(signIn?.longestTokenLifeSeconds, 3600);
  assert.equal(signIn?.scope, undefined);
});

test('the code of a hospital comes before that of a council', () => {
  assert.equal(policies.organisations.get('northmere-hospital-trust')?.code, 'X9X99');
  assert.equal(policies.organisations.get('hillcrest-primary-school')?.code, '999901');
});

test('an organisation that only shares needs no sign in', () => {
  takes(WESTHAVEN, ['status: active', 'status: not active']);
});

test('one client id of one issuer cannot belong to two organisations', () => {
  const other = changedText(
    WESTHAVEN,
    ['organisation: westhaven-district-council', 'organisation: another-council'],
    ['  - system: westhaven-parking-app', '  - system: another-app\n    client id: westhaven-parking-app'],
    ['  - system: westhaven-revenues-system', '  - system: another-system'],
  );
  const { mistakes } = readPolicyFiles([...samplesWith(), policyFile('organisations/zz.yaml', other)]);
  assert.deepEqual(
    mistakes.map(({ what }) => what),
    ['the client id `westhaven-parking-app` of this issuer belongs to `westhaven-district-council` already'],
  );
});

test('two systems of one name are refused', () => {
  refuses(
    WESTHAVEN,
    [['  - system: westhaven-revenues-system', '  - system: westhaven-parking-app']],
    '- system: westhaven-parking-app',
    'the system `westhaven-parking-app` is here already; give it another name',
  );
});

test('two systems of one client id are refused', () => {
  refuses(
    WESTHAVEN,
    [
      [
        '  - system: westhaven-revenues-system',
        '  - system: westhaven-revenues-system\n    client id: westhaven-parking-app',
      ],
    ],
    '- system: westhaven-revenues-system',
    'the client id `westhaven-parking-app` of this issuer belongs to `westhaven-district-council` already; write another `client id`',
  );
});

test('a system with keys of its own says where they are', () => {
  refuses(
    WESTHAVEN,
    [['    keys: https://keys.westhaven.example/parking.jwks\n', '']],
    '- system: westhaven-parking-app',
    'the place of its keys is missing; add a line `keys: https://…`',
  );
});

test('a token life above a day is refused', () => {
  refuses(
    WESTHAVEN,
    [['  staff number is in: sub', '  longest token life: 25 hours\n  staff number is in: sub']],
    'longest token life: 25 hours',
    'this is not a time of at most 24 hours; write a number and a unit, such as `1 hour` or `15 minutes`',
  );
});

test('a token life without a unit is refused', () => {
  refuses(
    WESTHAVEN,
    [['  staff number is in: sub', '  longest token life: an hour\n  staff number is in: sub']],
    'longest token life: an hour',
    'this is not a time of at most 24 hours; write a number and a unit, such as `1 hour` or `15 minutes`',
  );
});

const COUNCIL = 'organisations/northmere-city-council.yaml';
const SAME_ISSUER: Change = ['login.northmere.example/realms/staff', 'login.westhaven.example/realms/staff'];
const SAME_CLIENT: Change = [
  '  - system: northmere-social-care-system',
  '  - system: northmere-social-care-system\n    client id: westhaven-parking-app',
];
const apart = (claim: string, is: string): Change => [
  'sign in:\n',
  `sign in:\n  told apart by: {claim: ${claim}, is: ${is}}\n`,
];

function bothWith(...claims: readonly [Change, Change]): readonly unknown[] {
  const files = [
    policyFile(WESTHAVEN, changedText(WESTHAVEN, claims[0])),
    policyFile(COUNCIL, changedText(COUNCIL, SAME_ISSUER, SAME_CLIENT, claims[1])),
  ];
  const others = samplesWith().filter(({ name }) => !WESTHAVEN.endsWith(name) && !COUNCIL.endsWith(name));
  return readPolicyFiles([...others, ...files]).mistakes.filter(({ what }) => what.includes('belongs to'));
}

test('two organisations with one client of one issuer are taken where one claim tells them apart, and not otherwise', () => {
  assert.deepEqual(bothWith(apart('org', 'westhaven'), apart('org', 'northmere')), []);
  const wrong: [Change, Change][] = [
    [apart('org', 'westhaven'), apart('org', 'westhaven')],
    [apart('org', 'westhaven'), apart('tenant', 'northmere')],
    [apart('org', 'westhaven'), ['status: active', 'status: active']],
  ];
  for (const claims of wrong) assert.equal(bothWith(...claims).length, 1);
});

test('what is said of opaque tokens and person assertions is read, and an answer is not remembered for long', () => {
  const opaque = (time: string): Change => [
    'sign in:\n',
    `sign in:\n  person assertions: taken\n  opaque tokens: {asked with: mutual tls, secret: ONE, answers remembered for: ${time}}\n`,
  ];
  const others = samplesWith().filter(({ name }) => !WESTHAVEN.endsWith(name));
  const file = policyFile(WESTHAVEN, changedText(WESTHAVEN, opaque('10 minutes')));
  const { signIn } =
    readPolicyFiles([...others, file]).policies.organisations.get('westhaven-district-council') ?? {};
  assert.deepEqual(signIn?.opaqueTokens, { askedWith: 'mutual tls', secret: 'ONE', rememberedMs: 600_000 });
  assert.equal(signIn?.personAssertions, true);
  const line = opaque('11 minutes')[1].split('\n')[2]?.trim() ?? '';
  refuses(
    WESTHAVEN,
    [opaque('11 minutes')],
    line,
    'this is not a time of at most 10 minutes; write a number and a unit, such as `60 seconds`: a token that was taken back works for so long',
  );
});
