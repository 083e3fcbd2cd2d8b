/** How long something is kept, in whole months: "6 years", "18 months" (agreement key `keep entries for`). */

export interface Period {
  readonly months: number;
}

/** What the words say, or undefined for anything else: a whole number of years or months. */
export function readPeriod(words: string): Period | undefined {
  const [, count, unit] = /^([1-9]\d{0,2}) (year|month)s?$/.exec(words) ?? [];
  if (count === undefined) return undefined;
  return { months: Number(count) * (unit === 'year' ? 12 : 1) };
}

/** In words, as an agreement writes it. */
export function periodInWords({ months }: Period): string {
  const [count, unit] = months % 12 === 0 ? [months / 12, 'year'] : [months, 'month'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The month of an instant in UTC, such as "2026-11". */
export function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}

/**
 * The instant from which entries of a month need not be kept any more, in milliseconds: so many months after the month's
 * end. A month is kept as a whole, so that each of its entries is kept at least for the period.
 */
export function keptUntil(month: string, { months }: Period): number {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const until = Date.UTC(year, number + months);
  // INVARIANT: a period beyond the end of the calendar keeps for ever, and never ends at once.
  return Number.isNaN(until) ? Number.POSITIVE_INFINITY : until;
}
