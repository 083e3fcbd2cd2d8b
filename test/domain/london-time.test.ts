import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  localMidnight,
  localMidnightAfter,
  londonClock,
  londonDate,
  londonOffsetMs,
  startOfDay,
  startOfHour,
  startOfNextDay,
  startOfNextHour,
} from '../../src/domain/london-time.ts';

const HOUR_MS = 3_600_000;
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  ...({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const),
});

function onTheClock(atMs: number): { date: string; time: string } {
  const parts = new Map(clock.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return {
    date: `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`,
    time: `${parts.get('hour')}:${parts.get('minute')}`,
  };
}

const instants = fc.integer({ min: Date.UTC(1998, 0, 1), max: Date.UTC(2099, 11, 31) });

test('the date in London is the one that its clocks show, whatever the instant', () => {
  fc.assert(fc.property(instants, (atMs) => londonDate(atMs) === onTheClock(atMs).date));
});

test('a day begins at midnight on the clock, holds its instant, and ends where the next one begins', () => {
  fc.assert(
    fc.property(instants, (atMs) => {
      const start = startOfDay(atMs);
      const end = startOfNextDay(atMs);
      assert.ok(start <= atMs && atMs < end);
      assert.deepEqual(onTheClock(start), { date: onTheClock(atMs).date, time: '00:00' });
      assert.equal(onTheClock(end).time, '00:00');
      assert.equal(startOfDay(end), end);
      assert.equal(startOfDay(end - 1), start);
    }),
  );
});

test('the day on which the clocks go forward has 23 hours', () => {
  const noon = Date.UTC(2026, 2, 29, 11);
  assert.equal(startOfDay(noon), Date.UTC(2026, 2, 29));
  assert.equal(startOfNextDay(noon), Date.UTC(2026, 2, 29, 23));
  assert.equal(londonOffsetMs(Date.UTC(2026, 2, 29, 1) - 1), 0);
  assert.equal(londonOffsetMs(Date.UTC(2026, 2, 29, 1)), HOUR_MS);
});

test('the day on which the clocks go back has 25 hours', () => {
  const noon = Date.UTC(2026, 9, 25, 12);
  assert.equal(startOfDay(noon), Date.UTC(2026, 9, 24, 23));
  assert.equal(startOfNextDay(noon), Date.UTC(2026, 9, 26));
  assert.equal(startOfNextDay(noon) - startOfDay(noon), 25 * HOUR_MS);
});

test('an hour begins when the minute hand of London stands at twelve', () => {
  fc.assert(
    fc.property(instants, (atMs) => {
      assert.equal(onTheClock(startOfHour(atMs)).time.slice(3), '00');
      assert.equal(startOfNextHour(atMs) - startOfHour(atMs), HOUR_MS);
      assert.ok(startOfHour(atMs) <= atMs && atMs < startOfNextHour(atMs));
    }),
  );
});

test('a date becomes the instants of its local midnights', () => {
  assert.equal(localMidnight('2026-11-23'), Date.UTC(2026, 10, 23));
  assert.equal(localMidnight('2026-07-01'), Date.UTC(2026, 5, 30, 23));
  assert.equal(localMidnightAfter('2026-03-29'), Date.UTC(2026, 2, 29, 23));
  assert.equal(localMidnightAfter('2026-12-31'), Date.UTC(2027, 0, 1));
  fc.assert(fc.property(instants, (atMs) => localMidnight(londonDate(atMs)) === startOfDay(atMs)));
});

test('what is no date becomes nothing', () => {
  for (const date of ['2026-02-29', '2026-13-01', '2026-1-1', '23/11/2026', '', '2026-11-23T00:00:00Z'])
    assert.equal(localMidnight(date), undefined, date);
});

test('a clock on a wall in London shows the day of the week and the minute, whatever the season', () => {
  const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/London',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const shown = (atMs: number) =>
    Object.fromEntries(wall.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const instant = fc.integer({ min: Date.UTC(1999, 0, 1), max: Date.UTC(2060, 0, 1) });
  fc.assert(
    fc.property(instant, (atMs) => {
      const { weekday, hour, minute } = shown(atMs);
      const clock = londonClock(atMs);
      assert.equal(weekdays[clock.weekday], weekday);
      assert.equal(clock.minute, Number(hour) * 60 + Number(minute));
    }),
  );
});
