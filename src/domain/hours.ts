/** Hours in which an agreement lets people look: days of the week and a span of the clock in London. */
import { londonClock } from './london-time.ts';

export interface Hours {
  /** As the agreement says it: "Monday to Friday, 08:00 to 18:00". */
  readonly words: string;
  /** Days on which the span begins, from 0 for Sunday to 6 for Saturday. */
  readonly days: readonly number[];
  /** Minutes after midnight: the first that is inside, and the first that is not. */
  readonly fromMinute: number;
  /** Not above `fromMinute` where the span goes over midnight. */
  readonly toMinute: number;
}

/** Outside of these hours a look of a member of staff is flagged in reports, unless a report names others. */
export const USUAL_HOURS = 'Monday to Friday, 07:00 to 19:00';

const WEEK = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const FORM = /^(every day|[A-Z][a-z]+day(?: to [A-Z][a-z]+day)?), (\d\d:\d\d) to (\d\d:\d\d)$/;
const CLOCK = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const DAY_MINUTES = 24 * 60;

/**
 * Reads hours as an agreement writes them; undefined for anything else, and for a span of no length.
 * `24:00` is the end of a day, and a span whose end comes first goes on into the next day.
 */
export function readHours(words: string): Hours | undefined {
  const parts = FORM.exec(words);
  const days = parts === null ? undefined : readDays(parts[1] ?? '');
  const fromMinute = readClock(parts?.[2]);
  const toMinute = readClock(parts?.[3]);
  if (days === undefined || fromMinute === undefined || toMinute === undefined) return undefined;
  if (fromMinute === DAY_MINUTES || fromMinute === toMinute) return undefined;
  return { words, days, fromMinute, toMinute: toMinute === 0 ? DAY_MINUTES : toMinute };
}

/** True where the instant lies inside the hours. Where clocks go back, an hour that comes twice counts twice. */
export function isWithin({ days, fromMinute, toMinute }: Hours, atMs: number): boolean {
  const { weekday, minute } = londonClock(atMs);
  if (fromMinute < toMinute) return minute >= fromMinute && minute < toMinute && days.includes(weekday);
  if (minute >= fromMinute) return days.includes(weekday);
  // The hours after midnight belong to the day on which the span began.
  return minute < toMinute && days.includes((weekday + 6) % 7);
}

function readDays(words: string): readonly number[] | undefined {
  if (words === 'every day') return EVERY_DAY;
  const [first, last] = words.split(' to ').map((day) => WEEK.indexOf(day));
  if (first === undefined || first < 0 || last === -1) return undefined;
  if (last === undefined) return [first];
  const days: number[] = [];
  for (let day = first; days.length < WEEK.length; day = (day + 1) % 7) {
    days.push(day);
    if (day === last) break;
  }
  return days;
}

function readClock(text: string | undefined): number | undefined {
  const parts = CLOCK.exec(text ?? '');
  if (parts === null) return undefined;
  return parts[1] === undefined ? DAY_MINUTES : Number(parts[1]) * 60 + Number(parts[2]);
}
