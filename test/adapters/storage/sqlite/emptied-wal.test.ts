import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { EmptiedWal } from '../../../../src/adapters/storage/sqlite/emptied-wal.ts';

test('while a reader looks it is tried again now and then, and at last at once', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'emptied-wal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'any.sqlite');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE any (text TEXT)');
  const reader = new DatabaseSync(file, { readOnly: true });
  reader.exec('BEGIN; SELECT * FROM any');
  db.exec("INSERT INTO any VALUES ('more')");
  const emptied = new EmptiedWal(db);
  const size = () => statSync(`${file}-wal`).size;
  emptied.due();
  emptied.tryAgain();
  reader.close();
  emptied.tryAgain();
  assert.ok(size() > 0, 'not before a second is over');
  emptied.tryAtLast();
  assert.equal(size(), 0);
  db.close();
});

test('nothing happens until it is due; then the write-ahead log is emptied, and the wait for locks is as before', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'emptied-wal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'any.sqlite');
  const db = new DatabaseSync(file, { timeout: 70 });
  t.after(() => db.close());
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE any (text TEXT)');
  const emptied = new EmptiedWal(db);
  emptied.tryAgain();
  assert.ok(statSync(`${file}-wal`).size > 0);
  emptied.due();
  emptied.tryAgain();
  assert.equal(statSync(`${file}-wal`).size, 0);
  assert.equal(db.prepare('PRAGMA busy_timeout').get()?.['timeout'], 70);
});
