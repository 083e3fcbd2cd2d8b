import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore, type SqliteStore } from '../../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { CleanRollback, type StoredEntry } from '../../../../src/audit-log/ports.ts';
import { GatewayError } from '../../../../src/domain/gateway-error.ts';
import { CompactRange } from '../../../../src/merkle/compact-range.ts';
import { auditStoreContract, commitOf, plain } from '../../../contracts/audit-store.contract.ts';
import { SampleEntries } from '../../../support/sample-log.ts';

const NO_LEAST = { leastFreeBytes: 0 };

function newFolder(): { file: string; folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-store-'));
  return {
    folder,
    file: join(folder, 'log.sqlite'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

auditStoreContract('SQLite', () => {
  const { file, remove } = newFolder();
  return { open: () => openSqliteStore(file), remove };
});

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

test('a full store rolls back for certain, keeps nothing of the commit, and takes entries again when there is room', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const full = openSqliteStore(file, { mostPages: 24 });
  let stored = 0;
  let refused: StoredEntry[] = [];
  assert.throws(() => {
    for (let number = 0; ; number += 1) {
      refused = sample.exchange(number, 20);
      full.commit(['limit'], () => commitOf(sample, refused, [{ key: 'limit', count: number + 1 }]));
      stored = number + 1;
    }
  }, CleanRollback);
  assert.ok(stored > 0);
  assert.equal(full.state().size, stored * 21);
  assert.equal(full.entries(0, 10_000).length, stored * 21);
  full.close();
  const roomy = openSqliteStore(file);
  roomy.commit(['limit'], (state, counts) => {
    assert.equal(state.size, stored * 21);
    assert.equal(counts.get('limit'), stored);
    return commitOf(sample, refused);
  });
  assert.deepEqual(plain(roomy.entries(stored * 21, 100)), plain(refused));
  roomy.close();
});

test('below the least free room nothing is begun, so that COMMIT never meets a full disk', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const store = openSqliteStore(file, { leastFreeBytes: Number.MAX_SAFE_INTEGER });
  assert.throws(() => store.commit([], () => commitOf(sample, sample.exchange(1))), CleanRollback);
  assert.equal(store.state().size, 0);
  store.close();
});

/** A disk of so many MiB for one test, or undefined where only root could have one. */
function smallDisk(t: { after(end: () => void): void }, size: number): string | undefined {
  const { folder, remove } = newFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'tmpfs', disk]).status === 0;
  t.after(() => {
    if (mounted) spawnSync('umount', ['-l', disk]);
    remove();
  });
  return mounted ? disk : undefined;
}

const ROOT_ONLY = 'a small disk can be mounted by root only';

test('on a small disk that fills up, commits are refused cleanly and go on when room returns', (t) => {
  const disk = smallDisk(t, 32);
  if (disk === undefined) return t.skip(ROOT_ONLY);
  const store = openSqliteStore(join(disk, 'log.sqlite'), { leastFreeBytes: 8 * 1024 * 1024 });
  t.after(() => store.close());
  const sample = new SampleEntries();
  writeFileSync(join(disk, 'filler'), Buffer.alloc(20 * 1024 * 1024));
  const { error, refused } = commitUntilRefused(store, sample);
  assert.ok(error instanceof CleanRollback);
  const { size } = store.state();
  assert.equal(size, sample.size - refused.length);
  rmSync(join(disk, 'filler'));
  store.commit([], () => commitOf(sample, refused));
  assert.equal(store.state().size, sample.size);
});

test('INVARIANT: a disk that is found full at COMMIT is doubt and never a clean rollback', (t) => {
  const disk = smallDisk(t, 4);
  if (disk === undefined) return t.skip(ROOT_ONLY);
  const store = openSqliteStore(join(disk, 'log.sqlite'), NO_LEAST);
  t.after(() => store.close());
  const { error } = commitUntilRefused(store, new SampleEntries());
  assert.match(String(error), /full/);
  assert.ok(!(error instanceof CleanRollback));
});

function commitUntilRefused(
  store: SqliteStore,
  sample: SampleEntries,
): { error: unknown; refused: readonly StoredEntry[] } {
  for (let number = 0; ; number += 1) {
    const refused = sample.exchange(number, 2);
    try {
      store.commit([], () => commitOf(sample, refused));
    } catch (error) {
      return { error, refused };
    }
  }
}

test('a foreign lock on the file is a clean rollback, and the store goes on when it is gone', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const store = openSqliteStore(file, NO_LEAST);
  const foreign = new DatabaseSync(file);
  foreign.exec('BEGIN IMMEDIATE');
  const entries = sample.exchange(1);
  assert.throws(() => store.commit([], () => commitOf(sample, entries)), CleanRollback);
  foreign.exec('ROLLBACK');
  foreign.close();
  store.commit([], () => commitOf(sample, entries));
  assert.equal(store.state().size, 2);
  store.close();
});

