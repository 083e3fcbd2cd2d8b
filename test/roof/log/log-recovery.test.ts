import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeMissingKeys, openKeyRing } from '../../../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { placesOf, stillHolds } from '../../../src/audit-log/keeping/erased-places.ts';
import { readLostRange } from '../../../src/audit-log/recovering/recover-range.ts';
import { type Config, readConfig } from '../../../src/config.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { openErasuresFile } from '../../../src/roof/log/erasures-file.ts';
import { orderFileOf, orderRecovery, type RecoveryOrder } from '../../../src/roof/log/log-recovery.ts';
import { startLog } from '../../../src/roof/threads/start-log.ts';
import { findingsOfStore } from '../../support/verified-store.ts';
import { environment } from '../../support/whole-gateway.ts';

const RECOVERY = new URL('../../../src/roof/log/log-recovery.ts', import.meta.url);
const CONFIG = new URL('../../../src/config.ts', import.meta.url);
const STOP = { kind: 'stop', key: 'DSA-2026-014 suspend', value: Buffer.from('the signed order') };
const TAG = { kind: 'protected', key: '2026h2 tag', value: Buffer.from('{}') };
const FILE = { kind: 'policy file', key: 'hash', value: Buffer.from('bytes') };

const SUBJECT = { namespace: 'NHS number', id: '9990001006' };

interface Lost {
  readonly config: Config;
  readonly folder: string;
  readonly held: number;
  readonly signed: number;
  /** The store as it was lost. */
  readonly whole: string;
}

function newConfig(t: TestContext): { config: Config; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'log-recovery-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const settings = environment(folder);
  mkdirSync(join(folder, 'policies'));
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  makeMissingKeys(join(folder, 'keys'), 'test');
  writeFileSync(join(folder, 'pinned-keys.json'), '{}');
  writeFileSync(join(folder, 'secrets.json'), '{}', { mode: 0o600 });
  return { config: readConfig(settings), folder };
}

/** A log whose store is as it was some entries before the head was signed. */
async function lostLog(t: TestContext): Promise<Lost> {
  const { config, folder } = newConfig(t);
  const { sealing } = openKeyRing(config.keysFolder, config.logOrigin);
  const before = await startLog(config, sealing);
  await before.notes.append('hold', { code: 'protected-added' }, [TAG]);
  await before.notes.append('report', { code: 'subject' }, [], {
    subjects: [SUBJECT],
    words: { because: 'asked' },
  });
  await before.notes.append('policies', { policies: 'cd'.repeat(32), code: 'suspend' }, [STOP, FILE]);
  await before.close();
  const store = openSqliteStore(config.auditLogFile);
  store.commit([], (state) => ({ entries: [], state, counters: [{ key: 'checks', count: 17 }], facts: [] }));
  const { size: held } = store.state();
  store.close();
  const backup = join(folder, 'backup.sqlite');
  copyFileSync(config.auditLogFile, backup);
  const after = await startLog(config, sealing);
  await after.notes.append('hold', { code: 'protected-removed' }, [{ ...TAG, value: undefined }]);
  await after.close();
  const whole = join(folder, 'whole.sqlite');
  copyFileSync(config.auditLogFile, whole);
  const reader = openSqliteReader(whole);
  const { size: signed } = reader.state();
  reader.close();
  for (const file of globSync(`${config.auditLogFile}*`)) rmSync(file);
  copyFileSync(backup, config.auditLogFile);
  return { config, folder, held, signed, whole };
}

function orderOf({ folder, config }: Pick<Lost, 'folder' | 'config'>, name: string): RecoveryOrder {
  return {
    origin: `${config.logOrigin}-r1`,
    store: join(folder, 'new.sqlite'),
    head: join(folder, 'new-head'),
    giver: { assurance: 'unproved', name },
    because: 'the disk is lost',
  };
}

function saying(pattern: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof GatewayError && pattern.test(error.message);
}

