import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openSearchIndex } from '../../../../src/adapters/storage/search/log-search-index.ts';
import { BLOCK_ENTRIES } from '../../../../src/adapters/storage/search/posting-set.ts';
import { MemoryLog } from '../../../support/memory-log.ts';

const tag = (name: string): Buffer => hash('sha256', name, 'buffer');
const ALICE = tag('alice');
const BEN = tag('ben');
const EXCHANGE = '01a20975-a60d-7850-8007-587705ce9539';
const PAGE = { order: 'oldest first', most: 100 } as const;

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'search-index-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'audit.search');
}

/** Bytes of a tag as the index keeps them, anywhere in the file or its write-ahead log. */
function holds(file: string, wanted: Buffer): boolean {
  return [file, `${file}-wal`]
    .filter(existsSync)
    .some((one) => readFileSync(one).includes(wanted.subarray(1, 8)));
}

/** An exchange about Alice and Ben: what was sent, and what was released. */
function addExchange(log: MemoryLog): { sent: number; released: number } {
  const sent = log.add('sent', { exchange: EXCHANGE, consumer: 'southfen-council' }, [5, ALICE], [2, BEN]);
  const members = { exchange: EXCHANGE, sent: log.leafHash(sent), part: 1, last: true };
  return { sent, released: log.add('released', members, [6, ALICE]) };
}

test('what is durable when a question is asked is found, in the block that fills and in full ones', async (t) => {
  const log = new MemoryLog();
  const index = openSearchIndex({ log, file: place(t) });
  const { sent, released } = addExchange(log);
  assert.deepEqual(await index.withTags([ALICE], PAGE), [sent, released]);
  log.fill(BLOCK_ENTRIES + 10);
  const late = log.add('read', { code: 'search' }, [2, BEN]);
  assert.deepEqual(await index.withTags([BEN], PAGE), [sent, released, late]);
  assert.equal(await index.countTags([ALICE, BEN]), 3);
  assert.deepEqual(await index.find({ kind: 'read' }, { ...PAGE, order: 'newest first' }), [late]);
  assert.deepEqual(await index.withLeafHash(Buffer.from(log.leafHash(late), 'base64')), [late]);
  index.close();
});

test('an index that is opened again goes on where it left off', async (t) => {
  const log = new MemoryLog();
  const file = place(t);
  const { sent } = addExchange(log);
  log.fill(2 * BLOCK_ENTRIES + 10);
  const first = openSearchIndex({ log, file });
  await first.follow();
  first.close();
  log.pagesRead = 0;
  const second = openSearchIndex({ log, file });
  assert.deepEqual(await second.withTags([ALICE], { ...PAGE, before: sent + 1 }), [sent]);
  assert.ok(log.pagesRead <= 2, `${log.pagesRead} pages were read again`);
  second.close();
});

test('a later entry of an exchange carries what its first one says, also when that stands in another block', async (t) => {
  const log = new MemoryLog();
  const file = place(t);
  log.fill(BLOCK_ENTRIES - 1);
  const sent = log.add('sent', { exchange: EXCHANGE, consumer: 'southfen-council' }, [2, BEN]);
  const opened = openSearchIndex({ log, file });
  await opened.follow();
  opened.close();
  const recovered = log.add('recovered', { exchange: EXCHANGE, sent: log.leafHash(sent), part: 0 });
  const index = openSearchIndex({ log, file });
  assert.deepEqual(await index.find({ consumer: 'southfen-council', tagged: [[BEN]] }, PAGE), [
    sent,
    recovered,
  ]);
  assert.deepEqual(await index.find({ outcome: 'failed', consumer: 'southfen-council' }, PAGE), [recovered]);
  index.close();
});

for (const [where, filler] of [
  ['the block that fills', 0],
  ['a full block', BLOCK_ENTRIES],
] as const) {
  test(`who is erased from ${where} is no longer found, and nothing of the tag is left in the file`, async (t) => {
    const log = new MemoryLog();
    const file = place(t);
    const { sent, released } = addExchange(log);
    log.fill(filler);
    const index = openSearchIndex({ log, file });
    assert.deepEqual(await index.withTags([ALICE], PAGE), [sent, released]);
    assert.equal(holds(file, ALICE), filler > 0);
    log.reseal(sent, [2, BEN]);
    log.reseal(released);
    log.add('erased', { entry: log.leafHash(sent) });
    log.add('erased', { entry: log.leafHash(released) });
    assert.deepEqual(await index.withTags([ALICE], PAGE), []);
    assert.deepEqual(await index.withTags([BEN], PAGE), [sent, released]);
    log.fill(log.state().size + BLOCK_ENTRIES);
    await index.follow();
    assert.ok(!holds(file, ALICE), 'the file still holds the tag');
    assert.ok(holds(file, BEN));
    index.close();
    assert.ok(!holds(file, ALICE));
  });
}

