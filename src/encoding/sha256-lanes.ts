/** SHA-256 (FIPS 180-4) of many messages of one shape, four at a time in the lanes of WebAssembly, over a memory of its own. */
import { CONSTANTS_AT, FREE_AT, LANES_BYTES, STATE_WORDS } from './sha256-block.ts';
import { SHA256_FUNCTIONS } from './sha256-rows.ts';
import { assembleModule } from './wasm-assembler.ts';

/** What is used of the WebAssembly JavaScript interface (W3C), which the types of Node leave out. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: LaneFunctions };
};

interface LaneFunctions {
  hash(
    rows: number,
    stride: number,
    rowBytes: number,
    count: number,
    state: number,
    to: number,
    toStride: number,
  ): number;
  nodes(from: number, count: number, state: number, to: number): number;
  copy(from: number, fromStride: number, to: number, toStride: number, bytes: number, count: number): number;
}

const PAGE = 0x10000;
/** Bytes of one block, of one digest and of one state. */
export const BLOCK_BYTES = 64;
export const DIGEST_BYTES = 32;
export const STATE_BYTES = STATE_WORDS * LANES_BYTES;
/** The state that every hash begins with. */
export const FIRST_STATE = FREE_AT;
/** From here on the memory belongs to whoever made it. */
export const ROOM_AT = FREE_AT + STATE_BYTES;

const LENGTH_BYTES = 8;

/**
 * Hashes rows that its owner writes into `bytes`. Addresses are places in `bytes`. Calls work on whole fours: up to three
 * rows behind the last are read, and results for them written, which mean nothing.
 */
export class Sha256Lanes {
  /** The memory; it never moves. */
  readonly bytes: Buffer;
  readonly #words: Int32Array;
  readonly #functions: LaneFunctions;

  /** @param size bytes of memory that are needed, those before `ROOM_AT` included. */
  constructor(size: number) {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) });
    this.bytes = Buffer.from(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    theModule ??= new WebAssembly.Module(assembleModule([], SHA256_FUNCTIONS));
    this.#functions = new WebAssembly.Instance(theModule, { env: { memory } }).exports;
    const primes = firstPrimes(64);
    this.#fourTimes(CONSTANTS_AT, primes.map(Math.cbrt).map(fraction));
    this.#fourTimes(FIRST_STATE, primes.slice(0, STATE_WORDS).map(Math.sqrt).map(fraction));
  }

  /**
   * Hashes `count` (at least one) padded messages.
   *
   * @param rows where the first message begins, and after `stride` bytes the next.
   * @param rowBytes bytes of each with its padding: a multiple of 64.
   * @param state where the state stands that they begin with.
   * @param to where the first digest goes, and after `toStride` bytes the next; the rows may be overwritten by it only
   * where `toStride` is not above `stride` and `to` not above `rows`.
   */
  hash(
    rows: number,
    stride: number,
    rowBytes: number,
    count: number,
    state: number,
    to: number,
    toStride: number,
  ): void {
    this.#functions.hash(rows, stride, rowBytes, count, state, to, toStride);
  }

  /** Hashes `count` (at least one) pairs of digests into tree nodes (RFC 6962 section 2.1); `to` may be `from`. */
  nodes(from: number, count: number, to: number): void {
    this.#functions.nodes(from, count, FIRST_STATE, to);
  }

  /** Copies `count` (at least one) rows of `bytes` bytes, a multiple of sixteen; nothing beside them is touched. */
  copy(from: number, fromStride: number, to: number, toStride: number, bytes: number, count: number): void {
    this.#functions.copy(from, fromStride, to, toStride, bytes, count);
  }

  /**
   * Writes the state after one block to `state`, so that what always begins with it is hashed once.
   *
   * @param scratch where four blocks and four digests may be written.
   */
  stateAfter(block: Uint8Array, state: number, scratch: number): void {
    this.bytes.set(block, scratch);
    const digest = scratch + 4 * BLOCK_BYTES;
    this.hash(scratch, BLOCK_BYTES, BLOCK_BYTES, 1, FIRST_STATE, digest, DIGEST_BYTES);
    const words = Array.from({ length: STATE_WORDS }, (_, nth) => this.bytes.readInt32BE(digest + 4 * nth));
    this.bytes.fill(0, scratch, digest + 4 * DIGEST_BYTES);
    this.#fourTimes(state, words);
  }

  #fourTimes(at: number, values: readonly number[]): void {
    values.forEach((value, nth) => {
      const first = (at + nth * LANES_BYTES) >> 2;
      this.#words.fill(value, first, first + 4);
    });
  }
}

let theModule: object | undefined;

/**
 * Ends a message as section 5.1.1 has it.
 *
 * @param start where the row begins.
 * @param messageBytes bytes of the message in the row.
 * @param rowBytes bytes of the row: at least nine more, of which those behind the message are zero.
 * @param before bytes that the state of the beginning stands for.
 */
export function endMessage(
  bytes: Uint8Array,
  start: number,
  messageBytes: number,
  rowBytes: number,
  before = 0,
): void {
  const bits = 8 * (before + messageBytes);
  const end = start + rowBytes;
  bytes[start + messageBytes] = 0x80;
  bytes[end - 2] = bits >> 8;
  bytes[end - 1] = bits & 0xff;
}

/** How many bytes of a message fit into a row. */
export function roomFor(rowBytes: number): number {
  return rowBytes - 1 - LENGTH_BYTES;
}

/** The constants of section 4.2.2 and 5.3.3 are the first 32 bits behind the point of roots of primes. */
function fraction(root: number): number {
  return Math.floor((root % 1) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}