test('two people open a new log that names the range, and everything that stood stands in it', async (t) => {
  const lost = await lostLog(t);
  const { config, held, signed } = lost;
  const first = await orderRecovery(config, orderOf(lost, 'A. Officer'));
  assert.equal(first.did, 'asked');
  assert.equal(statSync(orderFileOf(orderOf(lost, '').store)).mode & 0o777, 0o600);
  const { store, head, origin } = orderOf(lost, '');
  assert.ok(!existsSync(store) && !existsSync(head));
  const second = await orderRecovery(config, orderOf(lost, 'B. Keeper'));
  assert.equal(second.did, 'opened');
  assert.equal(second.before.held.size, held);
  assert.equal(second.before.signed?.size, signed);

  const reader = openSqliteReader(store);
  const entries = reader.entries(0, 100);
  assert.deepEqual(
    entries.slice(0, 3).map(({ kind }) => kind),
    ['started', 'alarm', 'alarm'],
  );
  const [range] = entries.flatMap(({ leaf }) => readLostRange(leaf) ?? []);
  assert.deepEqual(range, second.before);
  for (const fact of [STOP, TAG, FILE])
    assert.deepEqual(Buffer.from(reader.fact(fact.kind, fact.key) ?? []), fact.value, fact.kind);
  reader.close();
  const db = new DatabaseSync(store, { readOnly: true });
  assert.equal(db.prepare("SELECT count FROM counters WHERE key = 'checks'").get()?.['count'], 17);
  db.close();
  const { checkpoint } = openKeyRing(config.keysFolder, origin);
  assert.deepEqual(await findingsOfStore(store, readFileSync(head, 'utf8'), checkpoint.verifierKey), []);
  const bytes = entries.map(({ leaf, sealed }) => `${Buffer.from(leaf)}${Buffer.from(sealed ?? [])}`).join();
  for (const secret of ['Officer', 'Keeper', 'disk']) assert.ok(!bytes.includes(secret), secret);
  assert.deepEqual(
    globSync(`${lost.folder}/new*`).filter((name) => /unfinished|order$/.test(name)),
    [],
  );
  assert.equal(statSync(config.auditLogFile).mode & 0o777, 0o400);

  const again = await startLog(
    { ...config, logOrigin: origin, auditLogFile: store, headFile: head },
    openKeyRing(config.keysFolder, origin).sealing,
  );
  await again.close();
});

test('a second order of the same person, or for something else, opens nothing', async (t) => {
  const lost = await lostLog(t);
  const { config, whole } = lost;
  await orderRecovery(config, orderOf(lost, 'A. Officer'));
  await assert.rejects(
    orderRecovery(config, orderOf(lost, 'a officer')),
    saying(/given under the same name/),
  );
  const other = { ...orderOf(lost, 'B. Keeper'), origin: `${config.logOrigin}-r2` };
  await assert.rejects(orderRecovery(config, other), saying(/the first order was for another log/));
  const file = orderFileOf(other.store);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/"text": "..../, '"text": "AAAA'));
  await assert.rejects(
    orderRecovery(config, orderOf(lost, 'B. Keeper')),
    saying(/cannot be opened with the keys/),
  );
  writeFileSync(file, 'nonsense');
  await assert.rejects(
    orderRecovery(config, orderOf(lost, 'B. Keeper')),
    saying(/the first order cannot be read/),
  );
  writeFileSync(file, text);
  // More of the old log was found meanwhile: what is lost is another range now.
  copyFileSync(whole, config.auditLogFile);
  const db = new DatabaseSync(config.auditLogFile);
  db.close();
  await assert.rejects(orderRecovery(config, orderOf(lost, 'B. Keeper')), saying(/no entry is lost/));
  assert.ok(!existsSync(other.store));
});

