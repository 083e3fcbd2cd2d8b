import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DuePiece, dueEntries, PIECE } from '../../../src/audit-log/keeping/due-entries.ts';
import { StandingHolds } from '../../../src/audit-log/keeping/holds.ts';
import type { StoredEntry } from '../../../src/audit-log/ports.ts';
import { SampleEntries } from '../../support/sample-log.ts';

const YEAR = { months: 12 };
const LATER = Date.UTC(2040, 0, 1);

/** What is due of these entries, as indexes. */
async function due(entries: readonly StoredEntry[], nowMs = LATER): Promise<readonly DuePiece[]> {
  const log = {
    entries: (from: number, most: number) => entries.filter(({ index }) => index >= from).slice(0, most),
  };
  const parts = { log, holds: new StandingHolds([]), keep: () => YEAR, leastKept: YEAR, nowMs };
  return Array.fromAsync(dueEntries(parts));
}

const indexesOf = (pieces: readonly DuePiece[]) =>
  pieces.map(({ entries }) => entries.map(({ index }) => index));

test('an exchange goes as a whole, however its entries lie among others, and stays whole while it has no end', async () => {
  const sample = new SampleEntries();
  const [one, two] = [sample.exchange(1, 3), sample.exchange(2, 1)];
  assert.deepEqual(indexesOf(await due([...one, ...two])), [[0, 1, 2, 3, 4, 5]]);
  assert.deepEqual(indexesOf(await due([...one.slice(0, 3), ...two])), [[4, 5]]);
});

test('a month is kept to its end and the whole period after it', async () => {
  const sample = new SampleEntries();
  const entries = sample.exchange(1);
  assert.deepEqual(await due(entries, Date.UTC(2027, 11, 1) - 1), []);
  assert.deepEqual(indexesOf(await due(entries, Date.UTC(2027, 11, 1))), [[0, 1]]);
});

test('a leaf that somebody spoiled keeps its entry, and its exchange, so that it can be found', async () => {
  const sample = new SampleEntries();
  const spoiled = { leaf: Buffer.from('spoiled') };
  const [sent, released] = sample.exchange(1);
  const own = sample.begin();
  assert.deepEqual(await due([sent!, { ...released!, ...spoiled }, { ...own, ...spoiled }]), []);
  assert.deepEqual(indexesOf(await due([sent!, released!, { ...own, ...spoiled }])), [[0, 1]]);
});

test('pieces hold as many entries as one transaction takes, and no exchange is divided between two', async () => {
  const sample = new SampleEntries();
  const entries = Array.from({ length: PIECE }, (_, number) => sample.exchange(number, 2)).flat();
  const pieces = await due(entries);
  assert.deepEqual(
    pieces.map(({ entries: some }) => some.length),
    [PIECE + 2, PIECE + 2, PIECE - 4],
  );
  assert.deepEqual(indexesOf(pieces).flat(), Array.from(entries.keys()));
});

test('what an entry of the gateway itself says of policies, keys, holds and erasures stays as long as the log', async () => {
  const sample = new SampleEntries();
  const hash = `${'A'.repeat(43)}=`;
  const entries = [
    sample.next('policies', { policies: 'ab'.repeat(32) }),
    sample.next('key', { purpose: 'any', id: 'any', code: 'pinned' }),
    sample.next('hold', { code: 'hold-added' }),
    sample.next('erased', { code: 'subject', entry: hash }),
    sample.next('heartbeat', { facts: { count: 0, sum: 'A'.repeat(43) } }),
    sample.next('started', { facts: { count: 1, put: ['A'.repeat(43)], sum: 'A'.repeat(43) } }),
    sample.next('stopped', {}),
  ];
  assert.deepEqual(indexesOf(await due(entries)), [[4, 6]]);
});

test('entries that lie far apart go in smaller pieces, because what lies between them is written again', async () => {
  const sample = new SampleEntries();
  const entries: StoredEntry[] = [];
  for (let number = 0; number < 60; number += 1) {
    entries.push(...sample.exchange(number));
    // Policies stay, so that what is due lies six hundred entries apart.
    for (let between = 0; between < 600; between += 1)
      entries.push(sample.next('policies', { policies: 'ab'.repeat(32) }));
  }
  assert.deepEqual(
    (await due(entries)).map(({ entries: some }) => some.length),
    [64, 56],
  );
});