test('an order to erase that waits for a second person reaches nothing', async (t) => {
  const log = new MemoryLog();
  log.fill(BLOCK_ENTRIES + 1);
  const index = openSearchIndex({ log, file: place(t) });
  await index.follow();
  log.pagesRead = 0;
  log.add('erased', { code: 'subject-asked', records: 3 });
  await index.follow();
  assert.equal(log.pagesRead, 1);
  index.close();
});

test('an erasure that the index did not live to see is taken up when it is opened again', async (t) => {
  const log = new MemoryLog();
  const file = place(t);
  const { sent, released } = addExchange(log);
  log.fill(BLOCK_ENTRIES);
  const first = openSearchIndex({ log, file });
  await first.follow();
  first.close();
  log.reseal(sent, [2, BEN]);
  log.reseal(released);
  log.add('erased', { entry: log.leafHash(sent) });
  log.fill(2 * BLOCK_ENTRIES);
  const second = openSearchIndex({ log, file });
  assert.deepEqual(await second.withTags([ALICE], PAGE), []);
  assert.ok(!holds(file, ALICE));
  second.close();
});

test('what retention dropped is passed over, and its tags leave the file', async (t) => {
  const log = new MemoryLog();
  const file = place(t);
  const { sent, released } = addExchange(log);
  log.fill(2 * BLOCK_ENTRIES - 5);
  const index = openSearchIndex({ log, file });
  assert.deepEqual(await index.withTags([BEN], PAGE), [sent, released]);
  log.drop(sent, BLOCK_ENTRIES + 100);
  const range = { first: sent, size: BLOCK_ENTRIES + 100 - sent };
  log.add('erased', { code: 'retention', month: '2026-11', records: range.size, ...range });
  assert.deepEqual(await index.withTags([BEN], PAGE), []);
  assert.ok(!holds(file, BEN));
  log.drop(BLOCK_ENTRIES + 100, 2 * BLOCK_ENTRIES - 5);
  const late = log.add('read', {}, [2, BEN]);
  assert.deepEqual(await index.withTags([BEN], PAGE), [late]);
  index.close();
  rmSync(file);
  const anew = openSearchIndex({ log, file });
  assert.deepEqual(await anew.withTags([BEN], PAGE), [late]);
  assert.deepEqual(await anew.find({ kind: 'heartbeat' }, PAGE), []);
  anew.close();
});

test('an index of another log, or of one that was taken back, is built anew', async (t) => {
  const file = place(t);
  const one = new MemoryLog();
  addExchange(one);
  one.fill(2 * BLOCK_ENTRIES);
  const first = openSearchIndex({ log: one, file });
  await first.follow();
  first.close();
  const other = new MemoryLog();
  other.add('sent', { exchange: EXCHANGE }, [5, BEN]);
  other.fill(2 * BLOCK_ENTRIES);
  const shorter = new MemoryLog();
  shorter.fill(10);
  for (const [log, found] of [
    [other, [0]],
    [shorter, []],
  ] as const) {
    const index = openSearchIndex({ log, file });
    assert.deepEqual(await index.withTags([ALICE, BEN], PAGE), found);
    index.close();
  }
});

test('a file that is damaged while it is in use is built anew, and the question answered all the same', async (t) => {
  const log = new MemoryLog();
  const file = place(t);
  const { sent, released } = addExchange(log);
  log.fill(BLOCK_ENTRIES + 1);
  const before = openSearchIndex({ log, file });
  await before.follow();
  before.close();
  const db = new DatabaseSync(file);
  db.exec("UPDATE tags SET bucket = CAST(bucket || x'00' AS BLOB); PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  const index = openSearchIndex({ log, file });
  assert.deepEqual(await index.withTags([ALICE], PAGE), [sent, released]);
  assert.deepEqual(await index.progress(), { indexed: BLOCK_ENTRIES + 1, size: BLOCK_ENTRIES + 1 });
  index.close();
});
