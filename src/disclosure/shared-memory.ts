/** The memory that the scanner shares with the filter, and what stands where in it behind the plan. */
import { COLON_AT, COMMA_AT, CRLF_AT, DEEPEST, EMPTY_CELL_AT, ENTRY, PLAN } from './layout.ts';
import { type EscapedName, newScanner, type Scanner, type ScannerMemory } from './scanner.ts';

/** Bytes that are looked at in one go unless a record is longer: a chunk of 64 KiB with a record begun before it. */
export const WINDOW_BYTES = 96 * 1024;
const PAGE = 0x10000;
/** Room for the names of most plans; a larger plan moves the window. */
const PLAN_ROOM = 0x10000;
/** The zero byte after the window, and what may be read or written behind a place in steps of sixteen. */
const SLACK = 64;
/** Most ranges that one tape entry can need: a comma, a name, a colon and two for what it holds. */
const RANGES = 5;
const RANGE = 8;
/** Room for text that does not stand in the answer. */
const MADE_ROOM = 0x4000;

export class SharedMemory {
  readonly scanner: Scanner;
  bytes = new Uint8Array(0);
  /** The same bytes, for the methods that only a Buffer has. */
  buffer = Buffer.alloc(0);
  words = new Int32Array(0);
  /** Where the window of the answer begins. */
  window = 0;
  /** Where the tape begins. */
  tape = 0;
  /** Where the kept ranges begin and end, each a start and an end. */
  ranges = 0;
  rangesEnd = 0;
  /** Where kept bytes are gathered. */
  gathered = 0;
  /** Where text goes that does not stand in the answer. */
  made = 0;
  madeEnd = 0;
  readonly #memory: ScannerMemory;
  #size = 0;

  constructor(escapedName: EscapedName) {
    const { scanner, memory } = newScanner(PLAN / PAGE, escapedName);
    this.scanner = scanner;
    this.#memory = memory;
    this.#lay(PLAN_ROOM, WINDOW_BYTES);
  }

  /** Makes room for the plan's image. True where that moved and emptied all that stands behind it. */
  reservePlan(size: number): boolean {
    if (size <= this.window - PLAN) return false;
    this.#lay(size, this.#size);
    return true;
  }

  /** Makes room for a window of `size` bytes. True where that moved and emptied all that stands behind the plan. */
  reserveWindow(size: number): boolean {
    if (size <= this.#size) return false;
    this.#lay(this.window - PLAN, size);
    return true;
  }

  /** Pages that are never touched cost nothing, so there is room for the worst that a window can hold. */
  #lay(plan: number, size: number): void {
    // Two bytes for each value, but for what is still open: that has no closing byte yet.
    const entries = Math.ceil(size / 2) + DEEPEST;
    this.#size = size;
    this.window = PLAN + aligned(plan);
    this.tape = this.window + aligned(size + SLACK);
    this.ranges = this.tape + ENTRY * entries;
    this.rangesEnd = this.ranges + RANGES * RANGE * entries;
    this.gathered = aligned(this.rangesEnd);
    this.made = this.gathered + aligned(size + MADE_ROOM + SLACK);
    this.madeEnd = this.made + MADE_ROOM;
    this.#growTo(this.madeEnd + SLACK);
    this.bytes[COMMA_AT] = 0x2c;
    this.bytes[COLON_AT] = 0x3a;
    this.buffer.write('""', EMPTY_CELL_AT);
    this.buffer.write('\r\n', CRLF_AT);
  }

  #growTo(size: number): void {
    const pages = Math.ceil((size - this.#memory.buffer.byteLength) / PAGE);
    if (pages > 0) this.#memory.grow(pages);
    this.buffer = Buffer.from(this.#memory.buffer);
    this.bytes = new Uint8Array(this.#memory.buffer);
    this.words = new Int32Array(this.#memory.buffer);
  }
}

function aligned(size: number): number {
  return Math.ceil(size / SLACK) * SLACK;
}
