import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { EntryRows } from '../../../../src/adapters/storage/sqlite/entry-rows.ts';
import { writeSampleLog } from '../../../support/sample-log.ts';

test('checkpoints come by size, page by page, and none twice', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'entry-rows-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { file, head, size } = writeSampleLog(join(folder, 'log.sqlite'), 40, 4);
  const db = new DatabaseSync(file);
  const rows = new EntryRows(db);
  const all = rows.checkpoints(-1, 100);
  assert.equal(all.length, 10);
  assert.deepEqual(all.at(-1), { size, note: head });
  assert.equal(rows.checkpoint(), head);
  const paged = [...rows.checkpoints(-1, 3), ...rows.checkpoints(all[2]?.size ?? 0, 100)];
  assert.deepEqual(paged, all);
  db.close();
});

test('a lost state row, and bytes that are no bytes, are errors and not an empty log', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'entry-rows-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { file } = writeSampleLog(join(folder, 'log.sqlite'), 2);
  const db = new DatabaseSync(file);
  const rows = new EntryRows(db);
  db.exec('DELETE FROM state');
  assert.throws(() => rows.state(), /lost its state row/);
  db.close();
});
