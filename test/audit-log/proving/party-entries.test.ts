import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import type { StoredEntry } from '../../../src/audit-log/ports.ts';
import {
  type EntryPage,
  maySee,
  partyEntries,
  type Sees,
} from '../../../src/audit-log/proving/party-entries.ts';
import { SampleEntries, uuid } from '../../support/sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'party-entries-'));
const entries = new SampleEntries();
const PARTIES = [
  { provider: 'northmere-county-council', consumer: 'westhaven-district-council' },
  { provider: 'northmere-county-council', consumer: 'northmere-hospital-trust' },
  { provider: 'northmere-hospital-trust', consumer: 'westhaven-district-council' },
];
const all: StoredEntry[] = [entries.begin()];
for (let number = 0; number < 900; number += 1) {
  const exchange = uuid(7, number);
  const sent = entries.next('sent', { exchange, ...PARTIES[number % 3] });
  all.push(sent);
  // The ninth exchange of each hundred is left behind by a crash.
  if (number % 100 === 8)
    all.push(entries.next('recovered', { exchange, part: 0, sent: sent.leafHash.toString() }));
}
all.push(entries.next('read', { code: 'list' }));
const store = openSqliteStore(join(folder, 'log.sqlite'));
store.commit([], () => ({
  entries: all,
  state: { size: entries.size, range: entries.roots(), seq: entries.seq, newestAtMs: entries.atMs },
  counters: [],
  facts: [],
}));
store.close();
const reader = openSqliteReader(join(folder, 'log.sqlite'));
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

const WESTHAVEN: Sees = { organisation: 'westhaven-district-council' };

async function pages(sees: Sees, most: number, upTo = all.length): Promise<EntryPage[]> {
  const read: EntryPage[] = [];
  for (let from = 0; ; ) {
    const page = await partyEntries(reader, sees, from, most, upTo);
    read.push(page);
    if (page.end) return read;
    assert.ok(page.next > from);
    from = page.next;
  }
}

test('an organisation gets the entries of its own exchanges, as provider and as consumer, recovered ones included, and no other', async () => {
  const seen = (await pages(WESTHAVEN, 100)).flatMap((page) => page.entries);
  const own = all.filter(({ exchange }) => exchange !== undefined && Number.parseInt(exchange, 16) % 3 !== 1);
  assert.deepEqual(
    seen.map(({ index }) => index),
    own.map(({ index }) => index),
  );
  assert.ok(seen.some(({ kind }) => kind === 'recovered'));
  const provided = (await pages({ organisation: 'northmere-county-council' }, 1000)).flatMap(
    (page) => page.entries,
  );
  const theirs = all.filter(
    ({ exchange }) => exchange !== undefined && Number.parseInt(exchange, 16) % 3 !== 2,
  );
  assert.deepEqual(
    provided.map(({ index }) => index),
    theirs.map(({ index }) => index),
  );
  assert.deepEqual(
    (await pages({ organisation: 'nobody' }, 10)).flatMap((page) => page.entries),
    [],
  );
});

test('who sees all gets every entry, a page after the other, none twice', async () => {
  const seen = (await pages('all', 7)).flatMap((page) => page.entries);
  assert.deepEqual(
    seen.map(({ index }) => index),
    all.map(({ index }) => index),
  );
});

test('entries that no checkpoint covers are left for a later page', async () => {
  const [page] = await pages('all', 1000, 500);
  assert.deepEqual([page?.entries.length, page?.next, page?.end], [500, 500, true]);
});

test('an entry of no exchange, and one of others’ exchange, is not to be seen', async () => {
  assert.equal(await maySee(reader, all.at(-1)!, WESTHAVEN), false);
  assert.equal(await maySee(reader, all[0]!, WESTHAVEN), false);
  assert.equal(await maySee(reader, all[0]!, 'all'), true);
  assert.equal(await maySee(reader, all[2]!, WESTHAVEN), false);
});
