import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  changeSealedRow,
  EntryPacker,
  entriesOfRow,
  secondOfExchange,
  withoutEntries,
} from '../../../../src/adapters/storage/sqlite/entry-batch.ts';
import type { StoredEntry } from '../../../../src/audit-log/ports.ts';
import { plain } from '../../../contracts/audit-store.contract.ts';
import { exchangeId } from '../../../support/drafts.ts';

const bytes = (maxLength: number) =>
  fc.uint8Array({ minLength: 1, maxLength }).map((some) => Buffer.from(some));
const drafted = fc.record({
  kind: fc.constantFrom('sent', 'released', 'started'),
  exchange: fc.option(fc.uuid(), { nil: undefined }),
  atMs: fc.nat(2 ** 41),
  leaf: fc.json().map((text) => Buffer.from(text)),
  sealed: fc.option(bytes(900), { nil: undefined }),
});
const batches = fc
  .record({ first: fc.nat(2 ** 40), drafts: fc.array(drafted, { minLength: 1, maxLength: 40 }) })
  .map(({ first, drafts }) =>
    drafts.map((draft, nth): StoredEntry => {
      const leafHash = createHash('sha256').update(draft.leaf).digest();
      return { ...draft, index: first + nth, leafHash };
    }),
  );

function copyOf(packer: EntryPacker, entries: readonly StoredEntry[]) {
  const { heads, hashes, leaves, sealed } = packer.pack(entries);
  const row = { hashes: Buffer.from(hashes), leaves: Buffer.from(leaves), sealed: Buffer.from(sealed) };
  return { first: entries[0]!.index, heads, ...row };
}

test('what is packed is unpacked byte for byte, whatever was packed before it', () => {
  const packer = new EntryPacker();
  fc.assert(
    fc.property(batches, (entries) => {
      assert.deepEqual(plain([...entriesOfRow(copyOf(packer, entries))]), plain(entries));
    }),
  );
  const large = entryOf({ leaf: Buffer.alloc(300_000, 'a'), sealed: Buffer.alloc(600_000, 7) });
  assert.deepEqual(plain([...entriesOfRow(copyOf(packer, [large]))]), plain([large]));
});

test('the leaves of a batch are a text with a line for each entry', () => {
  const { leaves } = new EntryPacker().pack([
    entryOf({}),
    entryOf({ index: 1, leaf: Buffer.from('{"v":1}') }),
  ]);
  assert.equal(Buffer.from(leaves).toString(), '{}\n{"v":1}\n');
});

test('a leaf that would read as two, and a hash of another length, are not packed', () => {
  const packer = new EntryPacker();
  assert.throws(() => packer.pack([entryOf({ leaf: Buffer.from('{}\n{}') })]), /line break/);
  assert.throws(() => packer.pack([entryOf({ leafHash: Buffer.alloc(31) })]), /not 32 bytes/);
});

test('one sealed row is changed or erased and nothing else of the batch changes', () => {
  fc.assert(
    fc.property(batches, fc.nat(), fc.option(bytes(50), { nil: undefined }), (entries, any, sealed) => {
      const place = any % entries.length;
      const row = copyOf(new EntryPacker(), entries);
      const asked: unknown[] = [];
      const change = (before: Uint8Array) => {
        asked.push(Buffer.from(before));
        return sealed;
      };
      const erased = { ...row, sealed: Uint8Array.from(changeSealedRow(row.sealed, place, change)) };
      const before = entries[place]?.sealed;
      // Where there was no row none is made.
      const expected = entries.map((entry, nth) =>
        nth === place && before !== undefined ? { ...entry, sealed } : entry,
      );
      assert.deepEqual(asked, before === undefined ? [] : [before]);
      assert.deepEqual(plain([...entriesOfRow(erased)]), plain(expected));
    }),
  );
  assert.throws(() => changeSealedRow(Buffer.alloc(8), 2, () => undefined), RangeError);
});

