/** Policies over real HTTP: what is signed is what flows, changes count within five seconds, a stop counts at once. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { signingKeyPlace, signPolicies } from '../../../demo/signed-policies.ts';
import { sha256OfFiles } from '../../../src/adapters/policies/policy-files.ts';
import { signText } from '../../../src/adapters/signing/signed-text.ts';
import { makeSigningKeyFile, readSigningKeyFile } from '../../../src/adapters/signing/signing-key-file.ts';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { type Order, stopText } from '../../../src/domain/stop.ts';
import { openKeptSet } from '../../../src/roof/policies/kept-policies.ts';
import { json, signingPlace, type WholeGateway, wholeGateway } from '../../support/whole-gateway.ts';

const KERBSIDE = 'agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml';
const WESTHAVEN = 'organisations/westhaven-district-council.yaml';
const BADGE = { data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } };
/** What the formats promise of changes and stops. */
const WITHIN_MS = 5000;

async function started(options: Parameters<typeof wholeGateway>[0] = {}): Promise<WholeGateway> {
  const gateway = await wholeGateway(options);
  gateway.answerWith(json(BADGE));
  return gateway;
}

async function ask(
  gateway: WholeGateway,
  url = gateway.url,
  claims: Record<string, unknown> = {},
  path = 'blue-badges/badges/ZZ9Z01',
): Promise<{ status: number; detail: string; body: string; version: string | undefined }> {
  const token = await gateway.token({
    system: 'westhaven-parking-app',
    person: 'staff-9001',
    roles: ['CEO'],
    claims,
  });
  const answer = await fetch(`${url}/${path}`, {
    headers: {
      authorization: `Bearer ${token}`,
      'exchange-purpose': 'parking enforcement',
      'exchange-reason': 'badge on display',
      'exchange-case-reference': 'PCN-0001',
    },
  });
  const body = await answer.text();
  const { detail = '' } = JSON.parse(body) as { detail?: string };
  const version = /version=(\d+)/.exec(answer.headers.get('sharing-agreement') ?? '')?.[1];
  return { status: answer.status, detail, body, version };
}

/** Asks until the answer is refused for not being in force; fails where that takes longer than promised. */
async function refusedWithin(gateway: WholeGateway): Promise<string> {
  const from = performance.now();
  for (;;) {
    const { status, detail } = await ask(gateway);
    if (status === 403) return detail;
    assert.equal(status, 200, detail);
    assert.ok(performance.now() - from < WITHIN_MS, 'it took longer than five seconds');
    await sleep(100);
  }
}

function change(gateway: WholeGateway, file: string, find: string | RegExp, write: string): void {
  const path = join(gateway.folder, 'policies', file);
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(find, write);
  assert.notEqual(changed, text, `${file} does not hold ${find}`);
  writeFileSync(path, changed);
}

async function readiness(gateway: WholeGateway): Promise<{ status: number; attention: string }> {
  const answer = await fetch(`${gateway.operations}/health/ready`);
  const { attention } = (await answer.json()) as { attention: string[] };
  return { status: answer.status, attention: attention.join('\n') };
}

function policyEntries(gateway: WholeGateway): Record<string, unknown>[] {
  return gateway.leaves().filter(({ kind }) => kind === 'policies');
}

async function order(
  gateway: WholeGateway,
  name: Order,
  by = 'westhaven-district-council',
  more: { atMs?: number; key?: string } = {},
): Promise<{ status: number; said: string; signature: string }> {
  const key = readSigningKeyFile(more.key ?? signingKeyPlace(join(gateway.folder, 'signing'), by));
  const text = stopText({
    order: name,
    agreement: 'DSA-2026-014',
    by,
    reason: 'a laptop was lost',
    atMs: more.atMs ?? Date.now(),
  });
  const signature = await signText(text, 'stop', key);
  return { ...(await handIn(gateway, signature)), signature };
}

