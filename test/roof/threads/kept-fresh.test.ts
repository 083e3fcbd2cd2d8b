/** Work that is done again and again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepFresh } from '../../../src/roof/threads/kept-fresh.ts';
import { until } from '../../support/until.ts';

test('work is done again after it ended, also where it failed, and never twice at once', async () => {
  let running = 0;
  let most = 0;
  let done = 0;
  const stop = keepFresh(async () => {
    running += 1;
    most = Math.max(most, running);
    await sleep(5);
    running -= 1;
    done += 1;
    if (done === 2) throw new Error('the store is away');
  }, 1);
  await until('the work was done four times', () => done >= 4);
  stop();
  assert.equal(most, 1);
});

test('after it was stopped nothing is done any more', async () => {
  let done = 0;
  const stop = keepFresh(async () => {
    done += 1;
  }, 1);
  await until('the work was done', () => done > 0);
  stop();
  const before = done;
  await sleep(20);
  assert.ok(done <= before + 1);
});
