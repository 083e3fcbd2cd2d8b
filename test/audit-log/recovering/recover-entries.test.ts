import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import type { AuditStore, StoredEntry } from '../../../src/audit-log/ports.ts';
import {
  bringBackEntries,
  type KeptLeaf,
  type RestoredStore,
} from '../../../src/audit-log/recovering/recover-entries.ts';
import { formatCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { commitOf } from '../../contracts/audit-store.contract.ts';
import { type NoteKey, noteKey, SAMPLE_ORIGIN, SampleEntries } from '../../support/sample-log.ts';
import { findingsOfStore } from '../../support/verified-store.ts';

interface Restored {
  readonly file: string;
  readonly store: AuditStore;
  readonly head: { origin: string; size: number; root: Uint8Array; note: string };
  readonly signer: NoteKey;
  /** Entries that the store lacks, and some that were never signed. */
  readonly missing: readonly StoredEntry[];
  close(): void;
}

/** A store that was restored as it was `missing` entries before the head was signed. */
function restored(
  exchanges: number,
  lost = 600,
  more: (sample: SampleEntries) => StoredEntry[] = () => [],
): Restored {
  const folder = mkdtempSync(join(tmpdir(), 'recover-entries-'));
  const file = join(folder, 'log.sqlite');
  const store = openSqliteStore(file);
  const signer = noteKey();
  const sample = new SampleEntries();
  store.commit([], () => commitOf(sample, [sample.begin()]));
  for (let number = 0; number < exchanges; number += 1)
    store.commit([], () => commitOf(sample, sample.exchange(number)));
  const missing: StoredEntry[] = [];
  for (let number = 0; number < lost / 2; number += 1) missing.push(...sample.exchange(exchanges + number));
  missing.push(...more(sample));
  const { size } = sample;
  const root = sample.root();
  const note = signer.sign(formatCheckpoint({ origin: SAMPLE_ORIGIN, size, root }));
  missing.push(...sample.exchange(1_000_000));
  return {
    ...{ file, store, signer, missing, head: { origin: SAMPLE_ORIGIN, size, root, note } },
    close() {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function kept(entries: readonly KeptLeaf[]): () => AsyncIterable<KeptLeaf> {
  return async function* () {
    for (const { index, leaf } of entries) yield { index, leaf };
  };
}

test('entries are brought back up to the head, and the log verifies again', async () => {
  const one = restored(5);
  const backwards = [...one.missing].reverse();
  assert.deepEqual(await bringBackEntries(one.store, kept(backwards), one.head), { entries: 600, beyond: 2 });
  const state = await one.store.state();
  assert.equal(state.size, one.head.size);
  assert.equal(await one.store.checkpoint(), one.head.note);
  assert.deepEqual(await findingsOfStore(one.file, one.head.note, one.signer.key), []);
  const reader = openSqliteReader(one.file);
  assert.equal(reader.entriesOfExchange(one.missing[0]?.exchange ?? '').length, 2);
  reader.close();
  one.close();
});

test('what does not hash to the head is refused, and nothing of it is stored', async () => {
  const one = restored(5, 40);
  const { size } = await one.store.state();
  const changed = one.missing.map((entry, nth) =>
    nth === 7
      ? { ...entry, leaf: Buffer.from(Buffer.from(entry.leaf).toString().replace('southfen', 'northfen')) }
      : entry,
  );
  await assert.rejects(
    bringBackEntries(one.store, kept(changed), one.head),
    /are not the \d+ that were signed/,
  );
  const gap = one.missing.filter(({ index }) => index !== size + 3);
  await assert.rejects(
    bringBackEntries(one.store, kept(gap), one.head),
    new RegExp(`entry ${size + 3} is not among them: 1 of`),
  );
  await assert.rejects(bringBackEntries(one.store, kept([]), one.head), /40 of the entries/);
  assert.equal((await one.store.state()).size, size);
  one.close();
});

test('entries that changed what stands are refused: what they set is in no list of entries', async () => {
  for (const [kind, members] of [
    [
      'policies',
      { policies: 'cd'.repeat(32), code: 'suspend', agreement: 'DSA-2026-014', by: 'southfen-council' },
    ],
    ['hold', { code: 'protected-added' }],
    ['key', { purpose: 'signing of southfen-council', id: 'fingerprint', code: 'unpinned' }],
  ] as const) {
    const one = restored(3, 10, (sample) => [sample.next(kind, members)]);
    const { size } = await one.store.state();
    await assert.rejects(bringBackEntries(one.store, kept(one.missing), one.head), /a stop could be lost/);
    assert.equal((await one.store.state()).size, size);
    one.close();
  }
});

test('where entries say which facts they change, those that change none are brought back', async () => {
  const sum = Buffer.alloc(32, 5).toString('base64url');
  const beat = { facts: { count: 3, sum } };
  const same = restored(3, 10, (sample) => [
    sample.next('policies', { policies: 'cd'.repeat(32) }),
    sample.next('heartbeat', beat),
  ]);
  assert.equal((await bringBackEntries(same.store, kept(same.missing), same.head)).entries, 12);
  same.close();
  for (const change of [{ put: [sum] }, { dropped: [sum], put: [sum] }]) {
    const facts = { ...beat.facts, ...change };
    const one = restored(3, 10, (sample) => [sample.next('read', { code: 'list', facts })]);
    await assert.rejects(
      bringBackEntries(one.store, kept(one.missing), one.head),
      /entry \d+ set what stands/,
    );
    one.close();
  }
});

test('whatever order the entries come in, and however often, the same log stands', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(1000)), async (order) => {
      const one = restored(2, 12);
      const shuffled = [...one.missing, ...one.missing]
        .map((entry) => ({ entry, at: order.next().value ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ entry }) => entry);
      await bringBackEntries(one.store, kept(shuffled), one.head);
      assert.deepEqual(await findingsOfStore(one.file, one.head.note, one.signer.key), []);
      one.close();
    }),
    { numRuns: 10 },
  );
});

test('a process that dies on the way leaves a store that goes on from there', async () => {
  const one = restored(5);
  let commits = 0;
  const dying: RestoredStore = {
    committedFacts: () => one.store.committedFacts(),
    facts: (kind) => one.store.facts(kind),
    state: () => one.store.state(),
    putCheckpoint: (size, note) => one.store.putCheckpoint(size, note),
    commit(keys, build) {
      commits += 1;
      if (commits === 2) throw new Error('killed');
      return one.store.commit(keys, build);
    },
  };
  await assert.rejects(bringBackEntries(dying, kept(one.missing), one.head), /killed/);
  const { size } = await one.store.state();
  assert.ok(size > 11 && size < one.head.size);
  assert.equal(await one.store.checkpoint(), undefined);
  assert.equal(
    (await bringBackEntries(one.store, kept(one.missing), one.head)).entries,
    one.head.size - size,
  );
  assert.deepEqual(await findingsOfStore(one.file, one.head.note, one.signer.key), []);
  one.close();
});
