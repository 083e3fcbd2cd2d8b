import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { FillingBlock } from '../../../../src/adapters/storage/search/posting-block.ts';
import { emptySet, placesOf } from '../../../../src/adapters/storage/search/posting-set.ts';
import {
  openSearchFile,
  SearchFile,
  TornIndex,
} from '../../../../src/adapters/storage/search/search-file.ts';

const STAMP = { readAt: 5, root: Buffer.alloc(32, 3) };
const TAG = Buffer.alloc(32, 0x41);

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'search-file-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'audit.search');
}

function aBlock(term = 'kind sent'): FillingBlock {
  const block = new FillingBlock();
  block.add(7, { terms: [term], tags: [TAG] }, randomBytes(32));
  return block;
}

function tagged(file: ReturnType<typeof openSearchFile>, block: number): number[] {
  const bits = emptySet();
  file.block(block).addTagged(bits, TAG);
  return placesOf(bits);
}

test('blocks and their stamps are there after the file was opened again, and only its owner may read it', (t) => {
  const path = place(t);
  const file = openSearchFile(path);
  file.put(0, aBlock(), STAMP);
  file.put(1, aBlock('kind refused'), STAMP);
  for (const ending of ['', '-wal'].filter((one) => existsSync(path + one)))
    assert.equal(statSync(path + ending).mode & 0o777, 0o600);
  file.close();
  const again = openSearchFile(path);
  assert.equal(again.blocks, 2);
  assert.deepEqual(Buffer.from(again.stamp(1).root), STAMP.root);
  assert.equal(again.stamp(1).readAt, 5);
  assert.deepEqual(placesOf(again.block(1).withTerm('kind refused') ?? emptySet()), [7]);
  assert.equal(again.block(1).withTerm('kind sent'), undefined);
  assert.deepEqual(tagged(again, 0), [7]);
  again.close();
});

test('a block that is stored anew forgets the terms that it no longer has', (t) => {
  const file = openSearchFile(place(t));
  file.put(0, aBlock(), STAMP);
  file.put(0, aBlock('kind refused'), STAMP);
  assert.equal(file.blocks, 1);
  assert.equal(file.block(0).withTerm('kind sent'), undefined);
  file.close();
});

test('a row that was changed, lost or moved to another place is noticed', (t) => {
  for (const damage of [
    "UPDATE sets SET packed = CAST(packed || x'00' AS BLOB)",
    'UPDATE tags SET bucket = (SELECT bucket FROM tags WHERE key = 0) WHERE key = 65',
    'DELETE FROM tags WHERE key = 65',
    'UPDATE sets SET key = key + 1',
  ]) {
    const path = place(t);
    const file = openSearchFile(path);
    file.put(0, aBlock(), STAMP);
    file.put(1, aBlock(), STAMP);
    file.close();
    const db = new DatabaseSync(path);
    db.exec(
      damage.startsWith('UPDATE sets SET key') ? `${damage} WHERE key = (SELECT max(key) FROM sets)` : damage,
    );
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    const torn = openSearchFile(path);
    const ask = (): void => {
      torn.block(0).withTerm('kind sent');
      torn.block(2).withTerm('kind sent');
      tagged(torn, 0);
    };
    assert.throws(ask, TornIndex, damage);
    torn.close();
  }
});

test('a file that is no index, or one of another version, is replaced by an empty one', (t) => {
  const path = place(t);
  writeFileSync(path, 'not a database, and long enough to be looked at as one: '.repeat(40));
  const file = openSearchFile(path);
  assert.equal(file.blocks, 0);
  file.put(0, aBlock(), STAMP);
  file.close();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  const again = openSearchFile(path);
  assert.equal(again.blocks, 0);
  again.close();
});

test('an index that another gateway uses is refused in words, and left alone', (t) => {
  const path = place(t);
  const file = openSearchFile(path);
  file.put(0, aBlock(), STAMP);
  assert.throws(() => openSearchFile(path), /another process uses it; .* SEARCH_INDEX_FILE/);
  assert.deepEqual(tagged(file, 0), [7]);
  file.close();
});

test('where there is no room it says so, and what was there before is still there', (t) => {
  const path = place(t);
  const file = openSearchFile(path);
  file.put(0, aBlock(), STAMP);
  file.close();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(`PRAGMA max_page_count = ${db.prepare('PRAGMA page_count').get()?.['page_count']}`);
  const full = new SearchFile(db);
  const many = new FillingBlock();
  for (let nth = 0; nth < 5000; nth += 1)
    many.add(nth, { terms: [`code ${nth}`], tags: [] }, randomBytes(32));
  assert.throws(() => full.put(1, many, STAMP), /there is no room for the search index/);
  assert.equal(full.blocks, 1);
  assert.deepEqual(tagged(full, 0), [7]);
  assert.deepEqual([...full.terms()], ['kind sent']);
  full.close();
});

test('a place that cannot be written to is named as the fault', (t) => {
  assert.throws(
    () => openSearchFile(join(place(t), 'nowhere', 'x')),
    /name a place for it with SEARCH_INDEX_FILE/,
  );
});
