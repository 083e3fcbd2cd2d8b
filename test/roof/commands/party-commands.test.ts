/** The commands of the parties, as processes: from a new key to an agreement in force, stopped, and looked back at. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { signingKeyPlace } from '../../../demo/signed-policies.ts';
import { type Ran, runCommand } from '../../support/command-line.ts';
import { SAMPLES, type WholeGateway, wholeGateway } from '../../support/whole-gateway.ts';

const PARTIES = ['northmere-city-council', 'westhaven-district-council'] as const;
const NOWHERE = 'http://127.0.0.1:9';

const root = mkdtempSync(join(tmpdir(), 'party-'));
let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
});
after(async () => {
  await gateway.close();
  rmSync(root, { recursive: true, force: true });
});

function run(parameters: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return runCommand(parameters, { env });
}

function order(name: string, more: readonly string[], by: string = PARTIES[1]): string[] {
  const key = signingKeyPlace(join(gateway.folder, 'signing'), by);
  return [name, 'DSA-2026-014', '--as', by, '--key', key, '--reason', 'a laptop was lost', ...more];
}

test('from new keys to an agreement in force', async () => {
  const policies = join(root, 'policies');
  cpSync(SAMPLES, policies, { recursive: true });
  const pins: Record<string, string[]> = {};
  for (const party of PARTIES) {
    const key = join(root, `${party}.pem`);
    const made = await run(['keys', 'make-signing', '--out', key]);
    assert.equal(made.code, 0, made.err);
    assert.equal(statSync(key).mode & 0o777, 0o600);
    const [, fingerprint = ''] = /^fingerprint: (\S{43})$/m.exec(made.out) ?? [];
    const [, lines = ''] = /(signing keys:\n {2}- \S{43}\n)/.exec(made.out) ?? [];
    pins[party] = [fingerprint];

    const unlisted = await run(['sign', 'DSA-2026-014', policies, '--as', party, '--key', key]);
    assert.equal(unlisted.code, 1);
    assert.match(unlisted.err, /does not list this key/);
    assert.ok(unlisted.err.includes(lines));
    appendFileSync(join(policies, `organisations/${party}.yaml`), `\n${lines}`);
  }
  writeFileSync(join(root, 'pins.json'), JSON.stringify(pins));
  for (const party of PARTIES) {
    const signed = await run([
      'sign',
      'DSA-2026-014',
      policies,
      '--as',
      party,
      '--key',
      join(root, `${party}.pem`),
    ]);
    assert.equal(signed.code, 0, signed.err);
    assert.match(signed.out, new RegExp(`^${party} signs this, and nothing else flows under it:\n`));
    assert.match(signed.out, / {2}upstream: https:\/\/badges\.internal\.northmere\.example/);
    assert.match(signed.out, / {4}party\.person\.badgeHolderName:\n(?: {6}.*\n)* {8}as: initials\n/);
    const pinned = await run(['check', policies, '--pins', join(root, 'pins.json')]);
    const line = pinned.out.split('\n').find((one) => one.startsWith('DSA-2026-014')) ?? '';
    assert.match(line, party === PARTIES[0] ? /not in force: it is not signed by both/ : /: in force until /);
  }
  const unpinned = await run(['check', policies]);
  assert.match(unpinned.out, /DSA-2026-014 version 3: not in force/);
});

test('sign says what stands in its way', async () => {
  const key = join(root, `${PARTIES[0]}.pem`);
  const policies = join(root, 'policies');
  for (const [parameters, code, why] of [
    [['DSA-2026-999', policies, '--as', PARTIES[0]], 1, /there is no DSA-2026-999/],
    [['DSA-2026-014', policies, '--as', PARTIES[0], '--version', '9'], 1, /no DSA-2026-014 version 9/],
    [['DSA-2026-014', policies, '--as', 'hillcrest-primary-school'], 1, /is not a party to DSA-2026-014/],
    [['DSA-2026-014', join(root, 'nowhere'), '--as', PARTIES[0]], 2, /put them right and sign then/],
  ] as const) {
    const ran = await run(['sign', ...parameters, '--key', key]);
    assert.equal(ran.code, code, ran.err);
    assert.match(ran.err, why);
  }
  const missing = await run([
    'sign',
    'DSA-2026-014',
    policies,
    '--as',
    PARTIES[0],
    '--key',
    join(root, 'no.pem'),
  ]);
  assert.notEqual(missing.code, 0);
  assert.match(missing.err, /no\.pem is not there/);
  assert.doesNotMatch(missing.err, / {4}at /);
});

test('a party stops an agreement at the running gateway, sees it listed, and resumes', async () => {
  const at = ['--operations', gateway.operations];
  const suspended = await run(order('suspend', at));
  assert.equal(suspended.code, 0, suspended.err);
  assert.equal(suspended.out, 'in force: DSA-2026-014 is suspended by westhaven-district-council\n');
  assert.match(
    (await run(['stops', ...at])).out,
    /^DSA-2026-014 · suspend · westhaven-district-council · .* · a laptop was lost\n$/,
  );
  const other = await run(order('resume', at, PARTIES[0]));
  assert.deepEqual([other.code, other.out], [1, '']);
  assert.match(other.err, /^not taken up: no suspension/);
  assert.equal((await run(order('resume', at))).code, 0);
  assert.equal((await run(['stops', ...at])).out, 'nothing is stopped\n');
  const nobody = await run(['stops', '--operations', NOWHERE]);
  assert.equal(nobody.code, 1);
});

test('an order can be written to a file and handed in by somebody else', async () => {
  const file = join(root, 'order.jws');
  const written = await run(order('suspend', ['--out', file, '--operations', NOWHERE]));
  assert.equal(written.code, 0, written.err);
  const at = ['--operations', gateway.operations];
  assert.match((await run(['hand-in', file, ...at])).out, /^in force: DSA-2026-014 is suspended/);
  assert.equal((await run(order('resume', at))).code, 0);
});

test('with no gateway running an order goes into the store; while one runs elsewhere it is refused', async () => {
  const held = await run(order('revoke', ['--operations', NOWHERE]), gateway.settings);
  assert.equal(held.code, 1);
  assert.match(held.err, /another process writes to this audit store/);
  const unset = await run(order('revoke', ['--operations', NOWHERE]));
  assert.equal(unset.code, 1);
  assert.match(unset.err, /is not in force: the gateway cannot start:\n.*GATEWAY_ORIGIN is missing/);

  await gateway.stop();
  const stored = await run(order('revoke', ['--operations', NOWHERE]), gateway.settings);
  assert.equal(stored.code, 0, stored.err);
  assert.equal(stored.out, 'in force: DSA-2026-014 is revoked by westhaven-district-council\n');
  const { operations } = await gateway.restarted();
  const stops = await run(['stops', '--operations', operations]);
  assert.match(stops.out, /^DSA-2026-014 · revoke · westhaven-district-council/);
});

test('the files of a set are written out from the hash in its entry', async () => {
  const entry = gateway.leaves().find(({ kind }) => kind === 'policies');
  const out = join(root, 'opened');
  const store = ['--store', join(gateway.folder, 'audit.sqlite')];
  const opened = await run(['policies', 'open', String(entry?.['policies']), '--out', out, ...store]);
  assert.equal(opened.code, 0, opened.err);
  for (const file of ['agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml', 'gateway/pinned-keys.json'])
    assert.ok(existsSync(join(out, file)), file);
  assert.deepEqual(
    readFileSync(join(out, 'datasets/blue-badges.yaml')),
    readFileSync(join(gateway.folder, 'policies/datasets/blue-badges.yaml')),
  );
  const again = await run(['policies', 'open', String(entry?.['policies']), '--out', out, ...store]);
  assert.deepEqual([again.code, again.out], [1, '']);
  assert.match(again.err, /is there already/);
});
