import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EntryFilter } from '../../../src/audit-log/finding/entry-filter.ts';
import {
  matchesFilter,
  outcomeOf,
  tagsOfRow,
  tagsOfWhoAsked,
  termsOfFilter,
  termsOfLeaf,
} from '../../../src/audit-log/finding/entry-terms.ts';

const RELEASED = {
  v: 1,
  kind: 'released',
  last: true,
  at: '2026-11-23T17:30:34.898Z',
  consumer: 'westhaven-district-council',
  provider: 'northmere-county-council',
  system: 'westhaven-parking',
  dataset: 'blue-badges',
  agreement: { id: 'DSA-2026-014', version: 3, sha256: 'ab'.repeat(32) },
  purpose: 'check a badge at the kerbside',
  reason: 'badge on display',
  role: 'civil enforcement officer',
  exchange: '01a20975-a60d-7850-8007-587705ce9539',
};

test('a leaf carries its codes and names as terms, its parties twice, its agreement with and without the version', () => {
  assert.deepEqual([...termsOfLeaf(RELEASED)].sort(), [
    'agreement DSA-2026-014',
    'agreement DSA-2026-014 version 3',
    'consumer westhaven-district-council',
    'dataset blue-badges',
    'kind released',
    'organisation northmere-county-council',
    'organisation westhaven-district-council',
    'outcome released',
    'party northmere-county-council',
    'party westhaven-district-council',
    'provider northmere-county-council',
    'purpose check a badge at the kerbside',
    'reason badge on display',
    'role civil enforcement officer',
    'system westhaven-parking',
  ]);
});

test('an organisation that reads the log or stops an agreement is found, but is no party of an exchange', () => {
  const read = { kind: 'read', code: 'search', organisation: 'southfen-council' };
  assert.deepEqual(termsOfLeaf(read), ['kind read', 'code search', 'organisation southfen-council']);
  const stop = { kind: 'policies', code: 'suspend', agreement: 'DSA-2026-014', by: 'southfen-council' };
  assert.ok(termsOfLeaf(stop).includes('organisation southfen-council'));
  assert.ok(termsOfLeaf(stop).includes('agreement DSA-2026-014'));
  assert.ok(!termsOfLeaf(stop).some((term) => term.startsWith('party ')));
  // `by` of a hold is a commitment to a person.
  assert.ok(!termsOfLeaf({ kind: 'hold', by: 'A'.repeat(43) }).some((term) => term.includes('AAAA')));
});

test('only the entry that ends an exchange has its outcome', () => {
  assert.equal(outcomeOf(RELEASED), 'released');
  assert.equal(outcomeOf({ ...RELEASED, last: false }), undefined);
  assert.equal(outcomeOf({ kind: 'sent' }), undefined);
  assert.equal(outcomeOf({ kind: 'recovered' }), 'failed');
  assert.equal(outcomeOf({ kind: 'refused' }), 'refused');
});

const EVERYTHING: EntryFilter = {
  kind: 'released',
  outcome: 'released',
  consumer: RELEASED.consumer,
  provider: RELEASED.provider,
  organisation: RELEASED.provider,
  party: RELEASED.consumer,
  system: RELEASED.system,
  dataset: RELEASED.dataset,
  agreement: { id: 'DSA-2026-014', version: 3 },
  purpose: RELEASED.purpose,
  reason: RELEASED.reason,
  role: RELEASED.role,
};

test('a filter of any members of a leaf matches it, and with one other value it does not', () => {
  const names = Object.keys(EVERYTHING) as (keyof EntryFilter)[];
  fc.assert(
    fc.property(fc.subarray(names), fc.constantFrom(...names), (chosen, changed) => {
      const filter: EntryFilter = Object.fromEntries(chosen.map((name) => [name, EVERYTHING[name]]));
      const other = changed === 'agreement' ? { id: 'DSA-2026-014', version: 4 } : 'something else';
      assert.ok(matchesFilter(RELEASED, filter));
      assert.ok(!matchesFilter(RELEASED, { ...filter, [changed]: other }));
      assert.equal(termsOfFilter(filter).length, chosen.length);
    }),
  );
});

test('an agreement without a version matches each of its versions, and no agreement whose id only begins so', () => {
  assert.ok(matchesFilter(RELEASED, { agreement: { id: 'DSA-2026-014' } }));
  assert.ok(!matchesFilter(RELEASED, { agreement: { id: 'DSA-2026-01' } }));
});

test('the first instant counts, the last does not', () => {
  const atMs = Date.parse(RELEASED.at);
  assert.ok(matchesFilter(RELEASED, { fromMs: atMs, toMs: atMs + 1 }));
  assert.ok(!matchesFilter(RELEASED, { fromMs: atMs + 1 }));
  assert.ok(!matchesFilter(RELEASED, { toMs: atMs }));
  assert.ok(!matchesFilter({ kind: 'released' }, { fromMs: 0 }));
});

test('what is erased has no tag any more, and only those whom was asked about are carried on', () => {
  const salted = (byte: number) => ({ salt: Buffer.alloc(16), tag: Buffer.alloc(32, byte) });
  const row = {
    tagKey: 'test',
    tokenSalt: undefined,
    person: salted(1),
    caseReference: salted(2),
    bodySalt: undefined,
    asked: [salted(3), { commitment: Buffer.alloc(32, 4) }],
    found: [salted(5)],
    heldBack: [],
    text: undefined,
  };
  const bytes = (tags: readonly Uint8Array[]) => tags.map(([byte]) => byte);
  assert.deepEqual(bytes(tagsOfRow(row)), [1, 2, 3, 5]);
  assert.deepEqual(bytes(tagsOfWhoAsked(row)), [1, 2, 3]);
});