async function handIn(gateway: WholeGateway, body: string): Promise<{ status: number; said: string }> {
  const answer = await fetch(`${gateway.operations}/policies/stops`, { method: 'POST', body });
  return { status: answer.status, said: await answer.text() };
}

test('one byte of a signed agreement changed: nothing flows within 5 s, an entry says so, and what differs is told', async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  assert.equal((await ask(gateway)).status, 200);
  change(gateway, KERBSIDE, '60 an hour', '61 an hour');
  assert.match(await refusedWithin(gateway), /DSA-2026-014 is not what both parties signed/);
  const entry = policyEntries(gateway).find(({ code }) => code === 'signature-broken');
  assert.equal(entry?.['agreement'], 'DSA-2026-014');
  const { status, attention } = await readiness(gateway);
  assert.equal(status, 200);
  assert.match(attention, /the file of the agreement was changed after it was signed/);
  assert.match(attention, /is now `61`, signed was `60`/);
  change(gateway, KERBSIDE, '61 an hour', '60 an hour');
  await sleep(3500);
  assert.equal((await ask(gateway)).status, 200);
});

test('a dataset re-pointed to another host: nothing flows, and the caller is not told where', async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  change(gateway, 'datasets/blue-badges.yaml', 'http://127.0.0.1:', 'http://localhost:');
  const detail = await refusedWithin(gateway);
  assert.match(detail, /is not what both parties signed/);
  assert.doesNotMatch(detail, /localhost|127/);
  assert.match((await readiness(gateway)).attention, /the upstream is now `http:\/\/localhost:/);
});

test("an organisation's key swapped: nothing flows, not even with signatures of the new key, until it is pinned", async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  const place = signingPlace(gateway.folder);
  const pinned = readFileSync(place.pins);
  const old =
    /signing keys:\n {2}- (.*)\n/.exec(readFileSync(join(place.policies, WESTHAVEN), 'utf8'))?.[1] ?? '';
  const file = signingKeyPlace(place.keys, 'westhaven-district-council');
  renameSync(file, `${file}.old`);
  const { x, fingerprint } = makeSigningKeyFile(file);
  change(gateway, WESTHAVEN, old, x);
  await refusedWithin(gateway);
  assert.match((await readiness(gateway)).attention, /which its file does not list under `signing keys`/);

  await signPolicies({ ...place, pins: join(gateway.folder, 'other-pins.json') });
  await gateway.running.reloadPolicies();
  assert.equal((await ask(gateway)).status, 403);
  assert.match((await readiness(gateway)).attention, /which this gateway does not pin for it/);
  assert.deepEqual(readFileSync(place.pins), pinned);

  renameSync(join(gateway.folder, 'other-pins.json'), place.pins);
  await gateway.running.reloadPolicies();
  assert.equal((await ask(gateway)).status, 200);
  const keys = gateway.leaves().filter(({ kind }) => kind === 'key');
  assert.ok(keys.some(({ id, code }) => id === fingerprint && code === 'pinned'));
  assert.ok(keys.some(({ id, code }) => id !== fingerprint && code === 'unpinned'));
});

test('a key that is unpinned counts no more', async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  writeFileSync(signingPlace(gateway.folder).pins, '{}');
  await refusedWithin(gateway);
});

test('a stop by one party works while another file is broken, survives a restart, and is lifted by that party alone', async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  const broken = join(gateway.folder, 'policies/agreements/broken.yaml');
  writeFileSync(broken, 'they may sea: all\n');
  assert.equal(await gateway.running.reloadPolicies(), false);
  assert.equal((await ask(gateway)).status, 200);
  const suspended = await order(gateway, 'suspend');
  assert.equal(suspended.status, 200, suspended.said);
  const refused = await ask(gateway);
  assert.equal(refused.status, 403);
  assert.match(
    refused.detail,
    /DSA-2026-014 was suspended on .* by Westhaven District Council \(ask .*@westhaven\.example/,
  );
  const entry = policyEntries(gateway).at(-1);
  assert.deepEqual(
    [entry?.['code'], entry?.['agreement'], entry?.['by']],
    ['suspend', 'DSA-2026-014', 'westhaven-district-council'],
  );

  const restarted = await gateway.restarted();
  assert.equal((await readiness(restarted)).status, 200, 'it serves the last good set of the store');
  assert.match((await readiness(restarted)).attention, /comes from the store/);
  assert.match((await ask(restarted)).detail, /was suspended/);

  assert.match(
    (await order(restarted, 'resume', 'northmere-city-council')).said,
    /no suspension of DSA-2026-014/,
  );
  assert.match((await handIn(restarted, suspended.signature)).said, /stands already/);
  assert.equal((await order(restarted, 'resume')).status, 200);
  assert.equal((await ask(restarted)).status, 200);
  const replayed = await handIn(restarted, suspended.signature);
  assert.equal(replayed.status, 400);
  assert.match(replayed.said, /taken back already/);
  assert.equal((await ask(restarted)).status, 200);
});

test('a stop is taken up while the file of pins is broken, and while an agreement is not what was signed', async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  change(gateway, KERBSIDE, '60 an hour', '61 an hour');
  await gateway.running.reloadPolicies();
  writeFileSync(signingPlace(gateway.folder).pins, 'northmere: [');
  assert.equal(await gateway.running.reloadPolicies(), false);
  assert.match((await readiness(gateway)).attention, /PINNED_KEYS_FILE/);
  assert.equal((await order(gateway, 'revoke')).status, 200);
  assert.match((await ask(gateway)).detail, /was revoked/);
});

test('an end stands for good: its party cannot resume, and a new version does not bring the agreement back', async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  assert.equal((await order(gateway, 'end', 'northmere-city-council')).status, 200);
  assert.match((await ask(gateway)).detail, /was ended early/);
  assert.equal((await order(gateway, 'resume', 'northmere-city-council')).status, 400);
  change(gateway, KERBSIDE, 'version: 3', 'version: 4');
  await signPolicies(signingPlace(gateway.folder));
  assert.equal(await gateway.running.reloadPolicies(), true);
  assert.match((await ask(gateway)).detail, /was ended early/);
});

test('an older version does not come back where the files of the newer one are taken away, not even after a restart', async (t) => {
  const gateway = await started({
    policies: (folder) => {
      const newer = readFileSync(join(folder, KERBSIDE), 'utf8');
      writeFileSync(join(folder, 'agreements/older.yaml'), newer.replace('version: 3', 'version: 2'));
    },
  });
  t.after(() => gateway.close());
  assert.equal((await ask(gateway)).status, 200);
  rmSync(join(gateway.folder, 'policies', KERBSIDE));
  assert.equal(await gateway.running.reloadPolicies(), false);
  assert.match(
    (await readiness(gateway)).attention,
    /version 3 of DSA-2026-014 was in force already, and these files would bring version 2 back/,
  );
  assert.equal((await ask(gateway)).version, '3');
  assert.equal((await ask(await gateway.restarted())).version, '3');
});

test('a signal to read the files again is heeded, and ends nothing', async (t) => {
  const gateway = await started({ spawned: true });
  t.after(() => gateway.close());
  assert.equal((await ask(gateway)).status, 200);
  change(gateway, KERBSIDE, '60 an hour', '61 an hour');
  process.kill(gateway.running.pid ?? 0, 'SIGHUP');
  await refusedWithin(gateway);
});

test('nobody but a party with a pinned key stops an agreement', async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  const stranger = join(gateway.folder, 'stranger.pem');
  makeSigningKeyFile(stranger);
  for (const [tried, why] of [
    [await order(gateway, 'suspend', 'westhaven-district-council', { key: stranger }), /is not pinned/],
    [await order(gateway, 'suspend', 'hillcrest-primary-school'), /is not a party/],
    [await order(gateway, 'suspend', undefined, { atMs: Date.now() + 3_600_000 }), /dated in the future/],
    [await handIn(gateway, 'suspend DSA-2026-014'), /not a signed order/],
    [await handIn(gateway, ''), /not a signed order/],
  ] as const) {
    assert.equal(tried.status, 400);
    assert.match(tried.said, why);
  }
  assert.equal((await ask(gateway)).status, 200);
});

test('a reload under load loses no request, and each taken set is an entry', async (t) => {
  const gateway = await started({
    policies: (folder) => {
      const path = join(folder, KERBSIDE);
      const text = readFileSync(path, 'utf8').replace('60 an hour', '90000 an hour');
      writeFileSync(path, text.replace('150 a day', '90000 a day').replace(/^ {2}different people.*\n/m, ''));
    },
  });
  t.after(() => gateway.close());
  const statuses: number[] = [];
  let running = true;
  const clients = Array.from({ length: 8 }, async () => {
    while (running) statuses.push((await ask(gateway)).status);
  });
  const before = policyEntries(gateway).length;
  for (let nth = 1; nth <= 6; nth += 1) {
    writeFileSync(
      join(gateway.folder, 'policies/organisations/northmere-hospital-trust.yaml'),
      `${readFileSync(join(gateway.folder, 'policies/organisations/northmere-hospital-trust.yaml'), 'utf8')}# ${nth}\n`,
    );
    assert.equal(await gateway.running.reloadPolicies(), true);
  }
  running = false;
  await Promise.all(clients);
  assert.ok(statuses.length > 20, `${statuses.length} requests`);
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.ok(policyEntries(gateway).length >= before + 6);
});

