import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { NoteMembers } from '../../../src/audit-log/writing/note-leaf.ts';
import { RefusedReadings } from '../../../src/roof/log/refused-readings.ts';

test('a few are entered one by one, of a flood the rest as a number, and then it begins anew', async () => {
  const entered: NoteMembers[] = [];
  const refused = new RefusedReadings({
    append: (_kind, members) => {
      entered.push(members);
      // The receipt is of no interest here.
      return Promise.resolve(undefined as never);
    },
    windowMs: 100,
  });
  for (let nth = 0; nth < 1000; nth += 1) await refused.note();
  assert.equal(entered.length, 30);
  await wait(200);
  assert.deepEqual(entered.at(-1), { code: 'refused', assurance: 'unproved', records: 970 });
  await refused.note();
  assert.deepEqual(entered.slice(31), [{ code: 'refused', assurance: 'unproved' }]);
});

test('where the log cannot take an entry, the refusal fails, and a number is kept for later', async () => {
  const entered: NoteMembers[] = [];
  let fails = false;
  const refused = new RefusedReadings({
    append: (_kind, members) => {
      if (fails) return Promise.reject(new Error('no room'));
      entered.push(members);
      return Promise.resolve(undefined as never);
    },
    windowMs: 50,
  });
  for (let nth = 0; nth < 40; nth += 1) await refused.note();
  fails = true;
  await wait(100);
  await assert.rejects(refused.note(), /no room/);
  fails = false;
  await wait(100);
  assert.deepEqual(entered.at(-1), { code: 'refused', assurance: 'unproved', records: 10 });
});
