/** What every AuditStore promises (src/audit-log/ports.ts), as tests that any store can be run through. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factName } from '../../src/audit-log/facts/fact-commitments.ts';
import {
  type AuditStore,
  CleanRollback,
  type Commit,
  type Counted,
  type StandingFact,
  type StoredEntry,
} from '../../src/audit-log/ports.ts';
import { SampleEntries } from '../support/sample-log.ts';

export interface StorePlace {
  /** Opens the store of this place; what an earlier one stored is there. */
  open(): AuditStore | Promise<AuditStore>;
  remove(): void | Promise<void>;
}

/** A commit of these entries, which the sample has just made. */
export function commitOf(
  sample: SampleEntries,
  entries: readonly StoredEntry[],
  counters: readonly Counted[] = [],
  facts: readonly StandingFact[] = [],
): Commit {
  const state = { size: sample.size, range: sample.roots(), seq: sample.seq, newestAtMs: sample.atMs };
  return { entries, state, counters, facts };
}

/** Entries as plain values that can be compared whatever kind of bytes the store gives. */
export function plain(entries: readonly StoredEntry[]): unknown[] {
  return entries.map((entry) => ({
    ...entry,
    leaf: Buffer.from(entry.leaf).toString(),
    leafHash: Buffer.from(entry.leafHash).toString('hex'),
    sealed: entry.sealed === undefined ? undefined : Buffer.from(entry.sealed).toString('hex'),
  }));
}

