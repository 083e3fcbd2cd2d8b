import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import fc from 'fast-check';
import type { Part } from '../../src/disclosure/rules.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { readAhead } from '../../src/exchange/read-ahead.ts';

/** A part that is known by its number of records. */
function part(records: number): Part {
  return { records } as Part;
}

/** Where a source stands. */
class Progress {
  read = 0;
  closed = false;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await turnOfTheLoop();
}

/** Parts 2, 3, …, each after so many turns of the event loop; then the error, where there is one. */
async function* later(waits: readonly number[], progress = new Progress(), error?: Error) {
  try {
    for (const wait of waits) {
      await turns(wait);
      progress.read += 1;
      yield part(progress.read + 1);
    }
    if (error !== undefined) throw error;
  } finally {
    progress.closed = true;
  }
}

async function* stuck(): AsyncGenerator<Part> {
  await new Promise(() => undefined);
  yield part(2);
}

test('every part comes once and in order, at most so many together, however reading and taking take turns', async () => {
  const waits = fc.array(fc.nat(3), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      waits,
      fc.infiniteStream(fc.nat(3)),
      fc.integer({ min: 1, max: 5 }),
      async (reading, taking, most) => {
        const taken: number[] = [];
        for await (const ready of readAhead(part(1), later(reading), most)) {
          assert.ok(ready.length >= 1 && ready.length <= most, `${ready.length} parts together`);
          taken.push(...ready.map(({ records }) => records));
          await turns(taking.next().value ?? 0);
        }
        assert.deepEqual(taken, [1, ...reading.map((_, place) => place + 2)]);
      },
    ),
    { numRuns: 150 },
  );
});

test('the first part is there at once, before anything more is read', async () => {
  const progress = new Progress();
  const parts = readAhead(part(1), later([50], progress), 4);
  assert.deepEqual((await parts.next()).value, [part(1)]);
  assert.equal(progress.read, 0);
  await parts.return(undefined);
});

test('reading goes on while nobody takes, and stops at the bound', async () => {
  const progress = new Progress();
  const parts = readAhead(part(1), later(new Array(20).fill(0), progress), 4);
  await parts.next();
  await turns(50);
  assert.equal(progress.read, 4);
  assert.equal((await parts.next()).value?.length, 4);
  await turns(50);
  assert.equal(progress.read, 8);
  await parts.return(undefined);
});

test('an error comes after all parts that were read before it', async () => {
  const parts = readAhead(part(1), later([0, 0], new Progress(), new Error('a bad record')), 4);
  await parts.next();
  await turns(10);
  assert.deepEqual((await parts.next()).value, [part(2), part(3)]);
  await assert.rejects(parts.next(), { message: 'a bad record' });
});

test('a caller that is gone is known at once: what was ready is dropped', async () => {
  const gone = new GatewayError('caller-gone', 'caller went away');
  const parts = readAhead(part(1), later([0, 0], new Progress(), gone), 4);
  await parts.next();
  await turns(10);
  await assert.rejects(parts.next(), { code: 'caller-gone' });
});

test('who stops taking ends the reading, without waiting for what is being read', async () => {
  const progress = new Progress();
  const parts = readAhead(part(1), later(new Array(20).fill(0), progress), 4);
  await parts.next();
  await turns(50);
  await parts.return(undefined);
  await turns(10);
  assert.deepEqual({ ...progress }, { read: 4, closed: true });

  const waiting = readAhead(part(1), stuck(), 4);
  await waiting.next();
  await waiting.return(undefined);
});