test('of an entry that is dropped its hash stays, and the number of the entry that says so; the others stay whole', () => {
  fc.assert(
    fc.property(batches, fc.infiniteStream(fc.boolean()), fc.nat(), (entries, picks, by) => {
      const row = copyOf(new EntryPacker(), entries);
      const due = new Set(entries.filter(() => picks.next().value === true).map(({ index }) => index));
      const left = withoutEntries(row, ({ index }) => due.has(index), by);
      if (left === undefined) return assert.equal(due.size, 0);
      const read = [...entriesOfRow({ ...row, ...copied(left) })];
      assert.equal(read.length, entries.length);
      assert.deepEqual(
        plain(read.filter(({ droppedBy }) => droppedBy === undefined)),
        plain(entries.filter(({ index }) => !due.has(index))),
      );
      for (const { droppedBy, leafHash, leaf, sealed, kind, index } of read) {
        if (droppedBy === undefined) continue;
        assert.deepEqual([droppedBy, leaf.length, sealed, kind], [by, 0, undefined, '']);
        assert.deepEqual(leafHash, entries.find((entry) => entry.index === index)?.leafHash);
      }
      // What was dropped once keeps the entry that said so.
      const again = withoutEntries({ ...row, ...copied(left) }, () => true, by + 1);
      const all = again === undefined ? read : [...entriesOfRow({ ...row, ...copied(again) })];
      assert.deepEqual(
        all.map(({ droppedBy }) => droppedBy),
        entries.map(({ index }) => (due.has(index) ? by : by + 1)),
      );
      if (again !== undefined) assert.deepEqual([again.leaves.length, again.sealed.length], [0, 0]);
    }),
  );
});

test('a row that was tampered with never throws, and what is missing or too much is an entry that does not fit', () => {
  const row = copyOf(new EntryPacker(), [entryOf({}), entryOf({ index: 1 })]);
  const entries = (change: object) => [...entriesOfRow({ ...row, ...change })];
  assert.equal(entries({ heads: 'no JSON' })[1]?.kind, '');
  assert.equal(entries({ heads: '{"0":1}' })[0]?.kind, '');
  assert.deepEqual(
    entries({ heads: '[7,["sent"],[1,2],["sent",1,5]]' }).map(({ kind }) => kind),
    ['', '', '', 'sent'],
  );
  assert.equal(entries({ hashes: row.hashes.subarray(0, 40) })[1]?.leafHash.length, 8);
  assert.equal(entries({ hashes: null })[0]?.leafHash.length, 0);
  assert.equal(entries({ leaves: Buffer.from('{}') })[1]?.leaf.length, 0);
  assert.deepEqual(
    entries({ leaves: Buffer.from('{}\n{}\n{"v":1}') }).map(({ index, leaf }) => [index, String(leaf)]),
    [
      [0, '{}'],
      [1, '{}'],
      [2, '{"v":1}'],
    ],
  );
  assert.equal(entries({ sealed: Buffer.from('ffffffff', 'hex') })[0]?.sealed, undefined);
  assert.equal(entries({ sealed: undefined })[0]?.sealed, undefined);
});

test('the second of an exchange is that of its id, and every other text has one too', () => {
  const atMs = Date.UTC(2026, 10, 23, 16, 0, 41, 417);
  assert.equal(secondOfExchange(exchangeId(atMs)), Math.floor(atMs / 1000));
  assert.equal(secondOfExchange('no id'), -1);
});

function copied({ heads, leaves, sealed }: { heads: string; leaves: Uint8Array; sealed: Uint8Array }) {
  return { heads, leaves: Uint8Array.from(leaves), sealed: Uint8Array.from(sealed) };
}

function entryOf(more: Partial<StoredEntry>): StoredEntry {
  const own = { index: 0, kind: 'sent', exchange: undefined, atMs: 1, sealed: undefined };
  return { ...own, leaf: Buffer.from('{}'), leafHash: Buffer.alloc(32), ...more };
}