test('no new log is opened where the old one can go on, does not verify, or is written to', async (t) => {
  const lost = await lostLog(t);
  const { config, whole, folder } = lost;
  const order = orderOf(lost, 'A. Officer');
  const backup = join(folder, 'backup.sqlite');
  await assert.rejects(
    orderRecovery(config, { ...order, origin: config.logOrigin }),
    saying(/a name of its own/),
  );
  await assert.rejects(orderRecovery(config, { ...order, origin: 'a/rehearsal/b' }), saying(/rehearsal/));
  await assert.rejects(orderRecovery(config, { ...order, store: backup }), saying(/is there already/));
  await assert.rejects(
    orderRecovery(config, { ...order, head: config.headFile }),
    saying(/is there already/),
  );
  const store = openSqliteStore(config.auditLogFile);
  await assert.rejects(orderRecovery(config, order), saying(/another process writes/));
  store.close();
  copyFileSync(whole, config.auditLogFile);
  await assert.rejects(orderRecovery(config, order), saying(/no entry is lost/));
  copyFileSync(backup, config.auditLogFile);
  const db = new DatabaseSync(config.auditLogFile);
  db.exec("UPDATE facts SET value = x'00' WHERE kind = 'stop'");
  db.close();
  await assert.rejects(orderRecovery(config, order), saying(/does not verify; restore a backup of it first/));
  assert.ok(!existsSync(orderFileOf(order.store)));
});

test('what was erased after the backup is erased again in the old store, which never serves again', async (t) => {
  const lost = await lostLog(t);
  const { config } = lost;
  const report = () => {
    const reader = openSqliteReader(config.auditLogFile);
    const found = reader.find({ kind: 'report' }, 1)[0];
    reader.close();
    assert.ok(found?.sealed);
    return found;
  };
  const { index, leafHash, sealed } = report();
  const places = placesOf(sealed ?? Buffer.of(), () => true, true);
  assert.deepEqual(places, { asked: [0], found: [], heldBack: [], words: true });
  openErasuresFile(config.erasuresFile).add([
    { entry: Buffer.from(leafHash).toString('base64'), index, places },
  ]);
  await orderRecovery(config, orderOf(lost, 'A. Officer'));
  assert.equal(stillHolds(report().sealed ?? Buffer.of(), places), false);
  const { did } = await orderRecovery(config, orderOf(lost, 'B. Keeper'));
  assert.equal(did, 'opened');
});

test('where the head file is lost too, the new log says that nobody knows how much is missing', async (t) => {
  const lost = await lostLog(t);
  const { config } = lost;
  rmSync(config.headFile);
  await orderRecovery(config, orderOf(lost, 'A. Officer'));
  const { did, before } = await orderRecovery(config, orderOf(lost, 'B. Keeper'));
  assert.equal(did, 'opened');
  assert.equal(before.signed, undefined);
});

test('a recovery that is killed on the way leaves no store that passes for the new log', async (t) => {
  const lost = await lostLog(t);
  const { config, folder } = lost;
  const order = orderOf(lost, 'B. Keeper');
  await orderRecovery(config, orderOf(lost, 'A. Officer'));
  for (let afterMs = 100; afterMs <= 400; afterMs += 150) {
    const script = `(async () => { const { orderRecovery } = await import('${RECOVERY}');
      const { readConfig } = await import('${CONFIG}');
      process.stdout.write('.');
      await orderRecovery(readConfig(${JSON.stringify(environment(folder))}), ${JSON.stringify(order)}); })();`;
    const child = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    await sleep(afterMs);
    child.kill('SIGKILL');
    await ended;
    if (existsSync(order.store)) break;
    for (const file of globSync(`${folder}/new*.unfinished*`)) rmSync(file);
    rmSync(order.head, { force: true });
  }
  if (!existsSync(order.store)) await orderRecovery(config, order);
  const { checkpoint } = openKeyRing(config.keysFolder, order.origin);
  assert.deepEqual(
    await findingsOfStore(order.store, readFileSync(order.head, 'utf8'), checkpoint.verifierKey),
    [],
  );
});
