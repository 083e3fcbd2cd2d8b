/** A log is backed up while it is written, lost, and brought back; or a new one is opened that says what was lost. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { signingKeyPlace } from '../../demo/signed-policies.ts';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { startGateway } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { type Ran, runCommand } from '../support/command-line.ts';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const NOWHERE = 'http://127.0.0.1:9';

function run(parameters: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return runCommand(parameters, { env });
}

/** Asks about a badge so many times; the exchange ids of what was answered. */
async function ask(gateway: WholeGateway, times: number): Promise<string[]> {
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  const token = await gateway.token({
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
  const exchanges: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const answer = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, { headers });
    assert.equal(answer.status, 200);
    await answer.arrayBuffer();
    exchanges.push(answer.headers.get('audit-receipt') ?? '');
  }
  return exchanges;
}

function keyOf({ settings }: WholeGateway, origin = settings['LOG_ORIGIN'] ?? ''): string {
  return formatVerifierKey(openKeyRing(settings['KEYS_FOLDER'] ?? '', origin).checkpoint.verifierKey);
}

/** The store's file is gone, with all that belongs to it; the head file is on another disk. */
function loseStore({ settings }: WholeGateway): void {
  for (const file of globSync(`${settings['AUDIT_LOG_FILE']}*`)) rmSync(file);
}

/** What somebody exported while the log stood: a line for each entry, whole leaves. */
function exportEntries(file: string, to: string): number {
  const reader = openSqliteReader(file);
  const entries = reader.entries(0, 100_000);
  reader.close();
  const lines = entries.map(({ index, leaf }) =>
    JSON.stringify({ index, leaf: JSON.parse(Buffer.from(leaf).toString()) }),
  );
  writeFileSync(to, `${lines.join('\n')}\n`);
  return entries.length;
}

const WESTHAVEN = 'westhaven-district-council';

async function suspendCouncilTax({ folder, operations }: WholeGateway): Promise<void> {
  const key = signingKeyPlace(join(folder, 'signing'), WESTHAVEN);
  const who = ['--as', WESTHAVEN, '--key', key, '--reason', 'a laptop was lost'];
  const suspended = await run(['suspend', 'DSA-2026-033', ...who, '--operations', operations]);
  assert.equal(suspended.code, 0, suspended.err);
}

interface LostLog {
  readonly gateway: WholeGateway;
  readonly backup: string;
  /** Receipts of exchanges after the backup. */
  readonly receipts: readonly string[];
  readonly exported: string;
  /** Number of entries that were signed, and of those in the backup. */
  readonly signed: number;
  readonly held: number;
}

/** Serves, is backed up meanwhile, serves on, and loses its store. */
async function lostLog(t: { after(end: () => Promise<void>): void }): Promise<LostLog> {
  let gateway = await wholeGateway();
  t.after(() => gateway.close());
  await ask(gateway, 3);
  await suspendCouncilTax(gateway);
  const backup = join(gateway.folder, 'backup');
  const asking = ask(gateway, 20);
  const made = await run(['backup', '--to', backup, '--operations', gateway.operations], gateway.settings);
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /holds the log gateway\.northmere\.example\/audit\/test as it stood at/);
  assert.match(made.out, /What is not in it, and must be kept elsewhere:\n {2}- the keys/);
  const { entries: held } = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8'));
  const read = gateway.leaves().find(({ kind, code }) => kind === 'read' && code === 'backup');
  assert.equal(read?.['size'], held);
  await asking;
  gateway = await gateway.restarted();
  const receipts = await ask(gateway, 5);
  await gateway.stop();
  const exported = join(gateway.folder, 'export.jsonl');
  const signed = exportEntries(gateway.settings['AUDIT_LOG_FILE'] ?? '', exported);
  loseStore(gateway);
  return { gateway, backup, receipts, exported, signed, held };
}

async function restored({ gateway, backup, signed, held }: LostLog): Promise<void> {
  const key = keyOf(gateway);
  const store = gateway.settings['AUDIT_LOG_FILE'] ?? '';
  const done = await run(['restore', '--from', backup, '--to', store, '--key', key], gateway.settings);
  assert.equal(done.code, 3, done.err);
  assert.match(
    done.out,
    new RegExp(`signed for ${signed} entries: entries ${held} to ${signed - 1} are missing`),
  );
  assert.match(done.out, /restore --entries/);
  assert.match(done.out, /recover --origin/);
}

