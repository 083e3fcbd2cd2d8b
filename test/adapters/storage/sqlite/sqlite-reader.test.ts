import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { commitOf, plain } from '../../../contracts/audit-store.contract.ts';
import { SampleEntries, writeSampleLog } from '../../../support/sample-log.ts';

function newFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-reader-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a reader sees what the running writer commits, commit by commit', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const reader = openSqliteReader(file);
  for (let number = 0; number < 3; number += 1) {
    const entries = sample.exchange(number);
    store.commit([], () => commitOf(sample, entries));
    assert.equal(reader.state().size, sample.size);
    assert.deepEqual(plain(reader.entriesOfExchange(entries[0]?.exchange ?? '')), plain(entries));
  }
  reader.close();
  store.close();
});

test('a frozen reader keeps its view while the writer goes on', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  store.commit([], () => commitOf(sample, sample.exchange(1)));
  const reader = openSqliteReader(file);
  reader.freeze();
  store.commit([], () => commitOf(sample, sample.exchange(2)));
  assert.equal(reader.state().size, 2);
  assert.equal(reader.entries(0, 10).length, 2);
  reader.close();
  store.close();
});

test('entries are found by kind, consumer and time, newest first, page by page', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  writeSampleLog(file, 20);
  const reader = openSqliteReader(file);
  const refused = reader.find({ kind: 'refused' }, 100);
  assert.equal(refused.length, 3);
  assert.ok(refused.every(({ kind }) => kind === 'refused'));
  const all = reader.find({}, 1000).map(({ index }) => index);
  assert.deepEqual(
    all,
    [...all].sort((a, b) => b - a),
  );
  const pages: number[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const page = reader.find({ before }, 7);
    pages.push(...page.map(({ index }) => index));
    const last = page.at(-1);
    if (last === undefined) break;
    before = last.index;
  }
  assert.deepEqual(pages, all);
  assert.equal(reader.find({ consumer: 'southfen-council' }, 1000).length, all.length - 2);
  assert.equal(reader.find({ consumer: 'nobody' }, 1000).length, 0);
  const [middle] = reader.entries(10, 1);
  assert.equal(reader.find({ sinceMs: middle?.atMs ?? 0 }, 1000).length, all.length - 10);
  reader.close();
});

test('the entries of an exchange are found in every commit, among others of its second and long after it', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const [sent, released] = sample.exchange(1);
  const others = sample.exchange(1000);
  store.commit([], () => commitOf(sample, [sent!, released!, ...others]));
  for (let number = 2; number < 40; number += 1)
    store.commit([], () => commitOf(sample, sample.exchange(number, 3)));
  const late = [sample.next('recovered', { exchange: sent?.exchange, part: 0 }), sample.refused(77)];
  store.commit([], () => commitOf(sample, late));
  const reader = openSqliteReader(file);
  assert.deepEqual(
    plain(reader.entriesOfExchange(sent?.exchange ?? '')),
    plain([sent!, released!, late[0]!]),
  );
  assert.deepEqual(reader.entriesOfExchange(''), []);
  reader.close();
  store.close();
});

test('hashed entries are the entries without their sealed rows', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  writeSampleLog(file, 5);
  const reader = openSqliteReader(file);
  const whole = reader.entries(2, 4);
  assert.deepEqual(
    reader.hashedEntries(2, 4).map((entry) => ({ ...entry, leaf: Buffer.from(entry.leaf).toString() })),
    whole.map(({ index, leaf, leafHash, kind, exchange, atMs }) => ({
      ...{ index, kind, exchange, atMs, sealed: undefined },
      leaf: Buffer.from(leaf).toString(),
      leafHash,
    })),
  );
  reader.close();
});

test('a copy of the file alone is read, and reading changes not a byte of it', (t) => {
  const { copy, size } = copiedLog(t, newFolder(t));
  const before = readFileSync(copy);
  const reader = openSqliteReader(copy);
  assert.equal(reader.state().size, size);
  assert.equal(reader.entries(0, 1000).length, size);
  reader.close();
  assert.deepEqual(readFileSync(copy), before);
});

test('a copy that was taken with its write-ahead log has every committed entry', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const copy = join(newFolder(t), 'copy.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  store.commit([], () => commitOf(sample, sample.exchange(1)));
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  store.close();
  const reader = openSqliteReader(copy);
  assert.equal(reader.entries(0, 10).length, 2);
  reader.close();
});

test('a copy is read where nothing at all may be written', (t) => {
  const folder = newFolder(t);
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', disk]).status !== 0) {
    return t.skip('a read-only disk can be mounted by root only');
  }
  try {
    const { copy, size } = copiedLog(t, disk);
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', disk]).status, 0);
    const reader = openSqliteReader(copy);
    assert.equal(reader.entries(0, 1000).length, size);
    reader.close();
  } finally {
    spawnSync('umount', ['-l', disk]);
  }
});

function copiedLog(t: { after(end: () => void): void }, into: string): { copy: string; size: number } {
  const { file, size } = writeSampleLog(join(newFolder(t), 'log.sqlite'), 10);
  const copy = join(into, 'copy.sqlite');
  copyFileSync(file, copy);
  return { copy, size };
}

test('a place without a file, and a file that is no audit store, are refused in words', (t) => {
  const folder = newFolder(t);
  assert.throws(() => openSqliteReader(join(folder, 'none')), {
    name: 'GatewayError',
    message: /no audit store at the place/,
  });
  writeFileSync(join(folder, 'text'), 'some text that is no database'.repeat(100));
  assert.throws(() => openSqliteReader(join(folder, 'text')), {
    name: 'GatewayError',
    message: /not an audit store/,
  });
});
