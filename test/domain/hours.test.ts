/** Hours of an agreement in London, over midnight, over the end of a week and on the days when clocks change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Hours, isWithin, readHours } from '../../src/domain/hours.ts';

function hours(words: string): Hours {
  return readHours(words) ?? assert.fail(words);
}

/** Which of some instants (UTC) lie inside. */
function inside(words: string, instants: readonly string[]): string[] {
  return instants.filter((instant) => isWithin(hours(words), Date.parse(instant)));
}

test('hours begin with their first minute and end before their last', () => {
  const day = [
    '2026-11-23T06:59:59.999Z',
    '2026-11-23T07:00:00Z',
    '2026-11-23T22:59:59.999Z',
    '2026-11-23T23:00:00Z',
  ];
  assert.deepEqual(inside('every day, 07:00 to 23:00', day), day.slice(1, 3));
});

test('in summer the clock of London is an hour ahead of UTC', () => {
  const day = [
    '2026-07-06T05:59:59Z',
    '2026-07-06T06:00:00Z',
    '2026-07-06T21:59:59Z',
    '2026-07-06T22:00:00Z',
  ];
  assert.deepEqual(inside('every day, 07:00 to 23:00', day), day.slice(1, 3));
});

test('Monday to Friday leaves the weekend out, by the day in London', () => {
  const days = [20, 21, 22, 23, 24, 25, 26, 27].map((day) => `2026-11-${day}T12:00:00Z`);
  const [friday, , , ...week] = days;
  assert.deepEqual(inside('Monday to Friday, 08:00 to 18:00', days), [friday, ...week]);
  // Sunday 23:30 UTC is Monday 00:30 in a summer's London.
  assert.deepEqual(inside('Monday, 00:00 to 01:00', ['2026-07-05T23:30:00Z']), ['2026-07-05T23:30:00Z']);
});

test('one day stands for itself, and days may go over the end of a week', () => {
  const days = [20, 21, 22, 23].map((day) => `2026-11-${day}T12:00:00Z`);
  assert.deepEqual(inside('Saturday, 09:00 to 17:00', days), [days[1]]);
  assert.deepEqual(inside('Saturday to Monday, 09:00 to 17:00', days), days.slice(1));
});

test('hours over midnight belong to the day on which they begin', () => {
  const friday = '2026-11-20';
  const saturday = '2026-11-21';
  const sunday = '2026-11-22';
  const instants = [
    `${friday}T05:59:00Z`,
    `${friday}T21:59:00Z`,
    `${friday}T22:00:00Z`,
    `${saturday}T00:00:00Z`,
    `${saturday}T05:59:59Z`,
    `${saturday}T06:00:00Z`,
    `${saturday}T22:00:00Z`,
    `${sunday}T03:00:00Z`,
  ];
  assert.deepEqual(inside('Friday, 22:00 to 06:00', instants), instants.slice(2, 5));
  assert.deepEqual(inside('every day, 22:00 to 06:00', instants), [
    instants[0],
    ...instants.slice(2, 5),
    ...instants.slice(6),
  ]);
});

test('a day may end at 24:00 or at 00:00, which is the same midnight', () => {
  for (const words of ['every day, 12:00 to 24:00', 'every day, 12:00 to 00:00']) {
    const instants = ['2026-11-23T11:59:59Z', '2026-11-23T23:59:59Z', '2026-11-24T00:00:00Z'];
    assert.deepEqual(inside(words, instants), [instants[1]]);
  }
});

test('where clocks go forward the hour that does not exist is in no hours, and those around it are right', () => {
  // 29 March 2026: 00:59 GMT is followed by 02:00 BST.
  const instants = ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z'];
  assert.deepEqual(inside('Sunday, 01:00 to 02:00', instants), []);
  assert.deepEqual(inside('Sunday, 02:00 to 03:00', instants), instants.slice(1));
});

test('where clocks go back the hour that comes twice is inside twice', () => {
  // 25 October 2026: 01:59 BST is followed by 01:00 GMT.
  const instants = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00Z'];
  assert.deepEqual(inside('Sunday, 01:00 to 02:00', instants), instants.slice(0, 2));
});

test('what does not say days and hours is not read', () => {
  const wrong = [
    '',
    'at any time',
    'every day',
    'every day, 7:00 to 23:00',
    'every day, 07:00 to 24:01',
    'every day, 07:60 to 08:00',
    'every day, 24:00 to 06:00',
    'every day, 09:00 to 09:00',
    'every day, 07:00 - 23:00',
    'Every day, 07:00 to 23:00',
    'Munday, 07:00 to 23:00',
    'Monday to Fryday, 07:00 to 23:00',
    'Monday, Tuesday, 07:00 to 23:00',
    'every day, 07:00 to 23:00 or so',
  ];
  for (const words of wrong) assert.equal(readHours(words), undefined, words);
});

test('hours and what they leave over share every instant between them', () => {
  const clock = fc.integer({ min: 0, max: 1439 }).map((minute) => {
    const pad = (number: number) => String(number).padStart(2, '0');
    return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
  });
  const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });
  fc.assert(
    fc.property(clock, clock, instant, (from, to, atMs) => {
      fc.pre(from !== to);
      const day = isWithin(hours(`every day, ${from} to ${to}`), atMs);
      assert.notEqual(day, isWithin(hours(`every day, ${to} to ${from}`), atMs));
    }),
  );
});
