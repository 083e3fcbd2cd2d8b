/** A partner is taken on: its file is begun, its blanks are filled, and its real servers are looked at before anything flows. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Issuers, startIssuers } from '../../demo/issuers.ts';
import { type StartedPartner, startPartners } from '../../demo/partners/start-partners.ts';
import { inventTown } from '../../demo/people.ts';
import { personToken, systemToken } from '../../demo/sign-in.ts';
import { keysOfSystems, type SystemKeys, signInOf } from '../../demo/sign-ins.ts';
import { inventStaff } from '../../demo/staff.ts';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { SAMPLES } from '../support/changed-policies.ts';
import { type Printed, partnerFolder, runPartner, WESTHAVEN_ID } from '../support/partner-check.ts';

const AUDIENCE = 'https://gateway.northmere.example';
const HERE = ['--private-addresses', '127.0.0.1'];
const NORTHMERE = 'northmere-city-council';
const HOSPITAL = 'northmere-hospital-trust';

describe('taking a partner on, among real providers', () => {
  let policies: PolicySet;
  let keys: SystemKeys;
  let issuers: Issuers;
  let partners: StartedPartner[];
  let place: ReturnType<typeof partnerFolder>;

  before(async () => {
    policies = await loadPolicyFolder(SAMPLES);
    const staffed = [...policies.organisations.values()];
    keys = await keysOfSystems(staffed);
    const settings = staffed.map((organisation) => ({
      organisation,
      staff: inventStaff(organisation),
      publicKeys: keys.publicKeys,
    }));
    issuers = await startIssuers(settings, AUDIENCE, 0);
    partners = await startPartners(policies.datasets.values(), inventTown(), 0);
    place = partnerFolder({ issuer: (id) => issuers.issuerOf(id), upstreamOf });
  });

  after(async () => {
    await issuers.close();
    for (const { partner } of partners) await partner.close();
    place.remove();
  });

  function upstreamOf(dataset: string) {
    const partner = partners.find((one) => one.dataset === dataset)?.partner;
    return partner && { address: partner.address, tokenIssuer: partner.origin };
  }

  /** The gateway's secrets, each perhaps changed. */
  function secrets(change: (member: string, value: string) => string = (_member, value) => value): string {
    const all = partners.flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
    const changed = all.map(({ name, value }) => [
      name,
      Object.fromEntries(Object.entries(value).map(([member, one]) => [member, change(member, one)])),
    ]);
    return place.write('secrets.json', JSON.stringify(Object.fromEntries(changed)));
  }

  function check(organisation: string, ...more: readonly string[]): Promise<Printed> {
    return runPartner('check', 'partner', organisation, '--policies', place.policies, ...HERE, ...more);
  }

  async function tokenOf(organisation: string, number: string | undefined): Promise<string> {
    const body = policies.organisations.get(organisation) ?? assert.fail();
    const [system = assert.fail()] = signInOf(body, issuers.issuerOf(organisation), AUDIENCE, keys).systems;
    const token = number === undefined ? await systemToken(system) : await personToken(system, number);
    return place.write('token', token);
  }

  it('finds nothing to mend at a real OpenID provider with the token of an officer', async () => {
    const officer = inventStaff(policies.organisations.get(WESTHAVEN_ID) ?? assert.fail()).find(
      ({ role }) => role === 'civil enforcement officer',
    );
    const printed = await check(WESTHAVEN_ID, '--token-file', await tokenOf(WESTHAVEN_ID, officer?.number));
    assert.equal(printed.status, 0, printed.stdout);
    assert.match(printed.stdout, /^Nothing to mend/m);
    assert.match(printed.stdout, /agreement DSA-2026-014: such a token is let in/);
  });

  it('finds that a token of the system alone names nobody', async () => {
    const printed = await check(WESTHAVEN_ID, '--token-file', await tokenOf(WESTHAVEN_ID, undefined));
    assert.equal(printed.status, 1);
    assert.match(printed.lines('to mend').join('\n'), /^token, person: no person is behind it/m);
  });

  it("does not take another organisation's token for this one's", async () => {
    const printed = await check(HOSPITAL, '--token-file', await tokenOf(WESTHAVEN_ID, undefined));
    assert.match(
      printed.lines('to mend').join('\n'),
      /^token as a whole: the gateway does not take it: it is a token of westhaven-district-council/m,
    );
  });

  it('signs in at the providers and asks about nobody, and says what it sent', async () => {
    const badges = await check(NORTHMERE, '--secrets', secrets());
    assert.equal(badges.status, 0, badges.stdout);
    assert.match(badges.stdout, /token for the server: .* gave the gateway an access token/);
    assert.match(
      badges.stdout,
      /what was sent: GET http:.*\/badges\/ZZ9ZZZ; no word of the answer's body was read/,
    );
    assert.match(badges.stdout, /answer about nobody: 404, as the file says/);
    const patients = await check(HOSPITAL, '--secrets', secrets());
    assert.equal(patients.status, 0, patients.stdout);
    assert.match(patients.stdout, /sign-in at the server: the server took the gateway's credential/);
  });

  it('asks nothing that needs a secret where none is given', async () => {
    const printed = await check(HOSPITAL);
    assert.equal(printed.status, 0, printed.stdout);
    assert.match(printed.lines('cannot tell').join('\n'), /^answer: nothing was asked: it needs the secret/m);
  });

  it('finds a wrong client secret and a wrong key', async () => {
    const wrong = (member: string, value: string): string =>
      member === 'value' || member === 'clientSecret' ? 'not-the-secret' : value;
    const badges = await check(NORTHMERE, '--secrets', secrets(wrong));
    assert.equal(badges.status, 1);
    assert.match(
      badges.lines('to mend').join('\n'),
      /^token for the server: .* gave none: gateway could not sign in/m,
    );
    const patients = await check(HOSPITAL, '--secrets', secrets(wrong));
    assert.match(
      patients.lines('to mend').join('\n'),
      /^sign-in at the server: upstream refused the credential.* For you/m,
    );
    for (const { stdout, stderr } of [badges, patients])
      assert.ok(!`${stdout}${stderr}`.includes('not-the-secret'));
  });

  it('finds a secret that is bound to another host before anything is sent', async () => {
    const elsewhere = (member: string, value: string): string =>
      member === 'host' ? 'other.example' : value;
    const printed = await check(HOSPITAL, '--secrets', secrets(elsewhere));
    assert.match(printed.lines('to mend').join('\n'), /^settings: .*bound to another host/m);
    assert.match(printed.lines('cannot tell').join('\n'), /nothing was asked: the settings are not in order/);
  });

  it('looks at the test server of a rehearsal alone', async () => {
    const printed = await check(HOSPITAL, '--rehearsal');
    assert.equal(printed.status, 0, printed.stdout);
    assert.doesNotMatch(printed.stdout, /Dataset patient-demographics|Identity provider/);
  });

  it('begins a file that `check` takes once its blanks are filled, and its own check after it', async () => {
    const issuer = issuers.issuerOf('hillcrest-primary-school');
    const begun = await runPartner(
      ...[
        'new',
        'partner',
        'eastmoor-borough-council',
        '--name',
        'Eastmoor Borough Council',
        '--kind',
        'council',
      ],
      ...['--nation', 'England', '--address', 'Town Hall, Eastmoor', '--issuer', issuer],
      ...['--audience', AUDIENCE, '--system', 'eastmoor-housing-system', ...HERE],
    );
    assert.equal(begun.status, 0, begun.stderr);
    assert.match(begun.stdout, /^ {2}signed using: \[ES256\]/m);
    const file = join(place.policies, 'organisations/eastmoor-borough-council.yaml');
    writeFileSync(file, begun.stdout);
    const before = await check('eastmoor-borough-council');
    assert.equal(before.status, 2);
    writeFileSync(file, filled(begun.stdout));
    const printed = await check('eastmoor-borough-council');
    assert.equal(printed.status, 0, printed.stdout + printed.stderr);
    assert.match(printed.stdout, /keys: 1 key that can verify ES256/);
  });

  // The last: it takes a server away.
  it('finds a server that is down', async () => {
    await partners.find(({ dataset }) => dataset === 'patient-demographics')?.partner.close();
    const printed = await check(HOSPITAL, '--secrets', secrets());
    assert.equal(printed.status, 1);
    assert.match(
      printed.lines('to mend').join('\n'),
      /^connection to .*: nothing answers at its address.* For their API team/m,
    );
  });
});

/** What people who know would write into the blanks. */
function filled(text: string): string {
  const known: readonly (readonly [blank: string, write: string])[] = [
    ['ico registration: FILL-IN', 'ico registration: ZA000009'],
    ['ons code: FILL-IN', 'ons code: E07999909'],
    ['local authority code: FILL-IN', 'local authority code: EASTM'],
    ['name: FILL-IN', 'name: R. Amoah'],
    ['email: FILL-IN', 'email: dpo@eastmoor.example'],
    ['FILL-IN: FILL-IN', 'HO: housing officer'],
    ['client id: FILL-IN', 'client id: eastmoor-housing'],
    ['signs in with: FILL-IN', 'signs in with: client secret'],
    ['acts for a named person: FILL-IN', 'acts for a named person: always'],
  ];
  let done = text;
  for (const [blank, write] of known) {
    assert.ok(done.includes(blank), blank);
    done = done.replace(blank, write);
  }
  assert.ok(!done.split('\n').some((line) => line.includes('FILL-IN') && !line.startsWith('#')));
  return done;
}
