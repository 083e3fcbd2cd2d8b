/** A log that two gateways write in PostgreSQL is backed up while they serve, lost, and brought back; then a new log says what was lost. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { openPostgresReader } from '../../src/adapters/storage/postgres/postgres-reader.ts';
import { type RunningGateway, startGateway } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { type Ran, runCommand } from '../support/command-line.ts';
import { postgresServer } from '../support/postgres-server.ts';
import { json, wholeGateway } from '../support/whole-gateway.ts';

const NOWHERE = 'http://127.0.0.1:9';
const NEW_ORIGIN = 'gateway.northmere.example/audit/test-r1';

type Settings = Record<string, string>;

function run(parameters: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return runCommand(parameters, { env });
}

const server = await postgresServer();
const address = server.address(await server.createDatabase());
const indexes = mkdtempSync(join(tmpdir(), 'postgres-backup-'));
const first = await wholeGateway({
  settings: { AUDIT_LOG_FILE: '', AUDIT_STORE: address, SEARCH_INDEX_FILE: join(indexes, '1') },
});
first.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
const { folder } = first;
after(async () => {
  await first.close();
  await server.stop();
  rmSync(indexes, { recursive: true, force: true });
});

/** The settings of a gateway of its own on the log in a database. */
function settingsOf(nth: 1 | 2, more: Settings = {}): Settings {
  const own = { HEAD_FILE: join(folder, 'head-2'), INSTANCE_NAME: 'gateway-2' };
  const index = { SEARCH_INDEX_FILE: join(indexes, String(nth)) };
  return { ...first.settings, ...index, ...(nth === 2 ? own : {}), ...more };
}

function keyOf(origin = first.settings['LOG_ORIGIN'] ?? ''): string {
  return formatVerifierKey(openKeyRing(join(folder, 'keys'), origin).checkpoint.verifierKey);
}

async function ask(port: number, times: number): Promise<void> {
  const token = await first.token({
    system: 'westhaven-parking-app',
    person: 'staff-9001',
    roles: ['CEO'],
  });
  const headers = {
    authorization: `Bearer ${token}`,
    'exchange-purpose': 'parking enforcement',
    'exchange-reason': 'badge on display',
    'exchange-case-reference': 'PCN-77',
  };
  for (let time = 0; time < times; time += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/blue-badges/badges/ZZ9Z01`, { headers });
    assert.equal(answer.status, 200);
    await answer.arrayBuffer();
  }
}

async function sizeIn(store: string): Promise<number> {
  const reader = await openPostgresReader(store);
  const { size } = await reader.state();
  await reader.close();
  return size;
}

/** Both serve, and a backup is made meanwhile; then both go on, and end. Resolves to the number of entries in the backup. */
async function backedUp(to: string): Promise<number> {
  const second: RunningGateway = await startGateway(readConfig(settingsOf(2)));
  const { port, operationsPort } = first.running;
  await ask(port, 2);
  const asking = [ask(port, 8), ask(second.port, 8)];
  const operations = ['--operations', `http://127.0.0.1:${operationsPort}`];
  const made = await run(['backup', '--to', to, ...operations], first.settings);
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /holds the log gateway\.northmere\.example\/audit\/test as it stood at/);
  await Promise.all(asking);
  await ask(second.port, 2);
  await second.close();
  await first.stop();
  const { entries: held } = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8'));
  const reader = await openPostgresReader(address);
  const leaves = (await reader.entries(held, 1000)).map(({ leaf }) =>
    JSON.parse(Buffer.from(leaf).toString()),
  );
  await reader.close();
  assert.equal(leaves.find(({ kind, code }) => kind === 'read' && code === 'backup')?.['size'], held);
  return held;
}

const backup = join(folder, 'backup');
let held = 0;
before(async () => {
  held = await backedUp(backup);
});

/** The database is lost: the backup becomes a file, to which entries are missing. */
async function restoredTo(file: string): Promise<void> {
  const heads = ['--head', join(folder, 'head')];
  const restored = await run(['restore', '--from', backup, '--to', file, '--key', keyOf(), ...heads]);
  assert.equal(restored.code, 3, restored.err);
}

/** The file becomes a database. */
async function movedFrom(file: string): Promise<string> {
  const to = server.address(await server.createDatabase());
  const moved = await run(['migrate', '--from', file, '--to', to]);
  assert.equal(moved.code, 0, moved.err);
  return to;
}

async function served(first: Settings, second: Settings): Promise<void> {
  const one = await startGateway(readConfig(first));
  const other = await startGateway(readConfig(second));
  await ask(one.port, 1);
  await ask(other.port, 1);
  await other.close();
  await one.close();
}