test('INVARIANT: an error at COMMIT is doubt and never a clean rollback', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  // A constraint that SQLite checks at COMMIT alone stands for whatever can fail there.
  change(
    file,
    'PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED); CREATE TRIGGER orphan AFTER INSERT ON batches BEGIN INSERT INTO child VALUES (1); END',
  );
  assert.throws(
    () => store.commit([], () => commitOf(sample, sample.exchange(1))),
    (error: unknown) => !(error instanceof CleanRollback) && !(error instanceof GatewayError),
  );
  store.close();
});

test('what is erased is gone from the file and from the write-ahead log, and all else stays', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const large = (entry: StoredEntry) => ({ ...entry, sealed: Buffer.alloc(40_000, `mark ${entry.index} `) });
  const entries = sample.exchange(1, 3).map(large);
  store.commit([], () => commitOf(sample, entries));
  const more = sample.exchange(2, 2).map(large);
  store.commit([], () => commitOf(sample, more));
  const sealedChanges = [
    { index: 5, change: () => undefined },
    { index: 1, change: () => Buffer.from('reduced') },
  ];
  const said = sample.begin();
  store.commit([], () => ({ ...commitOf(sample, [said]), sealedChanges }));
  const marks = (bytes: Buffer) => [1, 2, 4, 5].map((index) => bytes.includes(`mark ${index} mark`));
  assert.equal(readFileSync(`${file}-wal`).length, 0);
  assert.deepEqual(marks(readFileSync(file)), [false, true, true, false]);
  const expected = [...entries, ...more, said].map((entry, index) => {
    if (index === 5) return { ...entry, sealed: undefined };
    return index === 1 ? { ...entry, sealed: Buffer.from('reduced') } : entry;
  });
  assert.deepEqual(plain(store.entries(0, 10)), plain(expected));
  store.close();
});

test('a reader that holds a view keeps the write-ahead log for so long, and a later commit empties it', async (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const sealed = Buffer.from('a mark that is erased');
  store.commit([], () =>
    commitOf(
      sample,
      sample.exchange(1).map((entry) => ({ ...entry, sealed })),
    ),
  );
  const reader = openSqliteReader(file);
  reader.freeze();
  const sealedChanges = [0, 1].map((index) => ({ index, change: () => undefined }));
  store.commit([], () => ({ ...commitOf(sample, sample.exchange(2)), sealedChanges }));
  assert.ok(readFileSync(`${file}-wal`).includes(sealed));
  assert.deepEqual(
    reader.entries(0, 9).map((entry) => Buffer.from(entry.sealed ?? []).toString()),
    ['a mark that is erased', 'a mark that is erased'],
  );
  reader.close();
  await wait(1000);
  store.commit([], () => commitOf(sample, sample.exchange(3)));
  assert.ok(!readFileSync(`${file}-wal`).includes(sealed) && !readFileSync(file).includes(sealed));
  store.close();
});

test('a store that fills up in the middle drops nothing and erases nothing, and both go once there is room', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const sealed = Buffer.alloc(3000, 'a mark ');
  const rows = (number: number) => sample.exchange(number).map((entry) => ({ ...entry, sealed }));
  const first = openSqliteStore(file);
  for (let number = 0; number < 20; number += 1) first.commit([], () => commitOf(sample, rows(number)));
  const before = plain(first.entries(0, 100));
  first.close();
  const full = openSqliteStore(file, { ...NO_LEAST, mostPages: 1 });
  const large = { ...sample.begin(), sealed: Buffer.alloc(400_000, 1) };
  const changes = {
    sealedChanges: [{ index: 30, change: () => undefined }],
    dropped: [{ indexes: [0, 1, 2, 3], by: 40 }],
  };
  const commit = { ...commitOf(sample, [large]), ...changes };
  assert.throws(() => full.commit([], () => commit), CleanRollback);
  assert.deepEqual(plain(full.entries(0, 100)), before);
  full.close();
  const store = openSqliteStore(file, NO_LEAST);
  store.commit([], () => commit);
  assert.deepEqual(
    store.entries(0, 100).map(({ index, sealed: row }) => (row === undefined ? -index : index)),
    [...Array.from({ length: 36 }, (_, nth) => nth + 4), 40].map((index) => (index === 30 ? -30 : index)),
  );
  store.close();
});

