/** The parts of which the schemas of policy files are made (zod): sections with closed keys, texts, lists, dates. */
import { z } from 'zod';
import { isCalendarDate } from '../../domain/kind.ts';
import { didYouMean } from './nearest-word.ts';

/** What a custom check says: carried as `params` of zod's issue. */
export interface Advice {
  readonly what: string;
  readonly write: string;
}

/** One line per unknown key, in the order of the issue's keys: `schema-mistakes.ts` takes them apart. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      return issue.keys.map((key) => didYouMean(key, Object.keys(shape))).join('\n');
    },
  });
}

/** Text that says something, on one line or folded. */
export const text = z.string().refine((value) => value.trim() !== '', {
  params: advice('nothing is written here', 'write it, or take the line out'),
});

/** Text that meets a pattern. */
export function textLike(pattern: RegExp, write: string) {
  return z.string().regex(pattern, { error: write });
}

/** One of a closed list of words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words);
}

/** A list with at least one entry and none of them twice. */
export function listOf<Entry extends z.ZodType>(entry: Entry) {
  return z
    .array(entry)
    .min(1)
    .refine((entries) => new Set(entries.map((one) => JSON.stringify(one))).size === entries.length, {
      params: advice('the list names something twice', 'name it once'),
    });
}

/** A day of the calendar as ISO 8601 has it; it stays text. */
export const day = z
  .string()
  .refine(isCalendarDate, {
    params: advice('this is not a day of the calendar', 'write year-month-day, such as `2026-04-01`'),
  })
  // For editors, which know no calendar.
  .meta({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

export const email = textLike(/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/, 'write an e-mail address');

/** An https address; plain http only where it stays on this machine. */
export const webAddress = z.string().refine(isSafeAddress, {
  params: advice(
    'this is not an https address',
    'write an address that begins with `https://` and holds no name or password',
  ),
});

/** The id of an organisation, a dataset or a system. */
export const id = textLike(
  /^[a-z0-9][a-z0-9-]{0,62}$/,
  'use small letters, digits and hyphens, at most 63 characters',
);

/** Printable ASCII that may stand in a header, without commas at the ends of anything. */
export const headerWords = textLike(
  /^[A-Za-z0-9](?:[A-Za-z0-9 ,.'()/-]{0,98}[A-Za-z0-9.)])?$/,
  'use letters without accents, digits, spaces and hyphens, at most 100 characters',
);

/** The advice as zod wants it. */
export function advice(what: string, write: string): Record<string, string> {
  return { what, write };
}

/** True for https, or http on a loopback host; without a user, a password, a query or a fragment. */
export function isSafeAddress(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '' || /[?#\s\\]/.test(address)) return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && isLoopback(url.hostname);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
