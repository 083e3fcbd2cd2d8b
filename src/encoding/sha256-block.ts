/** One block of SHA-256 (FIPS 180-4 section 6.2) for four messages at once, one in each lane of 32 bits, as WebAssembly. */
import {
  addLanes,
  and16,
  type Code,
  type FunctionText,
  get,
  i32,
  increase,
  jumpIf,
  load128,
  loop,
  notEqual,
  or16,
  set,
  shiftLanesLeft,
  shiftLanesRight,
  store128,
  xor16,
} from './wasm-assembler.ts';

/** Bytes of four lanes. */
export const LANES_BYTES = 16;
/** Sixteen words of one block, four lanes each; what is left there after a block means nothing. */
export const WORDS_AT = 0;
/** The round constants, each four times. */
export const CONSTANTS_AT = 0x100;
/** The state that a block leaves: eight words, four lanes each. */
export const STATE_AT = 0x500;
/** What stands in memory from here on is touched only where a call says so. */
export const FREE_AT = 0x600;

export const STATE_WORDS = 8;
export const BLOCK_WORDS = 16;
const ROUND_BYTES = BLOCK_WORDS * LANES_BYTES;
export const COMPRESS = 0;
const NOTHING = i32(0);

function rotated(value: Code, bits: number): Code {
  return or16(shiftLanesRight(value, bits), shiftLanesLeft(value, 32 - bits));
}

function threeRotated(value: Code, ...bits: readonly [number, number, number]): Code {
  return xor16(xor16(rotated(value, bits[0]), rotated(value, bits[1])), rotated(value, bits[2]));
}

/** σ of section 4.1.2: two turns and a shift. */
function spread(value: Code, one: number, other: number, shift: number): Code {
  return xor16(xor16(rotated(value, one), rotated(value, other)), shiftLanesRight(value, shift));
}

function word(at: number): Code {
  return load128(NOTHING, WORDS_AT + (at % BLOCK_WORDS) * LANES_BYTES);
}

/** Locals of `compress`: parameters `from`, `to`, then the place among the constants, then vectors. */
const FROM = 0;
const TO = 1;
const ROUND = 2;
const LETTERS = 3;
/** b xor c, which is a xor b of the round before. */
const PAIR = LETTERS + STATE_WORDS;
const MADE = PAIR + 1;
const NEXT_PAIR = MADE + 1;

/** One round: the letters turn by name instead of moving. */
function round(nth: number): Code {
  const letter = (place: number) => LETTERS + ((place - nth + BLOCK_WORDS) % STATE_WORDS);
  const [a, b, d, e] = [get(letter(0)), get(letter(1)), get(letter(3)), get(letter(4))];
  const [f, g, h] = [get(letter(5)), get(letter(6)), get(letter(7))];
  const input = addLanes(load128(get(ROUND), CONSTANTS_AT + nth * LANES_BYTES), word(nth));
  const choice = xor16(g, and16(e, xor16(f, g)));
  const sum = addLanes(addLanes(addLanes(h, input), choice), threeRotated(e, 6, 11, 25));
  const majority = xor16(b, and16(get(NEXT_PAIR), get(PAIR)));
  return [
    set(MADE, sum),
    set(letter(3), addLanes(d, get(MADE))),
    set(NEXT_PAIR, xor16(a, b)),
    set(letter(7), addLanes(addLanes(get(MADE), threeRotated(a, 2, 13, 22)), majority)),
    set(PAIR, get(NEXT_PAIR)),
  ].flat();
}

/** The word that stands sixteen later, in the place of the one that its round has used. */
function schedule(nth: number): Code {
  const early = addLanes(word(nth), spread(word(nth + 1), 7, 18, 3));
  const late = addLanes(word(nth + 9), spread(word(nth + 14), 17, 19, 10));
  return store128(NOTHING, addLanes(early, late), WORDS_AT + nth * LANES_BYTES);
}

const NUMBERS = Array.from({ length: BLOCK_WORDS }, (_, nth) => nth);
const STATE_NUMBERS = NUMBERS.slice(0, STATE_WORDS);

/** `compress(from, to)`: one block of four lanes, from the words at WORDS_AT and the state at `from`. */
export const compress: FunctionText = {
  name: 'compress',
  index: COMPRESS,
  parameters: 2,
  locals: 1,
  vectors: STATE_WORDS + 3,
  body: [
    ...STATE_NUMBERS.flatMap((nth) => set(LETTERS + nth, load128(get(FROM), nth * LANES_BYTES))),
    ...set(PAIR, xor16(get(LETTERS + 1), get(LETTERS + 2))),
    ...loop(
      'rounds',
      ...NUMBERS.flatMap((nth) => [round(nth), schedule(nth)]),
      increase(ROUND, ROUND_BYTES),
      jumpIf('rounds', notEqual(get(ROUND), i32(3 * ROUND_BYTES))),
    ),
    ...NUMBERS.flatMap(round),
    ...STATE_NUMBERS.flatMap((nth) => {
      const before = load128(get(FROM), nth * LANES_BYTES);
      return store128(get(TO), addLanes(get(LETTERS + nth), before), nth * LANES_BYTES);
    }),
    ...NOTHING,
  ],
};
