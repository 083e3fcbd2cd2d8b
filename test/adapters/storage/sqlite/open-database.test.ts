import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { APPLICATION_ID, openDatabase } from '../../../../src/adapters/storage/sqlite/open-database.ts';
import { openSqliteStore } from '../../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { commitOf } from '../../../contracts/audit-store.contract.ts';
import { SampleEntries } from '../../../support/sample-log.ts';

function newFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'open-database-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a new file has the write-ahead log, full flushes, the layout and the mark of this program', (t) => {
  const db = openDatabase(join(newFolder(t), 'log.sqlite'), {});
  const pragma = (name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  assert.equal(pragma('journal_mode'), 'wal');
  assert.equal(pragma('synchronous'), 2);
  assert.equal(pragma('application_id'), APPLICATION_ID);
  assert.equal(pragma('user_version'), 3);
  assert.equal(pragma('page_size'), 8192);
  db.close();
});

test('INVARIANT: where no write-ahead log can be kept the store is not taken for durable', () => {
  // SQLite cannot keep a write-ahead log in memory, so it reads another mode back.
  assert.throws(() => openDatabase(':memory:', {}), /not durable: journal_mode is memory/);
});

test('a file of some other program, of a later layout or without its last entries is not opened', (t) => {
  const folder = newFolder(t);
  const file = join(folder, 'log.sqlite');
  const foreign = join(folder, 'foreign.sqlite');
  const db = new DatabaseSync(foreign);
  db.exec('CREATE TABLE mine (a)');
  db.close();
  assert.throws(() => openSqliteStore(foreign), { name: 'GatewayError', message: /some other program/ });
  writeFileSync(join(folder, 'text'), 'not a database at all, but long enough to look at'.repeat(50));
  assert.throws(() => openSqliteStore(join(folder, 'text')));
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  store.commit([], () => commitOf(sample, sample.exchange(1)));
  store.close();
  change(file, 'UPDATE batches SET hashes = substr(hashes, 1, 32)');
  assert.throws(() => openSqliteStore(file), {
    name: 'GatewayError',
    message: /not whole: it should hold 2 entries and holds 1/,
  });
  change(file, 'PRAGMA user_version = 99');
  assert.throws(() => openSqliteStore(file), { name: 'GatewayError', message: /layout 99/ });
});

test('a file that holds anything that acts by itself is not opened', (t) => {
  const folder = newFolder(t);
  for (const [nth, sql] of [
    "CREATE TRIGGER quiet AFTER INSERT ON batches BEGIN DELETE FROM facts WHERE kind = 'stop'; END",
    'CREATE VIEW other AS SELECT * FROM facts',
    'CREATE VIRTUAL TABLE words USING fts5(text)',
    'CREATE TABLE made (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1))',
  ].entries()) {
    const file = join(folder, `log-${nth}.sqlite`);
    openSqliteStore(file).close();
    change(file, sql);
    assert.throws(() => openSqliteStore(file), { name: 'GatewayError', message: /somebody changed it/ }, sql);
  }
});

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}
