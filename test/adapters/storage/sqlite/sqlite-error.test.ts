import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { isBusy, isFull } from '../../../../src/adapters/storage/sqlite/sqlite-error.ts';

function thrownBy(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('SQLite itself being out of pages is full, and a constraint is not', () => {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE a (b PRIMARY KEY); PRAGMA max_page_count = 3');
  const full = thrownBy(() => db.exec('INSERT INTO a VALUES (zeroblob(100000))'));
  assert.ok(isFull(full) && !isBusy(full));
  const constraint = thrownBy(() => db.exec('INSERT INTO a VALUES (1), (1)'));
  assert.ok(constraint !== undefined && !isFull(constraint) && !isBusy(constraint));
  db.close();
});

test('an extended code is judged by its low byte, and what is no error of SQLite is neither', () => {
  assert.ok(isBusy(Object.assign(new Error('snapshot'), { errcode: 5 | (2 << 8) })));
  assert.ok(!isBusy(new Error('busy')) && !isFull(undefined) && !isFull({ errcode: 13 }));
});
