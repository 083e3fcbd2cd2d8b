import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hashFile } from '../../../../src/adapters/storage/sqlite/durable-files.ts';
import { backUpStore } from '../../../../src/adapters/storage/sqlite/sqlite-backup.ts';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { checkpointBeside, restoreStore } from '../../../../src/adapters/storage/sqlite/sqlite-restore.ts';
import { openSqliteStore } from '../../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { formatManifest, readManifest } from '../../../../src/audit-log/recovering/backup-manifest.ts';
import { logFolder, ORIGIN } from '../../../support/log-folder.ts';
import { SAMPLE_ORIGIN, type SampleLog, writeSampleLog } from '../../../support/sample-log.ts';
import { until } from '../../../support/until.ts';
import { findingsOfStore } from '../../../support/verified-store.ts';

const APPENDING = fileURLToPath(new URL('../../../support/appending-process.ts', import.meta.url));
const RESTORE = new URL('../../../../src/adapters/storage/sqlite/sqlite-restore.ts', import.meta.url);

interface Made {
  readonly folder: string;
  readonly backup: string;
  readonly log: SampleLog;
}

async function made(t: { after(end: () => void): void }, exchanges = 40): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-restore-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const log = writeSampleLog(join(folder, 'log.sqlite'), exchanges);
  const backup = join(folder, 'backup');
  await backUpStore(log.file, backup, { nowMs: 0, record: async () => undefined });
  return { folder, backup, log };
}

function options({ log }: Made) {
  return {
    origin: SAMPLE_ORIGIN,
    findings: (store: string, head: string) => findingsOfStore(store, head, log.signer.key),
  };
}

/** Writes the manifest anew, as somebody would who changed the files of a backup. */
async function fitManifest(backup: string): Promise<void> {
  const file = join(backup, 'manifest.json');
  const manifest = readManifest(readFileSync(file, 'utf8'));
  assert.ok(manifest);
  const files = await Promise.all(
    manifest.files.map(async ({ name }) => ({ name, ...(await hashFile(join(backup, name))) })),
  );
  writeFileSync(file, formatManifest({ ...manifest, files }));
}

test('a restored store is the one that was backed up, with the checkpoint that it verifies by beside it', async (t) => {
  const one = await made(t);
  const to = join(one.folder, 'restored.sqlite');
  const manifest = await restoreStore(one.backup, to, options(one));
  assert.equal(manifest.entries, one.log.size);
  assert.equal(statSync(to).mode & 0o777, 0o600);
  const head = readFileSync(checkpointBeside(to), 'utf8');
  assert.deepEqual(await findingsOfStore(to, head, one.log.signer.key), []);
  assert.ok(!existsSync(`${to}.unfinished`));
  const [old, now] = [openSqliteReader(one.log.file), openSqliteReader(to)];
  assert.deepEqual(now.entries(0, 1000), old.entries(0, 1000));
  old.close();
  now.close();
});

test('a store that was copied with its write-ahead log is restored too, as one file', async (t) => {
  const one = await made(t);
  const sample = openSqliteStore(one.log.file);
  const state = sample.state();
  sample.commit([], () => ({
    entries: [],
    state,
    counters: [{ key: 'in the log file', count: 3 }],
    facts: [],
  }));
  const copy = join(one.folder, 'copy.sqlite');
  for (const ending of ['', '-wal']) copyFileSync(`${one.log.file}${ending}`, `${copy}${ending}`);
  sample.close();
  const to = join(one.folder, 'restored.sqlite');
  const { size } = one.log;
  assert.deepEqual(await restoreStore(copy, to, options(one)), { entries: size, signed: size });
  const db = new DatabaseSync(to, { readOnly: true });
  assert.equal(db.prepare('SELECT count FROM counters').get()?.['count'], 3);
  db.close();
  assert.deepEqual(
    readdirSync(one.folder).filter((name) => name.startsWith('restored')),
    ['restored.sqlite', 'restored.sqlite.checkpoint'],
  );
  const unsigned = join(one.folder, 'unsigned.sqlite');
  openSqliteStore(unsigned).close();
  await assert.rejects(restoreStore(unsigned, `${to}2`, options(one)), /holds no checkpoint/);
  await assert.rejects(restoreStore(`${copy}.none`, `${to}2`, options(one)), /no whole backup/);
});

test('nothing is written over: no store, and no log file of a store that was there', async (t) => {
  const one = await made(t);
  for (const ending of ['', '-wal', '-journal']) {
    const to = join(one.folder, `taken${ending}.sqlite`);
    writeFileSync(`${to}${ending}`, 'somebody else');
    await assert.rejects(restoreStore(one.backup, to, options(one)), /is there already/);
    assert.equal(readFileSync(`${to}${ending}`, 'utf8'), 'somebody else');
  }
});

