/** The request target (RFC 9112 section 3.2, RFC 3986): accepted only where it can be read in one way, decoded once. */
import type { RefusalCode } from '../domain/reason.ts';

export interface Target {
  /** Percent-decoded, without the empty one before the first slash. */
  readonly segments: readonly string[];
  /** Each name once, percent-decoded. */
  readonly query: ReadonlyMap<string, string>;
}

const REFUSED = 0;
const ORDINARY = 1;
const PERCENT = 2;
const SLASH = 3;
const QUESTION_MARK = 4;
const DOT = 5;

// RFC 3986 `pchar`, without the semicolon: servers differ on whether it ends a segment or separates parameters.
const CLASSES = classes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!$&'()*+,=:@", {
  '%': PERCENT,
  '/': SLASH,
  '?': QUESTION_MARK,
  '.': DOT,
});
const HEX = hexDigits();
const NO_QUERY: ReadonlyMap<string, string> = new Map();

/**
 * Why the target cannot be read in one way only, or undefined. Absolute and asterisk forms, empty and dot segments,
 * backslashes, semicolons, fragments, encoded separators and percent signs in the path, control characters, what is
 * not ASCII or not UTF-8 once decoded.
 */
export function checkTarget(target: string): RefusalCode | undefined {
  const query = scanPath(target);
  if (query < 0) return 'target-ambiguous';
  if (query < target.length) {
    if (!scanQuery(target, query + 1)) return 'target-ambiguous';
    if (/[?&]access_token(?:[=&]|$)/i.test(target)) return 'token-in-query';
  }
  return isUtf8(target) ? undefined : 'target-ambiguous';
}

/** The parts of a target, decoded once, or why it cannot be split in one way. Checks what `checkTarget` does as well. */
export function splitTarget(target: string): Target | RefusalCode {
  const mark = scanPath(target);
  if (mark < 0 || !scanQuery(target, mark + 1)) return 'target-ambiguous';
  try {
    const segments = splitPath(target.slice(1, mark));
    if (mark === target.length) return { segments, query: NO_QUERY };
    const query = splitQuery(target.slice(mark + 1));
    return typeof query === 'string' ? query : { segments, query };
  } catch {
    return 'target-ambiguous'; // Not UTF-8: the only thing that decoding throws at once the percent signs are right.
  }
}

function splitPath(path: string): readonly string[] {
  const segments = path.split('/');
  return path.includes('%') ? segments.map((segment) => decodeURIComponent(segment)) : segments;
}

function splitQuery(text: string): ReadonlyMap<string, string> | RefusalCode {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    if (equals < 1) return 'target-ambiguous';
    const name = decodeParameter(pair.slice(0, equals));
    if (name.toLowerCase() === 'access_token') return 'token-in-query';
    if (query.has(name)) return 'parameter-repeated';
    query.set(name, decodeParameter(pair.slice(equals + 1)));
  }
  return query;
}

// A plus sign is a space in a query (WHATWG URL, application/x-www-form-urlencoded), as every provider reads it.
function decodeParameter(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced;
}

/** Where the path ends, or -1 where it is ambiguous. */
function scanPath(target: string): number {
  if (target.charCodeAt(0) !== 0x2f) return -1;
  // True while the segment holds nothing but dots and spaces: nothing, ".", "..", and what some servers cut to them.
  let isHollow = true;
  let at = 1;
  for (; at < target.length; at += 1) {
    switch (classAt(target, at)) {
      case ORDINARY:
        isHollow = false;
        break;
      case DOT:
        break;
      case SLASH:
        if (isHollow) return -1;
        isHollow = true;
        break;
      case PERCENT: {
        const byte = byteAt(target, at);
        if (!mayStandEncodedInPath(byte)) return -1;
        if (byte !== 0x2e && byte !== 0x20) isHollow = false;
        at += 2;
        break;
      }
      case QUESTION_MARK:
        return isHollow && !endsWithSlash(target, at) ? -1 : at;
      default:
        return -1;
    }
  }
  return isHollow && !endsWithSlash(target, at) ? -1 : at;
}

function endsWithSlash(target: string, end: number): boolean {
  return target.charCodeAt(end - 1) === 0x2f;
}

function scanQuery(target: string, from: number): boolean {
  for (let at = from; at < target.length; at += 1) {
    const kind = classAt(target, at);
    if (kind === REFUSED) return false;
    if (kind !== PERCENT) continue;
    const byte = byteAt(target, at);
    if (byte < 0x20 || byte === 0x7f) return false;
    at += 2;
  }
  return true;
}

function classAt(target: string, at: number): number {
  return CLASSES[target.charCodeAt(at)] ?? REFUSED;
}

/** The byte that the three characters from `at` stand for, or -1. */
function byteAt(target: string, at: number): number {
  const high = HEX[target.charCodeAt(at + 1)] ?? -1;
  const low = HEX[target.charCodeAt(at + 2)] ?? -1;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** Not a control character, and none of `/ \ % ; ? #`: each is a separator to some server after one decoding more. */
function mayStandEncodedInPath(byte: number): boolean {
  if (byte < 0x20 || byte === 0x7f) return false;
  return byte !== 0x2f && byte !== 0x5c && byte !== 0x25 && byte !== 0x3b && byte !== 0x3f && byte !== 0x23;
}

function isUtf8(target: string): boolean {
  if (!/%[89a-f]/i.test(target)) return true;
  try {
    decodeURIComponent(target);
    return true;
  } catch {
    return false;
  }
}

function classes(ordinary: string, special: Readonly<Record<string, number>>): Uint8Array {
  const table = new Uint8Array(128);
  for (const mark of ordinary) table[mark.charCodeAt(0)] = ORDINARY;
  for (const [mark, kind] of Object.entries(special)) table[mark.charCodeAt(0)] = kind;
  return table;
}

function hexDigits(): Int8Array {
  const table = new Int8Array(128).fill(-1);
  for (const [value, digit] of [...'0123456789abcdef'].entries()) {
    table[digit.charCodeAt(0)] = value;
    table[digit.toUpperCase().charCodeAt(0)] = value;
  }
  return table;
}