/** Registers the contract's tests for one store. */
export function auditStoreContract(name: string, newPlace: () => StorePlace | Promise<StorePlace>): void {
  function promise(words: string, body: (store: AuditStore, place: StorePlace) => Promise<void>): void {
    test(`${name}: ${words}`, async (t) => {
      const place = await newPlace();
      t.after(() => place.remove());
      await body(await place.open(), place);
    });
  }

  promise('a new store is empty', async (store) => {
    assert.deepEqual(await store.state(), { size: 0, range: [], seq: 0, newestAtMs: 0 });
    assert.deepEqual(await store.entries(0, 10), []);
    assert.equal(await store.checkpoint(), undefined);
    await store.close();
  });

  promise(
    'what was committed is read back byte for byte, before and after the store is opened again',
    async (store, place) => {
      const sample = new SampleEntries();
      const entries = [sample.begin(), ...sample.exchange(1, 2), sample.refused(2), ...sample.exchange(3)];
      await store.commit([], () => commitOf(sample, entries));
      assert.deepEqual(plain(await store.entries(0, 100)), plain(entries));
      await store.close();
      const again = await place.open();
      assert.deepEqual(plain(await again.entries(0, 100)), plain(entries));
      const state = await again.state();
      assert.equal(state.size, entries.length);
      assert.equal(state.seq, sample.seq);
      assert.equal(state.newestAtMs, sample.atMs);
      assert.deepEqual(
        state.range.map((hash) => Buffer.from(hash)),
        sample.roots().map((hash) => Buffer.from(hash)),
      );
      await again.close();
    },
  );

  promise('a commit is built on the state that the one before it left', async (store) => {
    const sample = new SampleEntries();
    for (let turn = 0; turn < 5; turn += 1) {
      const before = sample.size;
      await store.commit([], (state) => {
        assert.equal(state.size, before);
        return commitOf(sample, turn === 0 ? [sample.begin()] : sample.exchange(turn));
      });
    }
    assert.equal((await store.state()).size, 9);
    await store.close();
  });

  promise('entries come by index, ascending, from where and as many as were asked for', async (store) => {
    const sample = new SampleEntries();
    await store.commit([], () => commitOf(sample, [sample.begin(), ...sample.exchange(1, 8)]));
    const indexes = async (from: number, most: number): Promise<number[]> =>
      (await store.entries(from, most)).map(({ index }) => index);
    assert.deepEqual(await indexes(3, 4), [3, 4, 5, 6]);
    assert.deepEqual(await indexes(8, 100), [8, 9]);
    assert.deepEqual(await indexes(10, 5), []);
    await store.close();
  });

  promise('the entries of one exchange are found, ascending, and nobody else’s', async (store) => {
    const sample = new SampleEntries();
    const [first, second] = [sample.exchange(1, 2), sample.exchange(2, 1)];
    const late = sample.refused(1);
    await store.commit([], () => commitOf(sample, [...first, ...second, late]));
    const exchange = late.exchange ?? '';
    assert.deepEqual(plain(await store.entriesOfExchange(exchange)), plain([...first, late]));
    assert.deepEqual(await store.entriesOfExchange('00000000-0000-7000-8000-ffffffffffff'), []);
    await store.close();
  });

  promise('counters begin at nothing, and a commit finds what the last one counted', async (store, place) => {
    const sample = new SampleEntries();
    await store.commit(['a', 'b'], (_, counts) => {
      assert.equal(counts.get('a') ?? 0, 0);
      return commitOf(sample, [sample.begin()], [{ key: 'a', count: 1 }]);
    });
    await store.close();
    const again = await place.open();
    await again.commit(['a', 'b'], (_, counts) => {
      assert.equal(counts.get('a'), 1);
      assert.equal(counts.get('b') ?? 0, 0);
      return commitOf(sample, sample.exchange(1), [{ key: 'a', count: 2 }]);
    });
    await again.commit(['a'], (_, counts) => {
      assert.equal(counts.get('a'), 2);
      return commitOf(sample, sample.exchange(2));
    });
    await again.close();
  });

  promise('a counter of minutes counts for as long as it says, and is gone soon after', async (store) => {
    const sample = new SampleEntries();
    const minutes = (count: number) => count * 60_000;
    const found: [number, number][] = [];
    for (const [nth, atMs] of [0, 5, 9, 12, 13].map(minutes).entries()) {
      const counters =
        nth > 0
          ? []
          : [
              { key: 'brief', count: 1, forMs: minutes(10) },
              { key: 'day', count: 1 },
            ];
      await store.commit(['brief', 'day'], (_, counts) => {
        found.push([counts.get('brief') ?? 0, counts.get('day') ?? 0]);
        const { state, ...commit } = commitOf(sample, sample.exchange(nth + 1), counters);
        return { ...commit, state: { ...state, newestAtMs: state.newestAtMs + atMs } };
      });
    }
    await store.close();
    assert.deepEqual(found, [
      [0, 0],
      [1, 1],
      [1, 1],
      [1, 1],
      [0, 1],
    ]);
  });

  promise(
    'a fact stands from the commit that puts it until the commit that takes it away',
    async (store, place) => {
      const sample = new SampleEntries();
      const fact = (key: string, value?: string) => ({
        kind: 'stop',
        key,
        value: value === undefined ? undefined : Buffer.from(value),
      });
      const standing = async (of: typeof store) =>
        (await of.facts('stop')).map(({ key, value }) => [key, Buffer.from(value ?? []).toString()]);
      const put = [fact('b', 'one'), fact('a', 'two'), { ...fact('a', 'other'), kind: 'policy set' }];
      await store.commit([], () => commitOf(sample, [sample.begin()], [], put));
      await store.close();
      const again = await place.open();
      assert.deepEqual(await standing(again), [
        ['a', 'two'],
        ['b', 'one'],
      ]);
      await again.commit([], () => commitOf(sample, sample.exchange(1), [], [fact('a'), fact('b', 'three')]));
      assert.deepEqual(await standing(again), [['b', 'three']]);
      assert.equal((await again.facts('policy set')).length, 1);
      await again.close();
    },
  );

  promise(
    'where the commit cannot be built nothing of it is stored, and the next one goes through',
    async (store) => {
      const sample = new SampleEntries();
      const first = sample.begin();
      await store.commit([], () => commitOf(sample, [first]));
      await assert.rejects(async () =>
        store.commit([], () => {
          throw new RangeError('cannot be built');
        }),
      );
      assert.equal((await store.state()).size, 1);
      await store.commit(['a'], (_, counts) => {
        assert.equal(counts.get('a') ?? 0, 0);
        return commitOf(sample, sample.exchange(1));
      });
      assert.equal((await store.entries(0, 10)).length, 3);
      await store.close();
    },
  );

  promise(
    'INVARIANT: a commit that would leave a gap, go back or overwrite is refused whole',
    async (store) => {
      const sample = new SampleEntries();
      await store.commit([], () => commitOf(sample, [sample.begin()]));
      const [entry] = sample.exchange(1);
      const good = commitOf(sample, [entry!]);
      const attempts: Commit[] = [
        { ...good, entries: [{ ...entry!, index: 2 }], state: { ...good.state, size: 2 } },
        { ...good, entries: [{ ...entry!, index: 0 }], state: { ...good.state, size: 2 } },
        { ...good, entries: [entry!], state: { ...good.state, size: 3 } },
        { ...good, entries: [], state: { ...good.state, size: 0 } },
      ];
      for (const attempt of attempts) {
        await assert.rejects(async () => store.commit([], () => attempt));
        assert.equal((await store.state()).size, 1);
        assert.equal((await store.entries(0, 10)).length, 1);
      }
      await store.close();
    },
  );

  promise(
    'named facts are read in the transaction with their salts, and a clean rollback of who builds leaves everything as it was',
    async (store, place) => {
      const sample = new SampleEntries();
      const value = Buffer.from('suspended');
      const salt = Buffer.alloc(16, 7);
      const standing = { kind: 'stop', key: 'DSA-2026-014', value, salt };
      const hashed = { kind: 'policy file', key: 'ab', value };
      const names = [standing, hashed, { kind: 'stop', key: 'of nothing' }];
      await store.commit(
        [],
        (_state, _counts, found) => {
          assert.equal(found?.size, 0);
          return commitOf(sample, [sample.begin()], [], [standing, hashed]);
        },
        names,
      );
      const refusal = new CleanRollback('changed meanwhile');
      await assert.rejects(
        async () =>
          store.commit(
            [],
            (_state, _counts, found) => {
              const plainly = [...(found ?? [])].map(([name, one]) => [
                name,
                String(Buffer.from(one.value)),
                one.salt.length,
              ]);
              assert.deepEqual(plainly.sort(), [
                [factName(hashed), 'suspended', 0],
                [factName(standing), 'suspended', 16],
              ]);
              throw refusal;
            },
            names,
          ),
        (error) => error === refusal,
      );
      assert.equal((await store.state()).size, 1);
      await store.commit([], () => commitOf(sample, sample.exchange(1)));
      await store.close();
      const again = await place.open();
      const [only, ...others] = await again.committedFacts();
      assert.deepEqual(others, []);
      assert.deepEqual(
        [only?.kind, only?.key, Buffer.from(only?.salt ?? [])],
        ['stop', 'DSA-2026-014', salt],
      );
      await again.close();
    },
  );

  promise(
    'a sealed row is reduced from what stands there, twice where two ask, in the transaction of the entry that says so',
    async (store, place) => {
      const sample = new SampleEntries();
      const entries = [sample.begin(), ...sample.exchange(1), ...sample.exchange(2)];
      await store.commit([], () => commitOf(sample, entries));
      const cut = (index: number) => ({ index, change: (row: Uint8Array) => row.subarray(7) });
      const sealedChanges = [cut(1), cut(0), cut(1), { index: 4, change: () => undefined }];
      const said = sample.begin();
      await store.commit([], () => ({ ...commitOf(sample, [said]), sealedChanges }));
      const expected = [...entries, said].map((entry) => {
        if (entry.index === 4) return { ...entry, sealed: undefined };
        return entry.index === 1 ? { ...entry, sealed: entry.sealed?.subarray(14) } : entry;
      });
      assert.deepEqual(plain(await store.entries(0, 10)), plain(expected));
      const failing = { index: 1, change: () => assert.fail('cannot be made') };
      const next = commitOf(sample, sample.exchange(3));
      await assert.rejects(async () =>
        store.commit([], () => ({ ...next, sealedChanges: [cut(2), failing] })),
      );
      await store.close();
      const again = await place.open();
      assert.deepEqual(plain(await again.entries(0, 10)), plain(expected));
      await again.close();
    },
  );

  promise(
    'dropped entries are not read any more, all others stay, and what is dropped again stays dropped',
    async (store, place) => {
      const sample = new SampleEntries();
      const [first, second] = [sample.exchange(1, 2), sample.exchange(2, 1)];
      await store.commit([], () => commitOf(sample, [...first, ...second]));
      const third = sample.exchange(3, 3);
      await store.commit([], () => commitOf(sample, third));
      const said = [sample.begin(), sample.begin()];
      const dropped = [
        { indexes: [0, 1, 2, 6], by: 9 },
        { indexes: [2, 7], by: 10 },
      ];
      await store.commit([], () => ({ ...commitOf(sample, said), dropped }));
      const later = sample.exchange(4);
      const sealedChanges = [{ index: 0, change: () => Buffer.from('back') }];
      await store.commit([], () => ({ ...commitOf(sample, later), sealedChanges }));
      await store.close();
      const again = await place.open();
      const kept = [...second, third[0]!, third[3]!, ...said, ...later];
      assert.deepEqual(plain(await again.entries(0, 20)), plain(kept));
      assert.deepEqual(plain(await again.entries(1, 2)), plain(kept.slice(0, 2)));
      assert.deepEqual(await again.entriesOfExchange(first[0]?.exchange ?? ''), []);
      assert.deepEqual(
        plain(await again.entriesOfExchange(third[0]?.exchange ?? '')),
        plain([third[0]!, third[3]!]),
      );
      assert.equal((await again.state()).size, 13);
      await again.close();
    },
  );

  promise('the newest checkpoint is the one of the largest size, and survives', async (store, place) => {
    await store.putCheckpoint(8, 'note of 8');
    await store.putCheckpoint(16, 'note of 16');
    await store.putCheckpoint(12, 'note of 12');
    assert.equal(await store.checkpoint(), 'note of 16');
    await store.putCheckpoint(16, 'note of 16, signed again');
    await store.close();
    const again = await place.open();
    assert.equal(await again.checkpoint(), 'note of 16, signed again');
    await again.close();
  });

  promise(
    'a leaf of 32 KiB and an entry without exchange and sealed row go in and come out',
    async (store) => {
      const sample = new SampleEntries();
      const plainOne = sample.begin();
      const large = {
        ...sample.refused(1),
        leaf: Buffer.alloc(32 * 1024, 0x61),
        sealed: Buffer.alloc(64 * 1024, 1),
      };
      await store.commit([], () => commitOf(sample, [plainOne, large]));
      assert.deepEqual(plain(await store.entries(0, 5)), plain([plainOne, large]));
      await store.close();
    },
  );
}