test('backed up while it serves, lost, restored, refused, brought back from an export, and served on', async (t) => {
  const lost = await lostLog(t);
  const { gateway, exported, signed, held } = lost;
  await restored(lost);
  await assert.rejects(
    startGateway(readConfig(gateway.settings)),
    new RegExp(`the store holds ${held} entries, but ${signed} were signed`),
  );
  const store = gateway.settings['AUDIT_LOG_FILE'] ?? '';
  const back = await run(
    ['restore', '--entries', exported, '--to', store, '--key', keyOf(gateway)],
    gateway.settings,
  );
  assert.equal(back.code, 0, back.err);
  assert.match(back.out, new RegExp(`has its ${signed - held} missing entries back`));
  const again = await gateway.restarted();
  await ask(again, 2);
  await again.stop();
  const verified = await run(['verify', '--key', keyOf(gateway)], gateway.settings);
  assert.equal(verified.code, 0, verified.out);
  assert.match(verified.out, /The log is whole/);
});

/** The gateway's settings with those of the new log. */
function movedOn({ settings, folder }: WholeGateway): Record<string, string> {
  return {
    ...settings,
    LOG_ORIGIN: 'gateway.northmere.example/audit/test-r1',
    AUDIT_LOG_FILE: join(folder, 'audit-r1.sqlite'),
    HEAD_FILE: join(folder, 'head-r1'),
  };
}

function recoverAs(gateway: WholeGateway, by: string, because: string): Promise<Ran> {
  const { LOG_ORIGIN = '', AUDIT_LOG_FILE = '', HEAD_FILE = '' } = movedOn(gateway);
  const place = ['--origin', LOG_ORIGIN, '--store', AUDIT_LOG_FILE, '--new-head', HEAD_FILE];
  return run(['recover', ...place, '--by', by, '--because', because], gateway.settings);
}

test('nobody has the lost entries: two people open a new log, which names them for ever, and partners prove some', async (t) => {
  const lost = await lostLog(t);
  const { gateway, signed, held, receipts } = lost;
  await restored(lost);
  const settings = movedOn(gateway);
  const newStore = settings['AUDIT_LOG_FILE'] ?? '';

  const first = await recoverAs(gateway, 'A. Officer', 'the disk of the store is lost');
  assert.equal(first.code, 2, first.err);
  assert.match(first.out, new RegExp(`entries ${held} to ${signed - 1} are LOST`));
  assert.match(first.out, /a second person gives the same order/);
  const again = await recoverAs(gateway, 'a officer', 'the same, once more');
  assert.equal(again.code, 1);
  assert.match(again.err, /given under the same name/);
  assert.ok(!existsSync(newStore));
  const kept = readFileSync(`${newStore}.order`, 'utf8');
  for (const secret of ['Officer', 'disk']) assert.ok(!kept.includes(secret), secret);
  const second = await recoverAs(gateway, 'B. Keeper', 'nobody has an export');
  assert.equal(second.code, 0, second.err);
  assert.match(second.out, /The log gateway\.northmere\.example\/audit\/test-r1 is open/);
  assert.ok(!existsSync(`${newStore}.order`));

  const running = await startGateway(readConfig(settings));
  const operations = ['--operations', `http://127.0.0.1:${running.operationsPort}`];
  const stops = await run(['stops', ...operations]);
  assert.match(stops.out, /^DSA-2026-033 · suspend · westhaven-district-council/);
  const file = join(gateway.folder, 'receipts');
  writeFileSync(file, `${receipts.slice(0, 3).join('\n')}\n\nnonsense\n`);
  const bring = ['recover', '--receipts', file, '--by', 'B. Keeper'];
  const brought = await run([...bring, ...operations]);
  assert.equal(brought.code, 1);
  assert.match(brought.out, /^3 lost entries are proved and in the log\n/);
  assert.match(brought.err, /^line 5 proves nothing: /);
  await running.close();
  writeFileSync(file, receipts.join('\n'));
  const rest = await run([...bring, '--operations', NOWHERE], settings);
  assert.equal(rest.code, 0, rest.err);
  assert.match(rest.out, /^2 lost entries are proved and in the log; 3 were there already\n/);

  const { LOG_ORIGIN: origin = '' } = settings;
  const verified = await run(['verify', '--key', keyOf(gateway, origin)], settings);
  assert.equal(verified.code, 0, verified.out);
  assert.match(verified.out, /This log goes on from gateway\.northmere\.example\/audit\/test, of which/);
  assert.match(verified.out, new RegExp(`its entries ${held} to ${signed - 1} are LOST`));
  assert.match(verified.out, /Receipts prove 5 of the lost entries/);

  const oldStore = gateway.settings['AUDIT_LOG_FILE'] ?? '';
  const old = await run(
    ['verify', '--key', keyOf(gateway), '--head', `${oldStore}.checkpoint`],
    gateway.settings,
  );
  assert.equal(old.code, 0, old.out);
  assert.match(old.out, new RegExp(`The log is whole: ${held} entries`));
});
