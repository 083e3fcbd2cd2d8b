/** SHA-256 of many messages that lie in rows, four at a time (FIPS 180-4; tree nodes of RFC 6962), as WebAssembly functions. */
import { BLOCK_WORDS, COMPRESS, compress, LANES_BYTES, STATE_AT, WORDS_AT } from './sha256-block.ts';
import {
  add,
  belowSigned,
  type Code,
  call,
  drop,
  type FunctionText,
  get,
  i32,
  increase,
  jumpIf,
  lanes,
  load128,
  loop,
  notEqual,
  or16,
  pick16,
  set,
  shiftLanesLeft,
  shiftLanesRight,
  shiftLeft,
  store128,
} from './wasm-assembler.ts';

const NOTHING = i32(0);
const NUMBERS = Array.from({ length: BLOCK_WORDS }, (_, nth) => nth);

function word(at: number): Code {
  return load128(NOTHING, WORDS_AT + at * LANES_BYTES);
}

const SWAPPED = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];
const LOW_WORDS = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
const HIGH_WORDS = LOW_WORDS.map((place) => place + 8);
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const HIGH_HALVES = LOW_HALVES.map((place) => place + 8);

/** Between the order of the machine and the big-endian order of the standard. */
function swapped(value: Code): Code {
  return pick16(value, value, SWAPPED);
}

/** Turns rows of four words into columns: four vectors from `first` on, by way of four from `scratch` on. */
function transpose(first: number, scratch: number): Code {
  const [w, x, y, z] = [get(first), get(first + 1), get(first + 2), get(first + 3)];
  const [low, lower, high, higher] = [scratch, scratch + 1, scratch + 2, scratch + 3];
  return [
    set(low, pick16(w, x, LOW_WORDS)),
    set(lower, pick16(y, z, LOW_WORDS)),
    set(high, pick16(w, x, HIGH_WORDS)),
    set(higher, pick16(y, z, HIGH_WORDS)),
    set(first, pick16(get(low), get(lower), LOW_HALVES)),
    set(first + 1, pick16(get(low), get(lower), HIGH_HALVES)),
    set(first + 2, pick16(get(high), get(higher), LOW_HALVES)),
    set(first + 3, pick16(get(high), get(higher), HIGH_HALVES)),
  ].flat();
}

const FOUR = [0, 1, 2, 3];

/** Where the row of a lane is. */
function rowOf(row: number, stride: Code, lane: number): Code {
  if (lane === 0) return get(row);
  const steps =
    lane === 3 ? add(shiftLeft(stride, i32(1)), stride) : lane === 2 ? shiftLeft(stride, i32(1)) : stride;
  return add(get(row), steps);
}

/** Writes the words of four blocks, `stride` apart, to WORDS_AT; uses eight vectors. */
function gather(row: number, stride: Code, vectors: number): Code {
  return FOUR.flatMap((quarter) => [
    ...FOUR.flatMap((lane) =>
      set(vectors + lane, swapped(load128(rowOf(row, stride, lane), quarter * LANES_BYTES))),
    ),
    ...transpose(vectors, vectors + 4),
    ...FOUR.flatMap((nth) =>
      store128(NOTHING, get(vectors + nth), WORDS_AT + (4 * quarter + nth) * LANES_BYTES),
    ),
  ]);
}

/** Writes the state as four digests, `stride` apart. */
function scatter(row: number, stride: Code, vectors: number): Code {
  return [0, 1].flatMap((half) => [
    ...FOUR.flatMap((nth) => set(vectors + nth, load128(NOTHING, STATE_AT + (4 * half + nth) * LANES_BYTES))),
    ...transpose(vectors, vectors + 4),
    ...FOUR.flatMap((lane) =>
      store128(rowOf(row, stride, lane), swapped(get(vectors + lane)), half * LANES_BYTES),
    ),
  ]);
}

function compressFrom(state: Code): Code {
  return drop(call(COMPRESS, state, i32(STATE_AT)));
}

/** Parameters of `hash`; then the block's place within the rows, the block's address and the state before it. */
const HASH = {
  rows: 0,
  stride: 1,
  blockBytes: 2,
  count: 3,
  state: 4,
  to: 5,
  toStride: 6,
  at: 7,
  row: 8,
  before: 9,
};
const HASH_VECTORS = 10;