test('every set that was in force can be opened from its entry, byte for byte', async (t) => {
  const gateway = await started();
  t.after(() => gateway.close());
  const folder = join(gateway.folder, 'policies');
  const first = readFileSync(join(folder, KERBSIDE));
  change(gateway, KERBSIDE, '60 an hour', '50 an hour');
  await gateway.running.reloadPolicies();
  const [one, two] = [...new Set(policyEntries(gateway).map(({ policies }) => String(policies)))];
  const reader = openSqliteReader(join(gateway.folder, 'audit.sqlite'));
  t.after(() => reader.close());
  const open = (sha256 = '') => openKeptSet(sha256, reader.fact.bind(reader));
  const kerbside = async (sha256 = '') =>
    (await open(sha256)).find(({ name }) => KERBSIDE.endsWith(name))?.bytes;
  assert.deepEqual(Buffer.from((await kerbside(one)) ?? []), first);
  assert.deepEqual(Buffer.from((await kerbside(two)) ?? []), readFileSync(join(folder, KERBSIDE)));
  assert.equal(sha256OfFiles(await open(two)), two);
  assert.equal(
    (await open(two)).filter((file) => file.folder === 'signatures').length,
    readdirSync(join(folder, 'signatures')).length,
  );
  await assert.rejects(
    () => open(createHash('sha256').update('nothing').digest('hex')),
    /holds no policy set/,
  );
});

