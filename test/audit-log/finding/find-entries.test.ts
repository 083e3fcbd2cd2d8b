import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import type { EntryIndex, IndexPage } from '../../../src/audit-log/finding/entry-index.ts';
import { findEntries, firstIndexAt } from '../../../src/audit-log/finding/find-entries.ts';
import { MEMORY_LOG_BEGINS, MemoryLog } from '../../support/memory-log.ts';

const ALICE = hash('sha256', 'alice', 'buffer');
const EXCHANGE = '01a20975-a60d-7850-8007-587705ce9539';

/** An index that names every entry, whatever it is asked. */
function lyingIndex(log: MemoryLog): EntryIndex {
  const { size } = log.state();
  const every = async ({ before = size, after = -1, most }: IndexPage): Promise<number[]> => {
    const indexes = Array.from({ length: size }, (_, nth) => size - 1 - nth);
    return indexes.filter((index) => index > after && index < before).slice(0, most);
  };
  return {
    follow: async () => size,
    progress: async () => ({ indexed: size, size }),
    withTags: (_tags, page) => every(page),
    countTags: async () => size,
    find: (_filter, page) => every(page),
    withLeafHash: async () => [],
    tagKeys: async () => [],
    values: async () => [],
    close: () => undefined,
  };
}

function logOfEverything(): MemoryLog {
  const log = new MemoryLog();
  const sent = log.add('sent', { exchange: EXCHANGE, consumer: 'southfen-council' }, [2, ALICE]);
  const sentHash = log.leafHash(sent);
  log.add('released', { exchange: EXCHANGE, consumer: 'southfen-council', sent: sentHash, last: true });
  for (let nth = 0; nth < 500; nth += 1)
    log.add('refused', { consumer: `council-${nth}`, code: 'role-not-agreed' });
  return log;
}

async function found(
  log: MemoryLog,
  filter: Parameters<typeof findEntries>[1],
  most = 50,
): Promise<number[]> {
  const { entries } = await findEntries({ log, index: lyingIndex(log) }, filter, { most });
  return entries.map(({ index }) => index);
}

test('an index that names the wrong entries finds none of them: each is judged by what the store holds', async () => {
  const log = logOfEverything();
  assert.deepEqual(await found(log, { consumer: 'southfen-council' }), [1, 0]);
  assert.deepEqual(await found(log, { consumer: 'council-7', kind: 'refused' }), [9]);
  assert.deepEqual(await found(log, { tagged: [[ALICE]] }), [1, 0]);
  assert.deepEqual(await found(log, { tagged: [[hash('sha256', 'ben', 'buffer')]] }), []);
});

test('who is erased is not found by an index that has not heard of it', async () => {
  const log = logOfEverything();
  log.reseal(0);
  assert.deepEqual(await found(log, { tagged: [[ALICE]] }), []);
});

test('a page ends with where the next one begins, and the last one says that it is the last', async () => {
  const log = logOfEverything();
  const index = lyingIndex(log);
  const first = await findEntries({ log, index }, { consumer: 'southfen-council' }, { most: 1 });
  assert.deepEqual([first.entries[0]?.index, first.next, first.size], [1, 1, 502]);
  const second = await findEntries({ log, index }, { consumer: 'southfen-council' }, { most: 1, before: 1 });
  assert.deepEqual([second.entries[0]?.index, second.next], [0, undefined]);
});

test('times bound a search exactly, also where entries at the bound were dropped', async () => {
  const log = logOfEverything();
  const at = (seconds: number): number => MEMORY_LOG_BEGINS + seconds * 1000;
  assert.deepEqual(await found(log, { fromMs: at(10), toMs: at(13) }), [12, 11, 10]);
  log.drop(9, 12);
  assert.deepEqual(await found(log, { fromMs: at(10), toMs: at(13) }), [12]);
  const { size } = log.state();
  assert.equal(await firstIndexAt(log, at(size + 1), size), size);
  assert.equal(await firstIndexAt(log, 0, size), 0);
});
