/** What the head of an upstream's answer says of its body (RFC 9110 sections 8.3, 8.4, 8.6 and 10.2.3). */

export interface ResponseHead {
  /** Lower case, without parameters; empty where there is none or more than one. */
  readonly mediaType: string;
  readonly charset: string | undefined;
}

const NO_TYPE: ResponseHead = { mediaType: '', charset: undefined };
const LONGEST_WAIT_SECONDS = 86_400;
/** RFC 9110 section 5.6.7. What else could be read as a date, "-5" among it, says nothing. */
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/;

type HeaderValue = string | string[] | undefined;

let lastRead: { text: string; head: ResponseHead } = { text: '', head: NO_TYPE };

/** Media type and charset. Two `Content-Type` headers say nothing. */
export function readContentType(value: HeaderValue): ResponseHead {
  if (typeof value !== 'string') return NO_TYPE;
  // A provider says the same every time, so the last reading nearly always serves again.
  if (lastRead.text !== value) lastRead = { text: value, head: parseContentType(value) };
  return lastRead.head;
}

/** The content codings other than identity, lower case, or undefined. */
export function readContentEncoding(value: HeaderValue): string | undefined {
  if (value === undefined) return undefined;
  const text = (typeof value === 'string' ? value : value.join(', ')).trim().toLowerCase();
  return text === 'identity' || text === '' ? undefined : text;
}

/** Seconds to wait, from a number or a date, never above one day; undefined where the header says neither. */
export function readRetryAfter(value: HeaderValue, nowMs: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  const isDate = HTTP_DATE.test(value);
  if (!isDate && !/^[0-9]{1,9}$/.test(value)) return undefined;
  const seconds = isDate ? Math.ceil((Date.parse(value) - nowMs) / 1000) : Number(value);
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(Math.max(seconds, 0), LONGEST_WAIT_SECONDS);
}

function parseContentType(value: string): ResponseHead {
  const [type = '', ...parameters] = value.split(';');
  const charsets = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/i.exec(parameter)?.[1]?.toLowerCase())
    .filter((charset) => charset !== undefined);
  const charset = charsets.length > 1 ? charsets.join(' and ') : charsets[0];
  return { mediaType: type.trim().toLowerCase(), charset: charset === 'utf8' ? 'utf-8' : charset };
}