test('a start with broken files and an empty store is not ready', async (t) => {
  const gateway = await started({
    policies: (folder) => writeFileSync(join(folder, 'agreements/broken.yaml'), 'format: nonsense\n'),
  });
  t.after(() => gateway.close());
  assert.equal((await readiness(gateway)).status, 503);
  rmSync(join(gateway.folder, 'policies/agreements/broken.yaml'));
  await signPolicies(signingPlace(gateway.folder));
  await gateway.running.reloadPolicies();
  assert.deepEqual(await readiness(gateway), { status: 200, attention: '' });
});

for (const [season, from, until] of [
  ['winter', '2027-01-01T00:00:00Z', '2027-02-01T00:00:00Z'],
  ['summer', '2027-05-31T23:00:00Z', '2027-06-30T23:00:00Z'],
  ['the day on which clocks go forward', '2027-03-28T00:00:00Z', '2027-03-28T23:00:00Z'],
  ['the day on which clocks go back', '2027-10-30T23:00:00Z', '2027-11-01T00:00:00Z'],
] as const) {
  test(`starts and ends on the second without a reload: ${season}`, async (t) => {
    const [startsMs, endsMs] = [Date.parse(from), Date.parse(until)];
    const london = (atMs: number) =>
      new Date(atMs).toLocaleDateString('en-CA', { timeZone: 'Europe/London' });
    let now = startsMs - 1000;
    const gateway = await started({
      now: () => now,
      policies: (folder) => {
        const path = join(folder, KERBSIDE);
        const text = readFileSync(path, 'utf8')
          .replace(/starts: .*/, `starts: ${london(startsMs)}`)
          .replace(/review by: .*/, `review by: ${london(endsMs - 1)}`)
          .replace(/ends: .*/, `ends: ${london(endsMs - 1)}`);
        writeFileSync(path, text);
      },
    });
    t.after(() => gateway.close());
    assert.match((await ask(gateway)).detail, /has not started/, '23:59:59 before the first day');
    now = startsMs;
    assert.equal((await ask(gateway)).status, 200, '00:00:00 of the first day');
    now = endsMs - 1000;
    assert.equal((await ask(gateway)).status, 200, '23:59:59 of the last day');
    now = endsMs;
    assert.match((await ask(gateway)).detail, /has ended/, '00:00:00 after the last day');
  });
}

