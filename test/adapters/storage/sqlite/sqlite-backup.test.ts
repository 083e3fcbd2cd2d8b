import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { backUpStore } from '../../../../src/adapters/storage/sqlite/sqlite-backup.ts';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { readManifest } from '../../../../src/audit-log/recovering/backup-manifest.ts';
import { formatCheckpoint } from '../../../../src/merkle/checkpoint.ts';
import { commitOf } from '../../../contracts/audit-store.contract.ts';
import {
  noteKey,
  SAMPLE_ORIGIN,
  SampleEntries,
  type SampleLog,
  writeSampleLog,
} from '../../../support/sample-log.ts';
import { findingsOfStore } from '../../../support/verified-store.ts';

const BACKUP = new URL('../../../../src/adapters/storage/sqlite/sqlite-backup.ts', import.meta.url);

function newFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-backup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A log of some twenty steps of the copy. */
function writeLargeLog(file: string): SampleLog {
  const log = writeSampleLog(file, 40);
  const store = openSqliteStore(file);
  const fact = { kind: 'policy file', key: 'large', value: Buffer.alloc(40 * 1024 * 1024, 'x') };
  store.commit([], (state) => ({ entries: [], state, counters: [], facts: [fact] }));
  store.close();
  return log;
}

const unrecorded = { nowMs: Date.parse('2026-11-23T17:30:34.898Z'), record: async () => undefined };

test('a backup holds the whole log, its checkpoint and a manifest, for its owner alone', async (t) => {
  const folder = newFolder(t);
  const log = writeSampleLog(join(folder, 'log.sqlite'), 40);
  const to = join(folder, 'backup');
  const manifest = await backUpStore(log.file, to, unrecorded);
  assert.equal(manifest.origin, SAMPLE_ORIGIN);
  assert.equal(manifest.entries, log.size);
  assert.equal(manifest.madeAt, '2026-11-23T17:30:34.898Z');
  assert.deepEqual(readdirSync(to).sort(), ['audit.sqlite', 'checkpoint', 'manifest.json']);
  for (const name of readdirSync(to)) assert.equal(statSync(join(to, name)).mode & 0o777, 0o600, name);
  assert.equal(statSync(to).mode & 0o777, 0o700);
  const read = readManifest(readFileSync(join(to, 'manifest.json'), 'utf8'));
  assert.deepEqual(read?.files, manifest.files);
  const checkpoint = readFileSync(join(to, 'checkpoint'), 'utf8');
  assert.equal(checkpoint, log.head);
  assert.deepEqual(await findingsOfStore(join(to, 'audit.sqlite'), checkpoint, log.signer.key), []);
  assert.deepEqual(readdirSync(to).sort(), ['audit.sqlite', 'checkpoint', 'manifest.json']);
});

test('a backup made while entries are written is one instant of the log', async (t) => {
  const folder = newFolder(t);
  const file = join(folder, 'log.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const fact = { kind: 'policy file', key: 'large', value: Buffer.alloc(40 * 1024 * 1024, 'x') };
  store.commit([], () => ({ ...commitOf(sample, sample.exchange(0)), facts: [fact] }));
  const { size } = sample;
  const root = sample.root();
  store.putCheckpoint(size, noteKey().sign(formatCheckpoint({ origin: SAMPLE_ORIGIN, size, root })));
  let steps = 0;
  const manifest = await backUpStore(file, join(folder, 'backup'), {
    ...unrecorded,
    progress() {
      steps += 1;
      // An exchange between any two steps of the copy.
      store.commit([], () => commitOf(sample, sample.exchange(steps)));
    },
  });
  store.close();
  assert.ok(steps > 10, `${steps} steps`);
  assert.equal(manifest.entries, size);
  assert.deepEqual(Buffer.from(manifest.root), Buffer.from(root));
});

test('nothing is written over, and the copy is no backup until it is in the log', async (t) => {
  const folder = newFolder(t);
  const { file } = writeSampleLog(join(folder, 'log.sqlite'), 10);
  const to = join(folder, 'backup');
  const record = async () => {
    assert.ok(!existsSync(to));
    throw new Error('the log takes nothing');
  };
  await assert.rejects(backUpStore(file, to, { ...unrecorded, record }), /the log takes nothing/);
  assert.deepEqual(readdirSync(folder).sort().slice(0, 1), ['log.sqlite']);
  assert.ok(!existsSync(`${to}.unfinished`));
  await backUpStore(file, to, unrecorded);
  await assert.rejects(backUpStore(file, to, unrecorded), /is there already/);
  const other = join(folder, 'other');
  mkdirSync(`${other}.unfinished`);
  await assert.rejects(backUpStore(file, other, unrecorded), /another backup runs, or one was cut off/);
});

test('a log without a checkpoint, and what is no store, cannot be backed up', async (t) => {
  const folder = newFolder(t);
  const file = join(folder, 'log.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  store.commit([], () => commitOf(sample, sample.exchange(1)));
  store.close();
  const to = join(folder, 'backup');
  await assert.rejects(backUpStore(file, to, unrecorded), /holds no checkpoint yet/);
  await assert.rejects(backUpStore(join(folder, 'none'), to, unrecorded), /there is no audit store/);
  assert.ok(!existsSync(to) && !existsSync(`${to}.unfinished`));
});

test('a backup that is killed on the way leaves nothing that has its name', async (t) => {
  const folder = newFolder(t);
  const { file } = writeLargeLog(join(folder, 'log.sqlite'));
  for (let afterMs = 30; afterMs <= 330; afterMs += 100) {
    const to = join(folder, `backup-${afterMs}`);
    const script = `const { backUpStore } = await import('${BACKUP}');
      process.stdout.write('.');
      await backUpStore('${file}', '${to}', { nowMs: 0, record: async () => new Promise((done) => setTimeout(done, 100)) });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    await sleep(afterMs);
    child.kill('SIGKILL');
    await ended;
    assert.ok(!existsSync(to) || existsSync(join(to, 'manifest.json')));
    rmSync(to, { recursive: true, force: true });
    rmSync(`${to}.unfinished`, { recursive: true, force: true });
  }
  // The log was not harmed.
  openSqliteReader(file).close();
});

test('a disk that fills during the copy leaves no backup, and says so', async (t) => {
  const folder = newFolder(t);
  const { file } = writeLargeLog(join(folder, 'log.sqlite'));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  if (mounted.status !== 0) return t.skip('no disk can be mounted here');
  try {
    await assert.rejects(
      backUpStore(file, join(disk, 'backup'), unrecorded),
      /there is no room for the backup/,
    );
    assert.deepEqual(readdirSync(disk), []);
  } finally {
    spawnSync('umount', [disk]);
  }
});
