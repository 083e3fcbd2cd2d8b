/** The scanner's functions for one token of JSON (RFC 8259): strings, their escapes, numbers, words. */
import {
  add,
  and,
  below,
  below16,
  belowSigned,
  between,
  bits16,
  bytes16,
  type Code,
  call,
  equal,
  equal16,
  type FunctionText,
  get,
  giveBack,
  i32,
  increase,
  isByte,
  isZero,
  jump,
  jumpIf,
  load8,
  load32,
  load128,
  loop,
  minus,
  notEqual,
  or,
  or16,
  set,
  shiftRight,
  store32,
  trailingZeros,
  unreachable,
  when,
} from '../encoding/wasm-assembler.ts';
import {
  DIGITS_END,
  ESCAPE_END,
  NUMBER_END,
  SAID_ESCAPED,
  STRING_END,
  VALUE_ESCAPED,
  WORD_END,
} from './layout.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** `stringEnd(from)`: the position after the string that opens at `from`, or minus the position that breaks it. */
const stringEnd = ((): Code => {
  const [at, stops, sixteen] = [0, 1, 2];
  return [
    ...increase(at),
    ...loop(
      'on',
      set(sixteen, load128(get(at))),
      set(
        stops,
        bits16(
          or16(
            or16(equal16(get(sixteen), bytes16(QUOTE)), equal16(get(sixteen), bytes16(BACKSLASH))),
            below16(get(sixteen), bytes16(SPACE)),
          ),
        ),
      ),
      when(isZero(get(stops)), [increase(at, 16), jump('on')]),
      set(at, add(get(at), trailingZeros(get(stops)))),
      when(isByte(load8(get(at)), QUOTE), [giveBack(add(get(at), i32(1)))]),
      when(notEqual(load8(get(at)), i32(BACKSLASH)), [giveBack(minus(get(at)))]),
      store32(i32(SAID_ESCAPED), i32(VALUE_ESCAPED)),
      set(at, call(ESCAPE_END, add(get(at), i32(1)))),
      jumpIf('on', belowSigned(i32(0), get(at))),
    ),
    ...get(at),
  ];
})();

/** `escapeEnd(from)`: the position after the escape whose backslash stands before `from`, or minus what breaks it. */
const escapeEnd = ((): Code => {
  const [at, c, last] = [0, 1, 2];
  const simple = ['"', '\\', '/', 'b', 'f', 'n', 'r', 't'].map((it) => isByte(get(c), it.charCodeAt(0)));
  return [
    ...set(c, load8(get(at))),
    ...when(simple.reduce(or), [giveBack(add(get(at), i32(1)))]),
    ...when(notEqual(get(c), i32(0x75)), [giveBack(minus(get(at)))]),
    ...set(last, add(get(at), i32(4))),
    ...loop(
      'digit',
      increase(at),
      set(c, load8(get(at))),
      when(isZero(or(between(get(c), 0x30, 0x39), between(or(get(c), i32(0x20)), 0x61, 0x66))), [
        giveBack(minus(get(at))),
      ]),
      jumpIf('digit', below(get(at), get(last))),
    ),
    ...add(get(at), i32(1)),
  ];
})();

/** `numberEnd(from)`, section 6: a minus, digits without a leading zero, a fraction, an exponent. */
const numberEnd = ((): Code => {
  const [at, c] = [0, 1];
  const digits = [
    set(at, call(DIGITS_END, get(at))),
    when(belowSigned(get(at), i32(0)), [giveBack(get(at))]),
  ];
  return [
    ...when(isByte(load8(get(at)), 0x2d), [increase(at)]),
    ...when(isByte(load8(get(at)), 0x30), [increase(at)], digits),
    ...when(isByte(load8(get(at)), 0x2e), [increase(at), ...digits]),
    ...when(isByte(or(load8(get(at)), i32(0x20)), 0x65), [
      increase(at),
      set(c, load8(get(at))),
      when(or(isByte(get(c), 0x2b), isByte(get(c), 0x2d)), [increase(at)]),
      ...digits,
    ]),
    ...get(at),
  ];
})();

/** `digitsEnd(from)`: one digit or more. */
const digitsEnd = ((): Code => {
  const at = 0;
  const isDigit = between(load8(get(at)), 0x30, 0x39);
  return [
    ...when(isZero(isDigit), [giveBack(minus(get(at)))]),
    ...loop('on', increase(at), jumpIf('on', isDigit)),
    ...get(at),
  ];
})();

/** `wordEnd(from, word)`: the position after the four letters, lowest byte first, or minus what breaks them. */
const wordEnd = ((): Code => {
  const [at, word] = [0, 1];
  return [
    ...when(equal(load32(get(at)), get(word)), [giveBack(add(get(at), i32(4)))]),
    ...loop(
      'letter',
      when(notEqual(load8(get(at)), and(get(word), i32(0xff))), [giveBack(minus(get(at)))]),
      set(word, shiftRight(get(word), i32(8))),
      increase(at),
      jump('letter'),
    ),
    ...unreachable,
  ];
})();

/** Each takes where its token begins, and gives where it ends or minus the position that breaks the grammar. */
export const TOKEN_FUNCTIONS: readonly FunctionText[] = [
  { name: 'stringEnd', index: STRING_END, parameters: 1, locals: 1, vectors: 1, body: stringEnd },
  { name: 'escapeEnd', index: ESCAPE_END, parameters: 1, locals: 2, body: escapeEnd },
  { name: 'numberEnd', index: NUMBER_END, parameters: 1, locals: 1, body: numberEnd },
  { name: 'digitsEnd', index: DIGITS_END, parameters: 1, locals: 0, body: digitsEnd },
  { name: 'wordEnd', index: WORD_END, parameters: 2, locals: 0, body: wordEnd },
];
