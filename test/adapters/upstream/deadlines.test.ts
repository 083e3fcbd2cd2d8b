/** One timer looks at every call, and at none when there is none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Deadlines, SWEEP_MS } from '../../../src/adapters/upstream/deadlines.ts';

describe('deadlines', () => {
  it('look at every call again and again until it is forgotten', async () => {
    const deadlines = new Deadlines();
    let looked = 0;
    const call = {
      check: () => {
        looked += 1;
      },
    };
    deadlines.watch(call);
    await wait(SWEEP_MS * 3.5);
    assert.ok(looked >= 2, String(looked));
    deadlines.forget(call);
    const before = looked;
    await wait(SWEEP_MS * 2.5);
    assert.equal(looked, before);
    deadlines.watch(call);
    await wait(SWEEP_MS * 2.5);
    assert.ok(looked > before, 'watches again after a pause');
    deadlines.forget(call);
  });
});