test('a rehearsal reaches the test upstream only, by tokens for rehearsals only, in a log that says so', async (t) => {
  let asked = 0;
  const invented = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end('{"data":{"badgeNumber":"ZZ9Z99"}}');
  });
  await new Promise<void>((resolve) => invented.listen(0, '127.0.0.1', resolve));
  t.after(() => invented.close());
  const address = invented.address();
  const rehearse = rehearsal(typeof address === 'object' ? Number(address?.port) : 0);
  const rehearsing = await started({
    settings: { REHEARSAL: 'true', LOG_ORIGIN: 'gateway.northmere.example/rehearsal/test' },
    policies: rehearse,
  });
  t.after(() => rehearsing.close());
  const real = await started({ policies: rehearse });
  t.after(() => real.close());

  assert.equal((await ask(rehearsing)).status, 401, 'a token for the real gateway');
  const released = await ask(rehearsing, rehearsing.url, { aud: REHEARSALS });
  assert.deepEqual([released.status, released.body], [200, '{"data":{"badgeNumber":"ZZ9Z99"}}']);
  assert.deepEqual([asked, rehearsing.recorded.length], [1, 0]);
  assert.ok(rehearsing.leaves().every(({ log }) => log === 'gateway.northmere.example/rehearsal/test'));
  const search = await ask(
    rehearsing,
    rehearsing.url,
    { aud: REHEARSALS },
    'blue-badges/badges?name=A&postCode=ZZ99%203VZ',
  );
  assert.equal(search.status, 403, 'what is signed for real is not part of a rehearsal');

  assert.match((await ask(real)).detail, /DSA-2026-014 is a rehearsal only/);
  assert.equal((await ask(real, real.url, { aud: REHEARSALS })).status, 401);
  assert.deepEqual([asked, real.recorded.length], [1, 0]);
});

const REHEARSALS = 'https://rehearsal.northmere.example';

/** The kerbside agreement as a rehearsal, with a test upstream at this port. */
function rehearsal(port: number): (folder: string) => void {
  const edit = (path: string, find: string | RegExp, write: string): void => {
    const text = readFileSync(path, 'utf8');
    assert.match(text, typeof find === 'string' ? new RegExp(find) : find);
    writeFileSync(path, text.replace(find, write));
  };
  return (folder) => {
    edit(join(folder, KERBSIDE), 'version: 3', 'version: 3\nstatus: rehearsal');
    edit(join(folder, WESTHAVEN), /( +)audience: .*/, `$&\n$1rehearsal audience: ${REHEARSALS}`);
    const test = `address: http://127.0.0.1:${port}\n  sign in: none\n  timeout: 5 seconds\n  largest answer: 256 KB`;
    edit(join(folder, 'datasets/blue-badges.yaml'), 'operations:', `test upstream:\n  ${test}\noperations:`);
  };
}