test('a second look for entries of a time leads nowhere once all of them were dropped', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  store.commit([], () => commitOf(sample, [...sample.exchange(1), ...sample.exchange(2)]));
  store.commit([], () => ({
    ...commitOf(sample, [sample.begin()]),
    dropped: [{ indexes: [0, 1, 2, 3], by: 4 }],
  }));
  store.close();
  const db = new DatabaseSync(file, { readOnly: true });
  assert.equal(db.prepare('SELECT count(*) AS n FROM exchanges').get()?.['n'], 0);
  db.close();
});

test('once nine entries in ten were dropped and the file was shrunk, it is a tenth as large and nothing else changed', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const sealed = Buffer.alloc(600, 7);
  for (let number = 0; number < 500; number += 1) {
    const entries = sample.exchange(number).map((entry) => ({ ...entry, sealed }));
    store.commit([], () => commitOf(sample, entries));
  }
  const indexes = Array.from({ length: 900 }, (_, index) => index);
  const kept = plain(store.entries(900, 200));
  const hashes = indexes.map((index) => Buffer.from(store.hashAt(0, index)));
  store.commit([], () => ({ ...commitOf(sample, [sample.begin()]), dropped: [{ indexes, by: 1000 }] }));
  const before = statSync(file).size;
  store.shrink();
  assert.ok(statSync(file).size < before / 5, `${before} became ${statSync(file).size}`);
  assert.deepEqual(plain(store.entries(0, 100)), kept);
  assert.deepEqual(
    indexes.map((index) => Buffer.from(store.hashAt(0, index))),
    hashes,
  );
  store.close();
  openSqliteStore(file).close();
});

test('counters that were not touched for two days are swept away, newer ones stay', (t) => {
  const { file, remove } = newFolder();
  t.after(remove);
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const day = 24 * 60 * 60 * 1000;
  const commitAt = (atMs: number, key: string): void => {
    const commit = commitOf(sample, sample.exchange(sample.size), [{ key, count: 1 }]);
    store.commit([], () => ({ ...commit, state: { ...commit.state, newestAtMs: atMs } }));
  };
  commitAt(10 * day, 'old');
  commitAt(12 * day, 'newer');
  commitAt(12 * day + 2 * 60 * 60 * 1000, 'newest');
  store.commit(['old', 'newer', 'newest'], (state, counts) => {
    assert.deepEqual(
      [...counts],
      [
        ['old', 0],
        ['newer', 1],
        ['newest', 1],
      ],
    );
    return { entries: [], state, counters: [], facts: [] };
  });
  store.close();
});

test('INVARIANT: every commit that was acknowledged is there after kill -9, whole and in order', async (t) => {
  const { file, folder, remove } = newFolder();
  t.after(remove);
  const writer = join(folder, 'writer.ts');
  writeFileSync(writer, writerProgram(file));
  for (let round = 0; round < 5; round += 1) {
    const acknowledged = await killWhileItWrites(writer, 30 + round * 25);
    const store = openSqliteStore(file);
    const { size, range } = store.state();
    assert.ok(size >= acknowledged, `${acknowledged} entries were acknowledged and ${size} are there`);
    const hashes = store.entries(0, 100_000).map(({ leafHash }) => leafHash);
    assert.equal(hashes.length, size);
    assert.deepEqual(Buffer.from(rootOf(hashes)), Buffer.from(new CompactRange(size, range).root()));
    store.close();
  }
});

function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const range = new CompactRange();
  for (const hash of hashes) range.append(hash);
  return range.root();
}

/** Commits batches of 1 to 9 entries for ever and prints the size after each. */
function writerProgram(file: string): string {
  const src = new URL('../../../../src/', import.meta.url).href;
  return `
import { writeSync } from 'node:fs';
import { openSqliteStore, type SqliteStore } from '${src}adapters/storage/sqlite/sqlite-store.ts';
import { CompactRange } from '${src}merkle/compact-range.ts';
import { leafHash } from '${src}merkle/hash.ts';
const store = openSqliteStore(${JSON.stringify(file)});
for (let round = 0; ; round += 1) {
  let size = 0;
  store.commit([], (state) => {
    const range = new CompactRange(state.size, state.range);
    const entries = [];
    for (let n = 0; n <= round % 9; n += 1) {
      const leaf = Buffer.from('leaf ' + range.size + 'x'.repeat(900));
      entries.push({ index: range.size, leaf, leafHash: leafHash(leaf), kind: 'sent', exchange: undefined, atMs: range.size, sealed: undefined });
      range.append(entries.at(-1).leafHash);
    }
    size = range.size;
    return { entries, state: { size, range: range.roots(), seq: size, newestAtMs: size }, counters: [], facts: [] };
  });
  writeSync(1, size + '\\n');
}
`;
}

async function killWhileItWrites(program: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  const started = new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      out += data;
      resolve();
    });
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await Promise.race([started, ended]);
  setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
  return Number(out.slice(0, out.lastIndexOf('\n')).split('\n').at(-1));
}
