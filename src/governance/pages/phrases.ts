/** Small pieces of plain English: lists, dates, counts and sentences made of words that people wrote in files. */
import type { PolicySet } from '../../domain/policy-set.ts';

/** "a", "a and b", "a, b and c"; `last` stands before the last. */
export function listed(items: readonly string[], last: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}

/** "1 record", "20 records". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** A date as people say it, "1 April 2026"; a text that is no ISO 8601 date comes back as it is. */
export function longDate(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  const name = MONTHS[Number(month) - 1];
  return name === undefined ? date : `${Number(day)} ${name} ${year}`;
}

/** The words with a capital at the start and a full stop at the end, on one line. */
export function sentence(words: string): string {
  const said = oneLine(words);
  if (said === '') return '';
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.?!]$/.test(said) ? '' : '.'}`;
}

/** The words without the full stop at their end, to go on with. */
export function unfinished(words: string): string {
  return oneLine(words).replace(/\.$/, '');
}

// Marks that turn the direction of writing could make a page read otherwise than it is.
const NOT_SHOWN = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The words on one line, without control characters and without marks that turn the direction of writing. */
export function oneLine(words: string): string {
  return words.replace(NOT_SHOWN, ' ').replace(/ {2,}/g, ' ').trim();
}

/** The organisation's own name, or its id where the policy set does not have it. */
export function organisationName(policies: PolicySet, id: string): string {
  return policies.organisations.get(id)?.name ?? id;
}