const hash: FunctionText = {
  name: 'hash',
  index: 1,
  parameters: 7,
  locals: 3,
  vectors: 8,
  body: [
    ...loop(
      'fours',
      set(HASH.at, i32(0)),
      set(HASH.before, get(HASH.state)),
      loop(
        'blocks',
        set(HASH.row, add(get(HASH.rows), get(HASH.at))),
        gather(HASH.row, get(HASH.stride), HASH_VECTORS),
        compressFrom(get(HASH.before)),
        set(HASH.before, i32(STATE_AT)),
        increase(HASH.at, 4 * BLOCK_WORDS),
        jumpIf('blocks', notEqual(get(HASH.at), get(HASH.blockBytes))),
      ),
      scatter(HASH.to, get(HASH.toStride), HASH_VECTORS),
      set(HASH.rows, add(get(HASH.rows), shiftLeft(get(HASH.stride), i32(2)))),
      set(HASH.to, add(get(HASH.to), shiftLeft(get(HASH.toStride), i32(2)))),
      increase(HASH.count, -4),
      jumpIf('fours', belowSigned(i32(0), get(HASH.count))),
    ),
    ...NOTHING,
  ],
};

const NODE = { from: 0, count: 1, state: 2, to: 3 };
const NODE_VECTORS = 4;
const PAIR_BYTES = i32(64);
const DIGEST_BYTES = i32(32);

/** Moves the words that were gathered by one byte, behind the prefix of a node; what falls out begins the second block. */
const prefixed: Code = [
  ...set(NODE_VECTORS, lanes(i32(1))),
  ...NUMBERS.flatMap((nth) => [
    ...set(NODE_VECTORS + 1, word(nth)),
    ...store128(
      NOTHING,
      or16(shiftLanesLeft(get(NODE_VECTORS), 24), shiftLanesRight(get(NODE_VECTORS + 1), 8)),
      WORDS_AT + nth * LANES_BYTES,
    ),
    ...set(NODE_VECTORS, get(NODE_VECTORS + 1)),
  ]),
];

/** Bits of a prefix and two digests. */
const NODE_BITS = 8 * 65;

const secondBlock: Code = NUMBERS.flatMap((nth) => {
  const first = or16(shiftLanesLeft(get(NODE_VECTORS), 24), lanes(i32(0x800000)));
  const value = nth === 0 ? first : lanes(i32(nth === 15 ? NODE_BITS : 0));
  return store128(NOTHING, value, WORDS_AT + nth * LANES_BYTES);
});

const nodes: FunctionText = {
  name: 'nodes',
  index: 2,
  parameters: 4,
  locals: 0,
  vectors: 8,
  body: [
    ...loop(
      'fours',
      gather(NODE.from, PAIR_BYTES, NODE_VECTORS),
      prefixed,
      compressFrom(get(NODE.state)),
      secondBlock,
      compressFrom(i32(STATE_AT)),
      scatter(NODE.to, DIGEST_BYTES, NODE_VECTORS),
      increase(NODE.from, 256),
      increase(NODE.to, 128),
      increase(NODE.count, -4),
      jumpIf('fours', belowSigned(i32(0), get(NODE.count))),
    ),
    ...NOTHING,
  ],
};

const COPY = { from: 0, fromStride: 1, to: 2, toStride: 3, bytes: 4, count: 5, at: 6 };

const copy: FunctionText = {
  name: 'copy',
  index: 3,
  parameters: 6,
  locals: 1,
  body: [
    ...loop(
      'rows',
      set(COPY.at, i32(0)),
      loop(
        'sixteens',
        store128(add(get(COPY.to), get(COPY.at)), load128(add(get(COPY.from), get(COPY.at)))),
        increase(COPY.at, LANES_BYTES),
        jumpIf('sixteens', notEqual(get(COPY.at), get(COPY.bytes))),
      ),
      set(COPY.from, add(get(COPY.from), get(COPY.fromStride))),
      set(COPY.to, add(get(COPY.to), get(COPY.toStride))),
      increase(COPY.count, -1),
      jumpIf('rows', belowSigned(i32(0), get(COPY.count))),
    ),
    ...NOTHING,
  ],
};

/** In the order of their index. */
export const SHA256_FUNCTIONS: readonly FunctionText[] = [compress, hash, nodes, copy];
