/**
 * Civil time of Europe/London since 1996: UTC in winter, UTC+1 from 01:00 UTC on the last Sunday of March to 01:00 UTC on
 * the last Sunday of October (Summer Time Order 2002; the years before it follow the same rule from 1998).
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** The year whose summer was worked out last: instants come in order, so it is nearly always the one that is asked for. */
let yearStart = 0;
let yearEnd = 0;
let summerStart = 0;
let summerEnd = 0;

/** Milliseconds that London's clocks are ahead of UTC at an instant (milliseconds since 1970 UTC). */
export function londonOffsetMs(atMs: number): number {
  if (!(atMs >= yearStart && atMs < yearEnd)) findSummer(new Date(atMs).getUTCFullYear());
  return atMs >= summerStart && atMs < summerEnd ? HOUR_MS : 0;
}

/** The instant at which the clock hour of London began. London is whole hours from UTC, so the clock hour is UTC's. */
export function startOfHour(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

/** The instant at which the next clock hour of London begins. */
export function startOfNextHour(atMs: number): number {
  return startOfHour(atMs) + HOUR_MS;
}

/** The instant at which the calendar day of London began: its local midnight. */
export function startOfDay(atMs: number): number {
  return midnight(Math.floor((atMs + londonOffsetMs(atMs)) / DAY_MS));
}

/** The instant at which the next calendar day of London begins; 23 or 25 hours after the last where clocks change. */
export function startOfNextDay(atMs: number): number {
  return midnight(Math.floor((atMs + londonOffsetMs(atMs)) / DAY_MS) + 1);
}

/** The instant of local midnight at which a date (`2026-11-23`) begins, or undefined where there is no such date. */
export function localMidnight(date: string): number | undefined {
  const day = dayOf(date);
  return day === undefined ? undefined : midnight(day);
}

/** The instant of local midnight at which a date has ended, or undefined where there is no such date. */
export function localMidnightAfter(date: string): number | undefined {
  const day = dayOf(date);
  return day === undefined ? undefined : midnight(day + 1);
}

/** The date in London (`2026-11-23`) at an instant. */
export function londonDate(atMs: number): string {
  return new Date(atMs + londonOffsetMs(atMs)).toISOString().slice(0, 10);
}

/** What a clock on a wall in London shows: the day of the week (0 is Sunday) and the minutes since its midnight. */
export function londonClock(atMs: number): { readonly weekday: number; readonly minute: number } {
  const wall = atMs + londonOffsetMs(atMs);
  const day = Math.floor(wall / DAY_MS);
  // 1 January 1970 was a Thursday.
  return { weekday: (((day + 4) % 7) + 7) % 7, minute: Math.floor((wall - day * DAY_MS) / MINUTE_MS) };
}

function dayOf(date: string): number | undefined {
  if (!DATE.test(date)) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) return undefined;
  return ms / DAY_MS;
}

/** Clocks change at 01:00 UTC, never at midnight, so the offset at UTC midnight tells that of local midnight. */
function midnight(day: number): number {
  const utc = day * DAY_MS;
  return utc - londonOffsetMs(utc - HOUR_MS);
}

function findSummer(year: number): void {
  yearStart = Date.UTC(year, 0, 1);
  yearEnd = Date.UTC(year + 1, 0, 1);
  summerStart = lastSunday(year, 2) + HOUR_MS;
  summerEnd = lastSunday(year, 9) + HOUR_MS;
}

/** UTC midnight of the last Sunday of March or October, which both have 31 days. */
function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month, 31);
  return last - new Date(last).getUTCDay() * DAY_MS;
}
