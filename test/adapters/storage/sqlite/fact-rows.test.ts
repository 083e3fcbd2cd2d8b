import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { FactChanges, FactRows } from '../../../../src/adapters/storage/sqlite/fact-rows.ts';
import { APPLICATION_ID, openDatabase } from '../../../../src/adapters/storage/sqlite/open-database.ts';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { factName } from '../../../../src/audit-log/facts/fact-commitments.ts';
import { logFolder } from '../../../support/log-folder.ts';

const plain = (facts: Iterable<{ kind: string; key: string; value: Uint8Array; salt: Uint8Array }>) =>
  [...facts].map(({ kind, key, value, salt }) => [kind, key, String(Buffer.from(value)), salt.length]);

test('facts are found by name with their salts, and those that are not committed to are left out of the list', (t) => {
  const folder = logFolder();
  t.after(() => folder.remove());
  const db = openDatabase(folder.storeFile, {});
  const changes = new FactChanges(db);
  changes.change({ kind: 'stop', key: 'a', value: Buffer.from('1'), salt: Buffer.alloc(16, 1) });
  changes.change({ kind: 'stop', key: 'b', value: Buffer.from('2'), salt: Buffer.alloc(16, 2) });
  changes.change({ kind: 'policy file', key: 'ab', value: Buffer.from('3') });
  changes.change({ kind: 'stop', key: 'b', value: undefined });
  const rows = new FactRows(db);
  assert.deepEqual(plain(rows.committed()), [['stop', 'a', '1', 16]]);
  const found = rows.found([
    { kind: 'stop', key: 'a' },
    { kind: 'stop', key: 'b' },
    { kind: 'policy file', key: 'ab' },
  ]);
  assert.deepEqual(
    [...found.keys()],
    [factName({ kind: 'stop', key: 'a' }), factName({ kind: 'policy file', key: 'ab' })],
  );
  db.close();
});

test('a store of the layout before is read without salts, and opened by a writer it gets room for them', (t) => {
  const folder = logFolder();
  t.after(() => folder.remove());
  const old = new DatabaseSync(folder.storeFile);
  for (const name of ['0001-audit-log.sql', '0002-facts.sql']) {
    const file = join('src/adapters/storage/sqlite/migrations', name);
    old.exec(readFileSync(file, 'utf8'));
  }
  old.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 2`);
  old.exec("INSERT INTO facts (kind, key, value) VALUES ('stop', 'a', x'31')");
  old.close();
  const reader = openSqliteReader(folder.storeFile);
  assert.deepEqual(plain(reader.committedFacts()), [['stop', 'a', '1', 0]]);
  reader.close();
  const db = openDatabase(folder.storeFile, {});
  assert.deepEqual(plain(new FactRows(db).committed()), [['stop', 'a', '1', 0]]);
  db.close();
});
