import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { CopiedWal, type CopiedWalOptions } from '../../../../src/adapters/storage/sqlite/copied-wal.ts';
import { assertDurable } from '../../../../src/adapters/storage/sqlite/open-database.ts';
import { NAMES } from '../../../../src/adapters/storage/sqlite/wal-copy-state.ts';
import { until } from '../../../support/until.ts';

const PAGES = 64;
const WRITER = join(import.meta.dirname, '../../../support/copying-writer.ts');

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'copied-wal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Another thread than the one that copies. */
function threadThat(folder: string, text: string): URL {
  const file = join(folder, 'thread.mjs');
  const imports = `import { writeFileSync } from 'node:fs'; import { parentPort, workerData } from 'node:worker_threads';`;
  writeFileSync(file, `${imports}\n${text}`);
  return pathToFileURL(file);
}

/** A store of rows of some five pages each, and what has its log copied. */
function opened(folder: string, options: CopiedWalOptions = {}) {
  const file = join(folder, 'any.sqlite');
  const db = new DatabaseSync(file, { timeout: 1000 });
  assertDurable(db);
  db.exec('CREATE TABLE rows (number INTEGER PRIMARY KEY, filling BLOB NOT NULL)');
  const copied = new CopiedWal(db, file, { pagesBetweenCopies: PAGES, ...options });
  const insert = db.prepare('INSERT INTO rows (filling) VALUES (?)');
  return {
    ...{ file, db, copied },
    commit(): void {
      insert.run(Buffer.alloc(20_000, 1));
      copied.committed();
    },
    /** Pages in the log since it was last begun anew. */
    pages: () => Number(db.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.['log']),
    ownCopyAt: () => Number(db.prepare('PRAGMA wal_autocheckpoint').get()?.['wal_autocheckpoint']),
  };
}

/** Commits now and then until something is so. */
async function commitUntil(
  store: ReturnType<typeof opened>,
  what: string,
  isSo: () => boolean,
): Promise<void> {
  await until(what, () => {
    store.commit();
    return isSo();
  });
}

test('a long log is copied beside the writer, and is begun anew again and again', async (t) => {
  const store = opened(newFolder(t));
  // SQLite does not copy by itself here, so that what is copied the thread has copied.
  store.db.exec('PRAGMA wal_autocheckpoint = 0');
  for (let times = 0; times < 3; times += 1) {
    await commitUntil(store, 'a long log', () => store.pages() >= PAGES);
    await commitUntil(store, 'a log that is begun anew', () => store.pages() < PAGES);
  }
  const { rows } = store.db.prepare('SELECT count(*) AS rows FROM rows').get() ?? {};
  assert.ok(statSync(store.file).size > (Number(rows) / 2) * 20_000, 'most of it stands in the file');
  store.copied.close();
  store.db.close();
  assert.ok(!existsSync(`${store.file}-wal`), 'nobody has it open any more');
});

test('commits without a pause do not keep the log from being begun anew', async (t) => {
  const store = opened(newFolder(t));
  store.db.exec('PRAGMA wal_autocheckpoint = 0');
  await commitUntil(store, 'a long log', () => store.pages() >= PAGES);
  await commitUntil(store, 'a log that is begun anew', () => store.pages() < PAGES);
  let begun = 0;
  for (let before = 0, times = 0; times < 1500; times += 1) {
    store.commit();
    const pages = store.pages();
    if (pages < before) begun += 1;
    before = pages;
  }
  assert.ok(begun > 3, `it was begun anew ${begun} times`);
  store.copied.close();
  store.db.close();
});

test('a reader that looks at an older state keeps the log, and loses nothing', async (t) => {
  const store = opened(newFolder(t));
  store.db.exec('PRAGMA wal_autocheckpoint = 0');
  store.commit();
  const reader = new DatabaseSync(store.file, { readOnly: true });
  reader.exec('BEGIN');
  const count = () => Number(reader.prepare('SELECT count(*) AS n FROM rows').get()?.['n']);
  assert.equal(count(), 1);
  for (let times = 0; times < 40; times += 1) {
    store.commit();
    await sleep(5);
  }
  assert.ok(store.pages() > 2 * PAGES, 'the log is not overwritten under the reader');
  assert.equal(count(), 1);
  reader.exec('COMMIT');
  assert.equal(count(), 41);
  await commitUntil(store, 'a log that is begun anew', () => store.pages() < PAGES);
  reader.close();
  store.copied.close();
  store.db.close();
});

test('closing waits for a copy under way', async (t) => {
  const folder = newFolder(t);
  const threadUrl = threadThat(
    folder,
    `const word = new Int32Array(workerData.shared);
    parentPort.on('message', () => setTimeout(() => {
      writeFileSync(workerData.file + '-copied', '');
      Atomics.store(word, 0, ${NAMES.indexOf('copied')});
      Atomics.notify(word, 0);
    }, 300))`,
  );
  const store = opened(folder, { threadUrl });
  for (let times = 0; times < 16; times += 1) store.commit();
  store.copied.close();
  store.db.close();
  assert.ok(existsSync(`${store.file}-copied`));
});

const FAILS = `Atomics.store(new Int32Array(workerData.shared), 0, ${NAMES.indexOf('failed')})`;

for (const [how, text] of [
  ['cannot start', "throw new Error('no')"],
  ['fails', `parentPort.on('message', () => ${FAILS})`],
] as const) {
  test(`where the thread ${how}, commits go on and SQLite copies within them`, async (t) => {
    const folder = newFolder(t);
    const store = opened(folder, { threadUrl: threadThat(folder, text) });
    assert.ok(store.ownCopyAt() > PAGES);
    await commitUntil(store, 'copies by SQLite itself', () => store.ownCopyAt() === PAGES);
    for (let times = 0; times < 100; times += 1) store.commit();
    assert.ok(store.pages() < 2 * PAGES, 'the log is copied');
    store.copied.close();
    store.db.close();
  });
}

test('killed in the middle of copies, again and again: every row that was said to be durable is there', async (t) => {
  const file = join(newFolder(t), 'any.sqlite');
  let told = 0;
  for (let kill = 0; kill < 6; kill += 1) {
    const writer = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let last = '';
    writer.stdout.on('data', (chunk: Buffer) => {
      last = (last + chunk.toString()).slice(-64);
    });
    const atLeast = told + 50 + Math.floor(Math.random() * 100);
    const newest = () => Number(last.split('\n').at(-2) ?? 0);
    await until('rows', () => newest() > atLeast);
    writer.kill('SIGKILL');
    await once(writer, 'close');
    told = newest();
    const db = new DatabaseSync(file);
    const { n, most } = db.prepare('SELECT count(*) AS n, max(number) AS most FROM numbers').get() ?? {};
    assert.ok(Number(most) >= told, `${told} was durable, ${most} is there`);
    assert.equal(n, most);
    assert.equal(db.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
    db.close();
  }
});
