import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdmissionLimit } from '../../src/http/admission-limit.ts';

/** A limit whose clock goes on by `ms` with each wait that it learns. */
function learning() {
  let now = 0;
  const limit = new AdmissionLimit(() => now);
  return {
    limit,
    /** Learns that entries waited so long, for some seconds in which the limit was reached or not. */
    learn(waitMs: number, seconds: number, reached: boolean): number {
      for (const end = now + seconds * 1000; now < end; ) {
        now += 10;
        if (reached) limit.wasReached();
        limit.waited(waitMs);
      }
      return limit.most;
    },
  };
}

test('lets fewer wait while they wait long, and never fewer than twenty-four', () => {
  const { limit, learn } = learning();
  const first = limit.most;
  learn(2, 1, false);
  assert.ok(learn(30, 1, true) < first);
  assert.equal(learn(30, 10, true), 24);
});

test('lets more wait while they wait briefly and more want to, and never more than 1,024', () => {
  const { limit, learn } = learning();
  const first = limit.most;
  assert.equal(learn(2, 10, false), first);
  assert.ok(learn(2, 1, true) > first);
  assert.equal(learn(2, 60, true), 1024);
});

test('a store that is slow without load is no overload', () => {
  const { limit, learn } = learning();
  const first = limit.most;
  assert.equal(learn(40, 30, false), first);
  assert.ok(learn(60, 5, true) > first);
  assert.equal(learn(200, 30, true), 24);
});

test('a store that became slow is learnt in time, even while everybody waits for it', () => {
  const { learn } = learning();
  learn(2, 5, false);
  assert.equal(learn(40, 10, true), 24);
  assert.ok(learn(40, 300, true) > 48);
});

test('measures one append at a time, and none that failed', async () => {
  let now = 0;
  const limit = new AdmissionLimit(() => now);
  const first = Promise.withResolvers<void>();
  const waits: number[] = [];
  limit.waited = (ms) => void waits.push(ms);
  limit.probe(first.promise);
  limit.probe(Promise.resolve());
  now = 7;
  first.resolve();
  await first.promise;
  limit.probe(Promise.reject(new Error('the log is full')));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(waits, [7]);
});
