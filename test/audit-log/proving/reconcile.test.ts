import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { beganAt, type ReconciledEntry, reconcile } from '../../../src/audit-log/proving/reconcile.ts';
import { exchangeId } from '../../support/drafts.ts';

const START = Date.parse('2026-11-23T09:00:00Z');
const OPTIONS = { lateMs: 5000 };

function entry(nth: number, more: Partial<ReconciledEntry> = {}): ReconciledEntry {
  return { exchange: EXCHANGES[nth] ?? '', leafHash: `hash ${nth}`, atMs: START + nth * 1000, ...more };
}

const EXCHANGES = Array.from({ length: 20 }, (_, nth) => exchangeId(START + nth * 1000));
const LOG = EXCHANGES.map((_, nth) => entry(nth));

function differences(theirs: readonly ReconciledEntry[], ours = LOG) {
  return reconcile(ours, theirs, OPTIONS).differences.map(({ what, exchange }) => [
    what,
    EXCHANGES.indexOf(exchange),
  ]);
}

test('two sides that agree differ in nothing', () => {
  assert.deepEqual(reconcile(LOG, LOG, OPTIONS), { differences: [], agreed: 20, theirs: 20, ours: 20 });
});

test('an exchange that the log lacks is missing, one that the party lacks is extra, each by its id', () => {
  assert.deepEqual(differences(LOG, LOG.toSpliced(7, 1)), [['missing', 7]]);
  assert.deepEqual(differences(LOG.toSpliced(7, 1)), [['extra', 7]]);
});

test('an entry with another leaf hash is altered; one more entry of the exchange in the log is not', () => {
  assert.deepEqual(differences(LOG.with(3, entry(3, { leafHash: 'another' }))), [['altered', 3]]);
  assert.deepEqual(differences(LOG, [...LOG, entry(3, { leafHash: 'sent' })]), []);
});

test('an exchange that was recorded after the party had its answer is late, beyond what clocks may differ', () => {
  assert.deepEqual(differences(LOG, LOG.with(4, entry(4, { atMs: START + 4000 + 5000 }))), []);
  assert.deepEqual(differences(LOG, LOG.with(4, entry(4, { atMs: START + 4000 + 5001 }))), [['late', 4]]);
});

test('ids alone are compared too, and times that were not kept are never late', () => {
  const ids = LOG.map(({ exchange }) => ({ exchange, leafHash: undefined, atMs: undefined }));
  assert.deepEqual(differences(ids), []);
});

test('what began before or after all that the party kept is not called extra, unless a longer time is asked for', () => {
  assert.deepEqual(differences(LOG.slice(5, 10)), []);
  const longer = { ...OPTIONS, fromMs: START, toMs: START + 6000 };
  const found = reconcile(LOG, LOG.slice(5, 10), longer).differences;
  assert.deepEqual(
    found.map(({ what, exchange }) => [what, EXCHANGES.indexOf(exchange)]),
    [0, 1, 2, 3, 4].map((nth) => ['extra', nth]),
  );
});

test('whatever was taken out of either side is named, no more and no less', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 18 })),
      fc.uniqueArray(fc.integer({ min: 1, max: 18 })),
      (lost, unkept) => {
        const ours = LOG.filter((_, nth) => !lost.includes(nth));
        const theirs = LOG.filter((_, nth) => !unkept.includes(nth));
        const expected = EXCHANGES.flatMap((_, nth) =>
          lost.includes(nth) === unkept.includes(nth)
            ? []
            : [[lost.includes(nth) ? 'missing' : 'extra', nth]],
        );
        assert.deepEqual(differences(theirs, ours), expected);
      },
    ),
  );
});

test('when an exchange began stands in its id', () => {
  assert.equal(beganAt(exchangeId(START)), START);
  assert.equal(beganAt('0198c1f0-7b1c-4aaa-8000-5d1f0c8b2a11'), undefined);
});
