import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { PIECE } from '../../../src/audit-log/keeping/due-entries.ts';
import { CompactRange } from '../../../src/merkle/compact-range.ts';
import { alone, badge, keptLog, OWUSU, SHAH } from '../../support/kept-log.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

const JANUARY = Date.UTC(2020, 0, 15);
const FEBRUARY = Date.UTC(2020, 1, 15);

test('what is due is dropped by month and agreement, each with an entry that counts it, and the log stays whole', async (t) => {
  const log = await keptLog(t, JANUARY);
  for (const atMs of [JANUARY, FEBRUARY])
    for (const agreement of ['DSA-1', 'DSA-2']) await log.exchange(['ZZ9Z01'], { atMs, agreement });
  const now = await log.exchange(['ZZ9Z01']);
  const before = log.reader.entries(0, 100);
  log.clock = Date.UTC(2026, 1, 1);
  const dropped = [
    { month: '2020-01', agreement: undefined, entries: 1 },
    { month: '2020-01', agreement: 'DSA-1', entries: 2 },
    { month: '2020-01', agreement: 'DSA-2', entries: 2 },
  ];
  assert.deepEqual(await log.retention.due(), dropped);
  assert.deepEqual(await log.retention.run(SHAH, alone), { dropped, more: false });
  assert.deepEqual(await log.retention.due(), []);
  assert.equal((await log.retention.run(SHAH, alone)).dropped.length, 0);
  await log.close();
  const left = log.reader.entries(0, 100);
  assert.deepEqual(
    left.slice(0, 6).map(({ leafHash }) => leafHash),
    before.slice(5, 11).map(({ leafHash }) => leafHash),
  );
  assert.equal(log.reader.entriesOfExchange(now).length, 2);
  const said = leavesOf(log.folder).filter(({ code }) => code === 'retention');
  assert.deepEqual(
    said.map(({ month, agreement, records, first, size }) => ({ month, agreement, records, first, size })),
    [
      { month: '2020-01', agreement: undefined, records: 1, first: 0, size: 1 },
      { month: '2020-01', agreement: 'DSA-1', records: 2, first: 1, size: 2 },
      { month: '2020-01', agreement: 'DSA-2', records: 2, first: 3, size: 2 },
    ],
  );
  const range = new CompactRange();
  for (const { leafHash } of before.slice(1, 3)) range.append(leafHash);
  assert.equal(said[1].root, Buffer.from(range.root()).toString('base64'));
  assert.deepEqual(
    log.reader.dropped(0, 100).map(({ index, by }) => [index, by]),
    [0, 1, 2, 3, 4].map((index) => [index, 11 + Math.ceil(index / 2)]),
  );
  assert.deepEqual(await findingsOf(log.folder), []);
  // The next run recovers, signs and goes on as ever.
  const again = await keptLog(t, Date.now(), log.folder);
  await again.exchange(['ZZ9Z01']);
  await again.close();
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('an agreement that says so keeps its entries longer or shorter than the others', async (t) => {
  const log = await keptLog(t, JANUARY);
  for (const agreement of ['longer', 'shorter', 'other'])
    await log.exchange(['ZZ9Z01'], { atMs: JANUARY, agreement });
  const months = new Map([
    ['longer', 96],
    ['shorter', 6],
  ]);
  log.keeping = { of: (id) => ({ months: months.get(id ?? '') ?? 72 }), least: { months: 6 } };
  const due = async (clock: number) => {
    log.clock = clock;
    return (await log.retention.due()).map(({ agreement }) => agreement);
  };
  assert.deepEqual(await due(Date.UTC(2020, 7, 1) - 1), []);
  assert.deepEqual(await due(Date.UTC(2020, 7, 1)), ['shorter']);
  assert.deepEqual(await due(Date.UTC(2026, 1, 1)), [undefined, 'other', 'shorter']);
  assert.deepEqual(await due(Date.UTC(2028, 1, 1)), [undefined, 'longer', 'other', 'shorter']);
  log.keeping = undefined;
  await assert.rejects(log.retention.run(SHAH, alone), /no policy set is in force/);
  await log.close();
});

test('what is held stays: an exchange, an agreement, and every entry of an exchange in which a person stands', async (t) => {
  const log = await keptLog(t, JANUARY);
  const held = await log.exchange(['ZZ9Z01'], { atMs: JANUARY });
  await log.exchange(['ZZ9Z02'], { atMs: JANUARY, agreement: 'held' });
  const person = await log.exchange(['ZZ9Z03', 'ZZ9Z04'], { atMs: JANUARY });
  await log.exchange(['ZZ9Z05'], { atMs: JANUARY });
  const holds = [{ exchange: held }, { agreement: 'held' }, { person: badge('ZZ9Z03') }];
  for (const one of holds) await log.holds.add({ held: one, by: SHAH, because: 'a claim' });
  log.clock = Date.UTC(2027, 0, 1);
  assert.deepEqual(await log.retention.run(SHAH, alone), {
    dropped: [
      { month: '2020-01', agreement: undefined, entries: 1 },
      { month: '2020-01', agreement: 'DSA-2026-014', entries: 2 },
    ],
    more: false,
  });
  assert.equal(log.reader.entriesOfExchange(person).length, 2);
  for (const one of holds)
    for (const by of [SHAH, OWUSU]) await log.holds.lift({ held: one, by, because: 'settled' });
  const [rest] = (await log.retention.run(SHAH, alone)).dropped;
  assert.equal(rest?.entries, 4);
  await log.close();
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('a hold that comes while retention runs is kept, also over what was looked at before it', async (t) => {
  const log = await keptLog(t, JANUARY);
  await log.exchange(['ZZ9Z01'], { atMs: JANUARY, agreement: 'A' });
  const late = await log.exchange(['ZZ9Z01'], { atMs: JANUARY, agreement: 'B' });
  log.clock = Date.UTC(2027, 0, 1);
  let turns = 0;
  await log.retention.run(SHAH, async (work) => {
    turns += 1;
    if (turns === 1) await log.holds.add({ held: { exchange: late }, by: SHAH, because: 'a claim' });
    return work();
  });
  assert.equal(log.reader.entriesOfExchange(late).length, 2);
  await log.close();
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('an exchange without an end stays whole, and so does every entry that put a fact there', async (t) => {
  const log = await keptLog(t, JANUARY);
  await log.holds.add({ held: { agreement: 'any' }, by: SHAH, because: 'a claim' });
  await log.append('read', { code: 'list' });
  await log.append('alarm', { code: 'clock-set-back' }, [
    { kind: 'any', key: 'any', value: Buffer.from('stands') },
  ]);
  log.clock = Date.UTC(2040, 0, 1);
  const [own] = await log.retention.due();
  const kinds = log.reader.entries(0, 100).map(({ kind }) => kind);
  await log.retention.run(SHAH, alone);
  await log.close();
  assert.equal(own?.entries, 1);
  assert.deepEqual(kinds, ['started', 'hold', 'read', 'alarm']);
  const left = leavesOf(log.folder).map(({ kind }) => kind);
  assert.deepEqual(left, ['hold', 'alarm', 'erased', 'erased', 'stopped']);
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('thousands of entries go in pieces, and once the file was shrunk at least 95 parts in 100 of their room are free', async (t) => {
  const log = await keptLog(t, JANUARY);
  const exchanges = PIECE + 50;
  for (let from = 0; from < exchanges; from += 20)
    await Promise.all(
      Array.from({ length: Math.min(20, exchanges - from) }, () =>
        log.exchange(['ZZ9Z01'], { atMs: JANUARY }),
      ),
    );
  const { bytes, entries } = roomOf(log.reader.entries(0, 10_000));
  log.clock = Date.UTC(2027, 0, 1);
  const first = await log.retention.run(SHAH, alone, 1);
  assert.deepEqual([first.dropped[0]?.entries, first.more], [PIECE, true]);
  await log.retention.run(SHAH, alone);
  await log.close();
  const left = new Set(log.reader.entries(0, 10_000).map(({ kind }) => kind));
  assert.deepEqual([...left], ['erased', 'stopped']);
  const before = statSync(log.folder.storeFile).size;
  const store = openSqliteStore(log.folder.storeFile);
  store.shrink();
  store.close();
  const freed = before - statSync(log.folder.storeFile).size;
  t.diagnostic(
    `${entries} entries had ${bytes} bytes in leaves and sealed rows; ${freed} bytes of the file are free`,
  );
  assert.ok(freed >= 0.95 * bytes, `${freed} of ${bytes} bytes`);
  assert.deepEqual(await findingsOf(log.folder), []);
});

function roomOf(entries: readonly { readonly leaf: Uint8Array; readonly sealed: Uint8Array | undefined }[]) {
  const bytes = entries.reduce((sum, { leaf, sealed }) => sum + leaf.length + (sealed?.length ?? 0), 0);
  return { bytes, entries: entries.length };
}

test('where a piece cannot be stored nothing of it is dropped, and the next run goes on', async (t) => {
  const log = await keptLog(t, JANUARY);
  await log.exchange(['ZZ9Z01'], { atMs: JANUARY });
  log.clock = Date.UTC(2027, 0, 1);
  log.store.faults.set('commit', 'rolls back');
  await assert.rejects(log.retention.run(SHAH, alone), /full/);
  assert.equal(log.reader.dropped(0, 10).length, 0);
  assert.equal((await log.retention.run(SHAH, alone)).dropped.length, 2);
  await log.close();
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('one entry more that somebody drops by hand, in the shadow of a real run or with no entry at all, is found', async (t) => {
  const log = await keptLog(t, JANUARY);
  await log.exchange(['ZZ9Z01'], { atMs: JANUARY });
  await log.exchange(['ZZ9Z01']);
  log.clock = Date.UTC(2027, 0, 1);
  await log.retention.run(SHAH, alone);
  await log.close();
  const [dropped] = log.reader.dropped(1, 1);
  const db = new DatabaseSync(log.folder.storeFile);
  t.after(() => db.close());
  const row = db.prepare('SELECT * FROM batches WHERE first = 3').get();
  const change = db.prepare("UPDATE batches SET heads = ?, leaves = x'', sealed = x'' WHERE first = 3");
  for (const [by, words] of [
    [dropped?.by, /tells of other entries than those from 1 to 3 that are dropped in its name/],
    [7, /entries from 3 to 3 are dropped and no entry says so|tells of other entries/],
    [0, /entry 3 is dropped and no entry after it says so/],
  ] as const) {
    change.run(JSON.stringify([[by]]));
    assert.match((await findingsOf(log.folder)).join('; '), words);
  }
  db.prepare('UPDATE batches SET heads = ?, leaves = ?, sealed = ? WHERE first = 3').run(
    ...([row?.['heads'] ?? null, row?.['leaves'] ?? null, row?.['sealed'] ?? null] as const),
  );
  assert.deepEqual(await findingsOf(log.folder), []);
});
