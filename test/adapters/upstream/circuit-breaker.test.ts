/** A provider that fails too often is left alone, and one request finds out when it is well again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Admission,
  type BreakerState,
  CircuitBreaker,
  FEWEST_FAILURES,
  FIRST_PAUSE_MS,
  LONGEST_PAUSE_MS,
  SPAN_MS,
} from '../../../src/adapters/upstream/circuit-breaker.ts';

function fail(breaker: CircuitBreaker, times: number, nowMs = 0): void {
  for (let n = 0; n < times; n += 1) breaker.failed('as usual', nowMs, false);
}

function opened(changes: BreakerState[] = []): CircuitBreaker {
  const breaker = new CircuitBreaker((state) => changes.push(state));
  fail(breaker, FEWEST_FAILURES);
  return breaker;
}

describe('circuit breaker', () => {
  it('opens after ten failures, and says when to come back', () => {
    const breaker = new CircuitBreaker();
    fail(breaker, FEWEST_FAILURES - 1);
    assert.equal(breaker.admit(0), 'as usual');
    fail(breaker, 1);
    assert.equal(breaker.state, 'open');
    assert.deepEqual(breaker.admit(1), { retryAfterSeconds: FIRST_PAUSE_MS / 1000 });
    assert.deepEqual(breaker.admit(FIRST_PAUSE_MS - 1), { retryAfterSeconds: 1 });
  });

  it('stays closed while more requests are answered than fail, so that one caller cannot shut the others out', () => {
    const breaker = new CircuitBreaker();
    for (let n = 0; n < 50; n += 1) breaker.answered('as usual', 0);
    fail(breaker, 49);
    assert.equal(breaker.admit(0), 'as usual');
    fail(breaker, 1);
    assert.equal(breaker.state, 'open');
  });

  it('forgets failures after half a minute', () => {
    const breaker = new CircuitBreaker();
    fail(breaker, FEWEST_FAILURES - 1, 0);
    fail(breaker, FEWEST_FAILURES - 1, 3 * SPAN_MS);
    assert.equal(breaker.state, 'closed');
    fail(breaker, 1, 3 * SPAN_MS);
    assert.equal(breaker.state, 'open');
  });

  it('counts an answer that broke off as a failure and no longer as an answer', () => {
    const breaker = new CircuitBreaker();
    for (let n = 0; n < FEWEST_FAILURES; n += 1) {
      breaker.answered('as usual', 0);
      breaker.failed('as usual', 0, true);
    }
    assert.equal(breaker.state, 'open');
  });

  it('lets one probe through after the pause, and closes when that is answered', () => {
    const changes: BreakerState[] = [];
    const breaker = opened(changes);
    assert.equal(breaker.admit(FIRST_PAUSE_MS), 'as probe');
    assert.deepEqual(breaker.admit(FIRST_PAUSE_MS), { retryAfterSeconds: 1 });
    breaker.answered('as probe', FIRST_PAUSE_MS);
    assert.equal(breaker.admit(FIRST_PAUSE_MS), 'as usual');
    assert.deepEqual(changes, ['open', 'half open', 'closed']);
    // Old failures do not open it again.
    fail(breaker, 1, FIRST_PAUSE_MS);
    assert.equal(breaker.state, 'closed');
  });

  it('doubles the pause with each probe that fails, up to a minute', () => {
    const breaker = opened();
    let now = FIRST_PAUSE_MS;
    for (let pause = 2 * FIRST_PAUSE_MS; pause < 8 * LONGEST_PAUSE_MS; pause *= 2) {
      assert.equal(breaker.admit(now), 'as probe');
      breaker.failed('as probe', now, false);
      const expected = Math.min(pause, LONGEST_PAUSE_MS);
      assert.deepEqual(breaker.admit(now), { retryAfterSeconds: expected / 1000 });
      now += expected;
    }
  });

  it('honours how long the provider asks to be left alone, for a minute at most', () => {
    for (const [asked, kept] of [
      [20, 20],
      [86_400, 60],
      [1, 5],
    ] as const) {
      const breaker = new CircuitBreaker();
      fail(breaker, FEWEST_FAILURES - 1);
      breaker.failed('as usual', 0, false, asked);
      assert.deepEqual(breaker.admit(0), { retryAfterSeconds: kept });
    }
  });

  it('sends another probe where one ended without a verdict', () => {
    const breaker = opened();
    assert.equal(breaker.admit(FIRST_PAUSE_MS), 'as probe');
    breaker.letGo('as probe');
    assert.equal(breaker.admit(FIRST_PAUSE_MS), 'as probe');
  });

  it('what other requests say while it is open or half open changes nothing', () => {
    const breaker = opened();
    breaker.answered('as usual', 1);
    fail(breaker, 100, 1);
    assert.equal(breaker.admit(FIRST_PAUSE_MS), 'as probe');
    breaker.answered('as usual', FIRST_PAUSE_MS);
    fail(breaker, 100, FIRST_PAUSE_MS);
    assert.equal(breaker.state, 'half open');
    breaker.answered('as probe', FIRST_PAUSE_MS);
    assert.equal(breaker.state, 'closed');
  });

  it('never has two probes under way, never stays shut for longer than a minute without one, whatever happens', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 30_000 }),
      what: fc.constantFrom('admit', 'answered', 'failed', 'broke off', 'gone'),
      which: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const breaker = new CircuitBreaker();
        const running: Admission[] = [];
        let now = 0;
        for (const { waitMs, what, which } of steps) {
          now += waitMs;
          if (what === 'admit') {
            const admitted = breaker.admit(now);
            if (typeof admitted === 'string') running.push(admitted);
            else assert.ok(admitted.retryAfterSeconds >= 1 && admitted.retryAfterSeconds <= 60);
          } else {
            const [one] = running.splice(which % Math.max(running.length, 1), 1);
            if (one === undefined) continue;
            if (what === 'answered') breaker.answered(one, now);
            else if (what === 'failed') breaker.failed(one, now, false);
            else if (what === 'gone') breaker.letGo(one);
            else {
              breaker.answered(one, now);
              breaker.failed(one, now, true);
            }
          }
          assert.ok(running.filter((one) => one === 'as probe').length <= 1);
        }
        if (running.includes('as probe')) return;
        assert.equal(typeof breaker.admit(now + LONGEST_PAUSE_MS), 'string');
      }),
    );
  });
});
