/** A strict scanner of JSON (RFC 8259): proves one value well-formed and writes where everything in it stands. */

/**
 * Each value that was read takes six integers on the tape, in the order of the text:
 * where its name begins and ends (0 and 0 in an array), where it begins and ends, the tape index after it and all
 * that it holds, and its kind with two flags.
 */
export const NAME_START = 0;
export const NAME_END = 1;
export const VALUE_START = 2;
export const VALUE_END = 3;
export const NEXT = 4;
export const KIND = 5;
export const STRIDE = 6;

export const STRING = 0;
export const NUMBER = 1;
export const TRUE = 2;
export const FALSE = 3;
export const NULL = 4;
export const OBJECT = 5;
export const ARRAY = 6;
export const KIND_BITS = 7;
/** The string value holds a backslash. */
export const VALUE_ESCAPED = 8;
/** The name holds a backslash. */
export const NAME_ESCAPED = 16;

/** Results of `scanValue` that are no position. */
export const UNFINISHED = -1;
export const MALFORMED = -2;
export const TOO_DEEP = -3;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const TRUE_TEXT = Uint8Array.from('true', (c) => c.charCodeAt(0));
const FALSE_TEXT = Uint8Array.from('false', (c) => c.charCodeAt(0));
const NULL_TEXT = Uint8Array.from('null', (c) => c.charCodeAt(0));

/** Bytes that stand for themselves in a string: not control characters, quotes or backslashes (section 7). */
const PLAIN = new Uint8Array(256).fill(1).fill(0, 0, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

const DIGIT = table('0123456789');
const HEX = table('0123456789abcdefABCDEF');
const SIMPLE_ESCAPE = table('"\\/bfnrt');

function table(characters: string): Uint8Array {
  const marks = new Uint8Array(256);
  for (const character of characters) marks[character.charCodeAt(0)] = 1;
  return marks;
}

/** Most objects and arrays inside one another that the scanner can follow. */
export const DEEPEST = 4096;

/** The tape indexes of what is open, from the outside inwards. */
const open = new Int32Array(DEEPEST);
let escaped = false;
let escapedNames = false;

/** True if a name in the value that was last scanned holds a backslash. */
export function sawEscapedNames(): boolean {
  return escapedNames;
}

/**
 * Scans the value that begins at `from`, or after white space there. `from` is above zero and `bytes[end]` is zero,
 * which stands nowhere in JSON, so that no run goes past the end.
 *
 * @returns the position after the value; or `UNFINISHED` where the bytes end within it (a number that touches the end
 * is unfinished); `MALFORMED`; `TOO_DEEP` where more than `mostDepth` objects and arrays stand inside one another.
 */
export function scanValue(
  bytes: Uint8Array,
  tape: Int32Array,
  from: number,
  end: number,
  mostDepth: number,
): number {
  let at = from;
  let node = 0;
  let depth = 0;
  let inObject = false;
  escapedNames = false;
  for (;;) {
    let flags = 0;
    let c = bytes[at] as number;
    while (c <= 0x20 && isSpace(c)) c = bytes[++at] as number;
    if (inObject) {
      if (c !== QUOTE) return broken(at, end);
      tape[node] = at;
      at = scanString(bytes, at);
      if (at < 0) return broken(-at, end);
      tape[node + NAME_END] = at;
      if (escaped) {
        flags = NAME_ESCAPED;
        escapedNames = true;
      }
      c = bytes[at] as number;
      while (c <= 0x20 && isSpace(c)) c = bytes[++at] as number;
      if (c !== COLON) return broken(at, end);
      c = bytes[++at] as number;
      while (c <= 0x20 && isSpace(c)) c = bytes[++at] as number;
    } else {
      tape[node] = 0;
      tape[node + NAME_END] = 0;
    }
    tape[node + VALUE_START] = at;
    if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
      if (depth === mostDepth) return TOO_DEEP;
      inObject = c === OPEN_OBJECT;
      tape[node + KIND] = flags | (inObject ? OBJECT : ARRAY);
      open[depth] = node;
      depth += 1;
      node += STRIDE;
      c = bytes[++at] as number;
      while (c <= 0x20 && isSpace(c)) c = bytes[++at] as number;
      if (c !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) continue;
    } else {
      if (c === QUOTE) {
        at = scanString(bytes, at);
        if (escaped) flags |= VALUE_ESCAPED;
      } else if (c === 0x74) {
        at = scanWord(bytes, at, TRUE_TEXT);
        flags |= TRUE;
      } else if (c === 0x66) {
        at = scanWord(bytes, at, FALSE_TEXT);
        flags |= FALSE;
      } else if (c === 0x6e) {
        at = scanWord(bytes, at, NULL_TEXT);
        flags |= NULL;
      } else {
        at = scanNumber(bytes, at);
        if (at === end) return UNFINISHED;
        flags |= NUMBER;
      }
      if (at < 0) return broken(-at, end);
      tape[node + VALUE_END] = at;
      tape[node + KIND] = flags;
      node += STRIDE;
      tape[node - STRIDE + NEXT] = node;
      if (depth === 0) return at;
      c = bytes[at] as number;
      while (c <= 0x20 && isSpace(c)) c = bytes[++at] as number;
    }
    while (c !== COMMA) {
      if (c !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return broken(at, end);
      at += 1;
      depth -= 1;
      const closed = open[depth] as number;
      tape[closed + VALUE_END] = at;
      tape[closed + NEXT] = node;
      if (depth === 0) return at;
      inObject = ((tape[(open[depth - 1] as number) + KIND] as number) & KIND_BITS) === OBJECT;
      c = bytes[at] as number;
      while (c <= 0x20 && isSpace(c)) c = bytes[++at] as number;
    }
    at += 1;
  }
}

/** The position of the first byte that breaks the grammar: at the end, more bytes may still mend it. */
function broken(at: number, end: number): number {
  return at >= end ? UNFINISHED : MALFORMED;
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
}

/** The position after the string whose opening quote stands at `from`, or minus the position that breaks it. */
function scanString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  escaped = false;
  for (;;) {
    while (PLAIN[bytes[at] as number] === 1) at += 1;
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] !== BACKSLASH) return -at;
    escaped = true;
    at = scanEscape(bytes, at + 1);
    if (at < 0) return at;
  }
}

function scanEscape(bytes: Uint8Array, from: number): number {
  if (SIMPLE_ESCAPE[bytes[from] as number] === 1) return from + 1;
  if (bytes[from] !== 0x75) return -from;
  for (let at = from + 1; at < from + 5; at += 1) {
    if (HEX[bytes[at] as number] === 0) return -at;
  }
  return from + 5;
}

function scanWord(bytes: Uint8Array, from: number, word: Uint8Array): number {
  for (let index = 1; index < word.length; index += 1) {
    if (bytes[from + index] !== word[index]) return -(from + index);
  }
  return from + word.length;
}

/** Section 6: a minus, digits without a leading zero, a fraction, an exponent. */
function scanNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  if (bytes[at] === ZERO) at += 1;
  else {
    at = scanDigits(bytes, at);
    if (at < 0) return at;
  }
  if (bytes[at] === POINT) {
    at = scanDigits(bytes, at + 1);
    if (at < 0) return at;
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at += 1;
    if (bytes[at] === PLUS || bytes[at] === MINUS) at += 1;
    at = scanDigits(bytes, at);
  }
  return at;
}

/** One digit or more. */
function scanDigits(bytes: Uint8Array, from: number): number {
  if (DIGIT[bytes[from] as number] === 0) return -from;
  let at = from + 1;
  while (DIGIT[bytes[at] as number] === 1) at += 1;
  return at;
}
