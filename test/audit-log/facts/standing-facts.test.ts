import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { factCommitment, factName, SUM_OF_FACTS } from '../../../src/audit-log/facts/fact-commitments.ts';
import {
  FactChanged,
  MOST_FACTS_OF_ENTRY,
  readSum,
  StandingFacts,
  sharesOf,
} from '../../../src/audit-log/facts/standing-facts.ts';
import type { CommittedFact, StandingFact } from '../../../src/audit-log/ports.ts';
import { SetHash } from '../../../src/merkle/set-hash.ts';

const stop = (key: string, value: string | undefined, replaces?: string): StandingFact => ({
  kind: 'stop',
  key,
  value: value === undefined ? undefined : Buffer.from(value),
  ...(replaces === undefined ? {} : { replaces: replaces === 'nothing' ? replaces : Buffer.from(replaces) }),
});

/** What a store would hold after the changes. */
function stored(before: ReadonlyMap<string, CommittedFact>, changes: readonly StandingFact[]) {
  const after = new Map(before);
  for (const { kind, key, value, salt = Buffer.alloc(0) } of changes) {
    if (value === undefined) after.delete(factName({ kind, key }));
    else after.set(factName({ kind, key }), { kind, key, value, salt });
  }
  return after;
}

function sumOf(store: ReadonlyMap<string, CommittedFact>): string {
  const set = new SetHash();
  for (const fact of store.values()) if (fact.kind === 'stop') set.add(factCommitment(fact));
  return set.digest().toString('base64url');
}

test('an entry names what it puts and what it replaces, and sums up all that stands after it', () => {
  const first = new StandingFacts(new Map());
  const { put = [], ...told } = first.change([stop('a', '1'), stop('b', '1')]);
  const store = stored(new Map(), first.changes());
  assert.deepEqual(told, { count: 2, sum: sumOf(store) });
  assert.equal(put.length, 2);
  const second = new StandingFacts(store);
  const change = second.change([stop('a', '2'), stop('b', undefined)]);
  assert.equal(change.count, 1);
  assert.deepEqual(change.dropped, put);
  assert.equal(change.put?.length, 1);
  assert.equal(change.sum, sumOf(stored(store, second.changes())));
});

test('whatever is changed in whatever order, the sum is that of what stands, and every commitment has a salt of its own', () => {
  const changes = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.constantFrom('1', '2', undefined) }),
  );
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 6 }), (entries) => {
      let store: ReadonlyMap<string, CommittedFact> = new Map();
      const standing = new Set<string>();
      const everPut: string[] = [];
      for (const entry of entries) {
        const facts = new StandingFacts(store);
        const {
          count,
          sum,
          put = [],
          dropped = [],
        } = facts.change(entry.map(({ key, value }) => stop(key, value)));
        store = stored(store, facts.changes());
        for (const commitment of dropped) assert.ok(standing.delete(commitment));
        for (const commitment of put) standing.add(commitment);
        everPut.push(...put);
        assert.equal(count, standing.size);
        assert.equal(sum, sumOf(store));
        assert.equal(readSum(store.get(factName(SUM_OF_FACTS))?.value).count, count);
      }
      assert.equal(new Set(everPut).size, everPut.length);
    }),
    { numRuns: 100 },
  );
});

test('files of policy sets and marks of open exchanges change without a commitment', () => {
  const facts = new StandingFacts(new Map());
  const value = Buffer.from('x');
  const told = facts.change([
    { kind: 'policy file', key: 'ab', value },
    { kind: 'open exchanges', key: 'newest', value },
  ]);
  assert.deepEqual(Object.keys(told), ['count', 'sum']);
  assert.equal(told.count, 0);
  assert.equal(facts.changes().length, 3);
});

test('a fact of an older layout, which no entry has named, is taken over without being dropped', () => {
  const old = { kind: 'stop', key: 'a', value: Buffer.from('1'), salt: Buffer.alloc(0) };
  const facts = new StandingFacts(new Map([[factName(old), old]]));
  const told = facts.change([stop('a', '1')]);
  assert.equal(told.count, 1);
  assert.equal(told.dropped, undefined);
});

test('a change that was made from something else than what stands is refused, also within one message', () => {
  const before = new StandingFacts(new Map());
  before.change([stop('a', '1')]);
  const facts = new StandingFacts(stored(new Map(), before.changes()));
  facts.expect([stop('a', '2', '1'), stop('b', '1', 'nothing'), stop('b', '2', '1')], 0);
  for (const wrong of [stop('a', '2', '0'), stop('a', '2', 'nothing'), stop('b', '2', '1')]) {
    assert.throws(
      () => facts.expect([wrong], 3),
      (error) => error instanceof FactChanged && error.nth === 3,
    );
  }
});

test('many facts are shared among entries', () => {
  const many = Array.from({ length: MOST_FACTS_OF_ENTRY + 1 }, (_, nth) => stop(String(nth), '1'));
  assert.deepEqual(
    sharesOf(many).map(({ length }) => length),
    [MOST_FACTS_OF_ENTRY, 1],
  );
  assert.deepEqual(sharesOf([]), []);
  assert.throws(() => sharesOf([...many, stop('a\0b', '1')]), /zero byte/);
});
