import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { openSearchIndex } from '../../../../src/adapters/storage/search/log-search-index.ts';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import type { EntryFilter } from '../../../../src/audit-log/finding/entry-filter.ts';
import { PostingsOfEntries, type WholeEntry } from '../../../../src/audit-log/finding/entry-postings.ts';
import { termsOfFilter } from '../../../../src/audit-log/finding/entry-terms.ts';
import { findEntries } from '../../../../src/audit-log/finding/find-entries.ts';
import { timeSearches } from '../../../campaigns/search.ts';
import { processEnvironment } from '../../../support/command-line.ts';
import {
  LARGE_LOG_BEGINS,
  largeExchange,
  MS_BETWEEN,
  tagOf,
  writeLargeLog,
} from '../../../support/large-log.ts';

const FOLLOWING = join(import.meta.dirname, '../../../support/following-process.ts');
const ENTRIES = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'log-search-index-'));
const file = join(folder, 'audit.sqlite');
const size = writeLargeLog(file, ENTRIES);
const log = openSqliteReader(file);
const index = openSearchIndex({ log, file: `${file}.search` });
const all = await everyEntry();
after(() => {
  index.close();
  log.close();
  rmSync(folder, { recursive: true, force: true });
});

async function everyEntry(): Promise<WholeEntry[]> {
  const postings = new PostingsOfEntries(log);
  const entries: WholeEntry[] = [];
  for (let from = 0; from < size; from += 5000)
    for (const entry of log.entries(from, 5000)) entries.push(await postings.of(entry));
  return entries;
}

const known = fc.nat(ENTRIES / 2).map(largeExchange);
const filters: fc.Arbitrary<EntryFilter> = fc
  .record({ one: known, other: known, from: fc.nat(size), for: fc.nat(size), named: fc.boolean() })
  .chain(({ one, other, from, for: length, named }) =>
    fc.record(
      {
        kind: fc.constantFrom('sent', 'released', 'refused', 'failed'),
        outcome: fc.constantFrom('released', 'refused'),
        consumer: fc.constant(one.consumer),
        party: fc.constant(other.provider),
        organisation: fc.constantFrom(one.consumer, one.provider),
        system: fc.constant(`${other.consumer}-system`),
        dataset: fc.constant(one.dataset),
        agreement: fc.constantFrom({ id: one.agreement }, { id: one.agreement, version: 1 }),
        purpose: fc.constant(one.purpose),
        fromMs: fc.constant(LARGE_LOG_BEGINS + from * MS_BETWEEN),
        toMs: fc.constant(LARGE_LOG_BEGINS + (from + length) * MS_BETWEEN),
        ...(named ? { tagged: fc.constant([[one.person, tagOf('staff', 4)]]) } : {}),
      },
      { requiredKeys: [] },
    ),
  );

function carries({ tags }: WholeEntry, { tagged = [] }: EntryFilter): boolean {
  return tagged.every((wanted) => wanted.some((tag) => tags.some((one) => Buffer.compare(one, tag) === 0)));
}

test('a search of 60,000 entries finds what reading every entry finds, page after page', async () => {
  await index.follow();
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 60 }), async (filter, most) => {
      const terms = termsOfFilter(filter);
      const { fromMs = 0, toMs = Number.POSITIVE_INFINITY } = filter;
      const expected = all
        .filter(({ entry }) => entry.atMs >= fromMs && entry.atMs < toMs)
        .filter((whole) => terms.every((term) => whole.terms.includes(term)) && carries(whole, filter))
        .map(({ entry }) => entry.index)
        .reverse()
        .slice(0, 3 * most);
      const found: number[] = [];
      let before: number | undefined;
      for (let page = 0; page < 3; page += 1) {
        const { entries, next } = await findEntries({ log, index }, filter, { before, most });
        found.push(...entries.map((entry) => entry.index));
        if (next === undefined) break;
        before = next;
      }
      assert.deepEqual(found, expected);
    }),
    { numRuns: 25 },
  );
});

test('entries by tag come in either order, from and to any index', async () => {
  const { person } = largeExchange(77);
  const expected = all
    .filter((whole) => carries(whole, { tagged: [[person]] }))
    .map(({ entry }) => entry.index);
  const whole = { order: 'oldest first', most: ENTRIES } as const;
  assert.deepEqual(await index.withTags([person], whole), expected);
  assert.equal(await index.countTags([person]), expected.length);
  const [first = 0, second = 0, third = 0] = expected;
  assert.deepEqual(await index.withTags([person], { ...whole, after: first, most: 2 }), [second, third]);
  const back = { order: 'newest first', before: third, most: 5 } as const;
  assert.deepEqual(await index.withTags([person], back), [second, first]);
});

test('an entry is found by its leaf hash', async () => {
  for (const place of [0, 17_000, size - 1]) {
    const [entry] = log.entries(place, 1);
    assert.deepEqual(await index.withLeafHash(entry?.leafHash ?? Buffer.alloc(32)), [place]);
  }
  assert.deepEqual(await index.withLeafHash(Buffer.alloc(32, 5)), []);
});

test('an index whose process was killed in the middle goes on, and finds what one that was left alone finds', async () => {
  const place = `${file}.killed`;
  for (const enough of [1000, 20_000, 40_000]) {
    const child = spawn(process.execPath, [FOLLOWING, file, place], { env: processEnvironment() });
    for await (const chunk of child.stdout)
      if (Number(String(chunk).trim().split('\n').at(-1)) >= enough) break;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const killed = openSearchIndex({ log, file: place });
  const kept = (await killed.progress()).indexed;
  assert.ok(kept > 0 && kept < size, `${kept} of ${size} were kept`);
  for (const filter of [{ outcome: 'refused' }, { tagged: [[largeExchange(77).person]] }] as const) {
    const page = { order: 'oldest first', most: size } as const;
    assert.deepEqual(await killed.find(filter, page), await index.find(filter, page));
  }
  killed.close();
});

test('the keys with which tags were made are known, and the index follows the log while nobody asks', async () => {
  assert.deepEqual(await index.tagKeys(), ['test']);
  const quiet = openSearchIndex({ log, file: `${file}.quiet`, followEveryMs: 20 });
  while ((await quiet.progress()).indexed < 2000) await wait(5);
  quiet.close();
});

test('every filter that there is answers pages of which none takes a second of the processor', async () => {
  // How long it takes by the clock is the campaign's: a machine that does ten other things is slow at everything.
  for (const { filter, processorMs } of await timeSearches({ log, index }, size))
    assert.ok(processorMs < 1000, `${filter}: ${processorMs} ms`);
});