test('a backup made while two gateways serve is whole, with its sealed rows', async () => {
  const place = ['--store', join(backup, 'audit.sqlite'), '--head', join(backup, 'checkpoint')];
  const copy = await run(['verify', ...place, '--key', keyOf(), '--sealed-rows']);
  assert.equal(copy.code, 0, copy.out);
  assert.match(copy.out, new RegExp(`The log is whole: ${held} entries`));
});

test('a lost database is brought back by its backup and an export of what came after it, and both gateways go on', async () => {
  const file = join(folder, 'whole.sqlite');
  await restoredTo(file);
  const reader = await openPostgresReader(address);
  const lines = (await reader.entries(held, 1000)).map(({ index, leaf }) =>
    JSON.stringify({ index, leaf: Buffer.from(leaf).toString() }),
  );
  await reader.close();
  const exported = join(folder, 'export.jsonl');
  writeFileSync(exported, lines.join('\n'));
  const heads = ['--head', join(folder, 'head')];
  const back = await run(['restore', '--entries', exported, '--to', file, '--key', keyOf(), ...heads]);
  assert.equal(back.code, 0, back.err);
  const whole = await movedFrom(file);
  // Copies, because the other test is of what these gateways do with their own.
  for (const name of ['head', 'head-2']) copyFileSync(join(folder, name), join(folder, `${name}-whole`));
  const settings = [1, 2].map((nth) => {
    const own = settingsOf(nth === 2 ? 2 : 1, { AUDIT_STORE: whole });
    return { ...own, HEAD_FILE: `${own['HEAD_FILE']}-whole` };
  });
  const [one = {}, other = {}] = settings;
  await served(one, other);
  const verified = await run(['verify', '--key', keyOf()], { ...one, AUDIT_LOG_FILE: '' });
  assert.equal(verified.code, 0, verified.out);
});

test('a database that was taken back is signed by nobody, and two people open a new log that says what was lost', async () => {
  const file = join(folder, 'restored.sqlite');
  await restoredTo(file);
  const older = await movedFrom(file);
  const both = new RegExp(`the store holds ${held} entries, but \\d+ were signed`);
  for (const nth of [1, 2] as const)
    await assert.rejects(startGateway(readConfig(settingsOf(nth, { AUDIT_STORE: older }))), both);
  // No command writes to it either.
  const again = ['backup', '--to', join(folder, 'again'), '--operations', NOWHERE];
  const refused = await run(again, settingsOf(1, { AUDIT_STORE: older }));
  assert.equal(refused.code, 1, refused.out);
  assert.match(refused.err, both);
  assert.ok(!existsSync(join(folder, 'again')));
  assert.equal(await sizeIn(older), held);

  // Nobody has the lost entries: two people open a new log in a file, which moves to a database.
  const [newStore, newHead] = [join(folder, 'audit-r1.sqlite'), join(folder, 'head-r1')];
  const recover = (by: string, settings: Settings) =>
    run(
      ['recover', '--origin', NEW_ORIGIN, '--store', newStore, '--new-head', newHead].concat([
        '--by',
        by,
        '--because',
        'the database is lost',
      ]),
      settings,
    );
  const told = await recover('A. Officer', settingsOf(1));
  assert.equal(told.code, 1);
  assert.match(told.err, /restore --from[\s\S]*AUDIT_LOG_FILE[\s\S]*migrate --from/);
  const { AUDIT_STORE: _, ...rest } = settingsOf(1);
  // What was taken back by its own means comes out into a file, and nothing is written to it on the way.
  const out = join(folder, 'taken-back.sqlite');
  assert.equal((await run(['migrate', '--from', older, '--to', file])).code, 1);
  const moved = await run(['migrate', '--from', older, '--to', out]);
  assert.equal(moved.code, 0, moved.err);
  assert.match(moved.out, /set AUDIT_LOG_FILE in place of AUDIT_STORE/);
  const inFile = { ...rest, AUDIT_LOG_FILE: out };
  assert.equal((await recover('A. Officer', inFile)).code, 2);
  const opened = await recover('B. Keeper', inFile);
  assert.equal(opened.code, 0, opened.err);
  const newest = await movedFrom(newStore);

  const settings = settingsOf(1, { AUDIT_STORE: newest, LOG_ORIGIN: NEW_ORIGIN, HEAD_FILE: newHead });
  await served(settings, {
    ...settings,
    HEAD_FILE: join(folder, 'head-r1-2'),
    INSTANCE_NAME: 'gateway-2',
  });
  const verified = await run(['verify', '--key', keyOf(NEW_ORIGIN), '--sealed-rows'], {
    ...settings,
    AUDIT_LOG_FILE: '',
  });
  assert.equal(verified.code, 0, verified.out);
  assert.match(verified.out, /This log goes on from gateway\.northmere\.example\/audit\/test, of which/);
  assert.match(verified.out, new RegExp(`its entries ${held} to \\d+ are LOST`));
});