test('a backup that is not whole, was changed, or is of another log is not restored', async (t) => {
  const one = await made(t);
  const to = join(one.folder, 'restored.sqlite');
  const spoiled = async (spoil: (backup: string) => unknown, why: RegExp): Promise<void> => {
    const backup = join(one.folder, 'spoiled');
    rmSync(backup, { recursive: true, force: true });
    cpSync(one.backup, backup, { recursive: true });
    await spoil(backup);
    await assert.rejects(restoreStore(backup, to, options(one)), why);
    assert.ok(!existsSync(to) && !existsSync(`${to}.unfinished`) && !existsSync(checkpointBeside(to)));
  };
  await spoiled((backup) => rmSync(join(backup, 'manifest.json')), /no whole backup: it has no manifest/);
  await spoiled((backup) => writeFileSync(join(backup, 'manifest.json'), '{'), /manifest cannot be read/);
  await spoiled((backup) => rmSync(join(backup, 'audit.sqlite')), /audit\.sqlite is missing/);
  await spoiled((backup) => appendFileSync(join(backup, 'audit.sqlite'), '!'), /not as it was/);
  await spoiled((backup) => appendFileSync(join(backup, 'checkpoint'), '\n'), /not as it was/);
  await spoiled(async (backup) => {
    const db = new DatabaseSync(join(backup, 'audit.sqlite'));
    db.exec(
      "UPDATE batches SET leaves = CAST(replace(CAST(leaves AS TEXT), 'southfen', 'northfen') AS BLOB) WHERE first = 1",
    );
    db.close();
    await fitManifest(backup);
  }, /the log of the backup is not whole:\n {2}- entry 1 was changed/);
  await spoiled(async (backup) => {
    const other = writeSampleLog(join(one.folder, `other-${Math.random()}.sqlite`), 7);
    copyFileSync(other.file, join(backup, 'audit.sqlite'));
    await fitManifest(backup);
  }, /holds other entries than its manifest says/);
  await spoiled(async (backup) => {
    const db = new DatabaseSync(join(backup, 'audit.sqlite'));
    db.exec('CREATE TRIGGER quiet AFTER INSERT ON batches BEGIN DELETE FROM facts; END');
    db.close();
    await fitManifest(backup);
  }, /triggers, views or the like/);
  await assert.rejects(
    restoreStore(one.backup, to, { ...options(one), origin: 'gateway.elsewhere.example/audit/2026h2' }),
    /the backup is of the log gateway\.northmere\.example/,
  );
});

test('a restore that is killed on the way leaves nothing under the name of the store', async (t) => {
  const one = await made(t, 400);
  for (let afterMs = 20; afterMs <= 180; afterMs += 60) {
    const to = join(one.folder, `restored-${afterMs}.sqlite`);
    const script = `const { restoreStore } = await import('${RESTORE}');
      process.stdout.write('.');
      const findings = () => new Promise((done) => setTimeout(() => done([]), 100));
      await restoreStore('${one.backup}', '${to}', { origin: '${SAMPLE_ORIGIN}', findings });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    await sleep(afterMs);
    child.kill('SIGKILL');
    await ended;
    const head = one.log.head;
    if (existsSync(to)) assert.deepEqual(await findingsOfStore(to, head, one.log.signer.key), []);
    else await restoreStore(one.backup, to, options(one));
    assert.ok(existsSync(to));
  }
});

test('a disk that fills during the restore leaves no store, and says so', async (t) => {
  const one = await made(t);
  const large = openSqliteStore(one.log.file);
  const fact = { kind: 'policy file', key: 'large', value: Buffer.alloc(8 * 1024 * 1024, 'x') };
  large.commit([], (state) => ({ entries: [], state, counters: [], facts: [fact] }));
  large.close();
  const backup = join(one.folder, 'large');
  await backUpStore(one.log.file, backup, { nowMs: 0, record: async () => undefined });
  const disk = join(one.folder, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  if (mounted.status !== 0) return t.skip('no disk can be mounted here');
  try {
    await assert.rejects(
      restoreStore(backup, join(disk, 'log.sqlite'), options(one)),
      /there is no room for the store/,
    );
    await assert.rejects(
      restoreStore(one.log.file, join(disk, 'log.sqlite'), options(one)),
      /there is no room for the store/,
    );
    assert.deepEqual(readdirSync(disk), []);
  } finally {
    spawnSync('umount', [disk]);
  }
});

test('backups of a log that another process writes as quickly as it can are whole, and every durable entry is in the next one', async (t) => {
  const log = logFolder();
  const child = spawn(process.execPath, [APPENDING, log.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
    log.remove();
  });
  let newest = -1;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    newest = Number(line.split(' ')[0]);
  });
  await until('entries', () => newest > 200);
  const { verifierKey } = log.keys.checkpoint;
  for (const nth of [1, 2, 3]) {
    const backup = join(log.path, `backup-${nth}`);
    const before = newest;
    const { entries } = await backUpStore(log.storeFile, backup, { nowMs: 0, record: async () => undefined });
    assert.ok(entries > before, `${entries} entries, ${before} was durable`);
    assert.equal(child.exitCode, null);
    const to = join(log.path, `restored-${nth}.sqlite`);
    const findings = (store: string, head: string) => findingsOfStore(store, head, verifierKey);
    assert.equal((await restoreStore(backup, to, { origin: ORIGIN, findings })).entries, entries);
  }
});
