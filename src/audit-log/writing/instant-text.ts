/** Instants as the log writes them: ISO 8601 in UTC with milliseconds, 24 characters. */

let second = Number.NaN;
let prefix = '';

/**
 * The text of an instant given in milliseconds since 1970. Remembers the last second, since entries come in order.
 *
 * @throws {RangeError} for what is not a whole number of milliseconds in the years 0 to 9999.
 */
export function instantText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds !== second) {
    const text = new Date(seconds * 1000).toISOString();
    if (text.length !== 24) throw new RangeError('an instant of the log has a year of four digits');
    prefix = text.slice(0, 20);
    second = seconds;
  }
  const rest = ms - seconds * 1000;
  if (!Number.isInteger(rest))
    throw new RangeError('an instant of the log is a whole number of milliseconds');
  if (rest < 10) return `${prefix}00${rest}Z`;
  return rest < 100 ? `${prefix}0${rest}Z` : `${prefix}${rest}Z`;
}
