/** Age in whole years, from two dates as ISO 8601 writes them (docs/formats/reveals.md). */

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Birthdays that a person had by the end of a day, or undefined where `born` is no date or lies after that day. Somebody
 * born on 29 February grows a year older on 1 March of a year that has no 29 February.
 */
export function ageOn(born: string, today: string): number | undefined {
  if (!DATE.test(born) || born > today) return undefined;
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
  // As text, 02-29 comes after 02-28 and before 03-01: the rule for leap days needs nothing more.
  return today.slice(5) < born.slice(5) ? years - 1 : years;
}
