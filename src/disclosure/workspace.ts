/**
 * The one workspace of the field filter in this thread: a window of the answer, its tape, and what is kept of it.
 * Filtering is synchronous and leaves nothing here between two calls, so every answer of the thread uses the same.
 */
import { isUtf8 } from 'node:buffer';
import {
  COLON_AT,
  COMMA_AT,
  DEEPEST,
  ENTRY,
  NODE,
  NODE_UNDECLARED,
  PLAN,
  SAID_OBJECTS,
  SAID_UNDECLARED,
} from './layout.ts';
import type { Plan } from './plan.ts';
import { nodeAddress } from './plan-image.ts';
import { NotFilterable } from './rules.ts';
import { newScanner, type Scanner, type ScannerMemory } from './scanner.ts';

/** Objects are numbered up to here, then anew. */
const MOST_OBJECTS = 2 ** 30;
/** The zero byte after the window, and what the scanner may read behind it. */
const SLACK = 64;

/** Most ranges that one tape entry can need: a comma, a name, a colon and two for what it holds. */
const RANGES = 5;
const RANGE = 8;
/** Room for text that does not stand in the answer. */
const MADE_ROOM = 0x4000;
/** Most bytes of UTF-8 for a unit of a string. */
const MOST_UTF8 = 3;
const PAGE = 0x10000;
/** Bytes of the answer that are looked at in one go, unless a record is longer. */
export const WINDOW_BYTES = 64 * 1024;
/** Room for the names of most plans; a larger plan moves the window. */
const PLAN_ROOM = 0x10000;

export class Workspace {
  /** Where the window of the answer begins and, after its last byte, ends. */
  window = PLAN + PLAN_ROOM;
  end = this.window;
  /** Where the tape begins. */
  tape = 0;
  bytes = new Uint8Array(0);
  /** The same bytes, for the methods that only a Buffer has. */
  buffer = Buffer.alloc(0);
  words = new Int32Array(0);
  readonly #memory: ScannerMemory;
  readonly #scanner: Scanner;
  #plan: Plan | undefined;
  #size = 0;

  /** Bytes that are kept so far. */
  length = 0;
  /** Word indexes of the first range, of the next to be kept, and after the last that there is room for. */
  #ranges = 0;
  #next = 0;
  #limit = 0;
  /** Where what was kept is gathered. */
  #gathered = 0;
  /** Where the next made text goes, and the end of the room for it. */
  #madeAt = 0;
  #madeEnd = 0;
  /** Made text that there was no room for; in place of a range stands minus its index, less one, twice. */
  #made: Buffer[] = [];

  constructor() {
    const { memory, scanner } = newScanner(PLAN / PAGE, (holder, start, end) =>
      this.#escapedName(holder, start, end),
    );
    this.#memory = memory;
    this.#scanner = scanner;
    this.#lay(PLAN_ROOM, WINDOW_BYTES);
  }

  /** Makes the plan the one that the scanner follows. Empties the window if it has to move. */
  follow(plan: Plan): void {
    if (this.#plan === plan && (this.words[SAID_OBJECTS >> 2] as number) < MOST_OBJECTS) return;
    if (plan.image.length > this.window - PLAN) this.#lay(plan.image.length, this.#size);
    this.bytes.set(plan.image, PLAN);
    this.words[SAID_OBJECTS >> 2] = 0;
    this.#plan = plan;
  }

  /** Makes room for a window of `size` bytes. Empties the window if it has to grow. */
  reserve(size: number): void {
    if (size > this.#size) this.#lay(this.window - PLAN, size);
  }

  /** Lays the memory out: plan, window, and the longest tape that so many bytes can need. */
  #lay(plan: number, size: number): void {
    this.window = PLAN + alignedUp(plan);
    this.end = this.window;
    this.tape = this.window + alignedUp(size + SLACK);
    this.#size = size;
    // Two bytes for each value, but for what is still open: that has no closing byte yet.
    const entries = Math.ceil(size / 2) + DEEPEST;
    const ranges = this.tape + ENTRY * entries;
    this.#gathered = ranges + RANGES * RANGE * entries;
    this.#ranges = ranges >> 2;
    this.#next = this.#ranges;
    this.#limit = this.#gathered >> 2;
    this.#made = [];
    this.#madeAt = alignedUp(this.#gathered + size + MADE_ROOM + 2 * SLACK);
    this.#madeEnd = this.#madeAt + MADE_ROOM;
    const needed = this.#madeEnd + SLACK;
    const more = Math.ceil((needed - this.#memory.buffer.byteLength) / PAGE);
    if (more > 0) this.#memory.grow(more);
    this.buffer = Buffer.from(this.#memory.buffer);
    this.bytes = new Uint8Array(this.#memory.buffer);
    this.words = new Int32Array(this.#memory.buffer);
    this.bytes[COMMA_AT] = 0x2c;
    this.bytes[COLON_AT] = 0x3a;
  }

  /** Fills the window with the bytes from `start` of `first` followed by `second`, as far as they fit. */
  fill(first: Uint8Array, second: Uint8Array, start: number, size: number): void {
    const total = Math.min(first.length + second.length - start, size);
    let at = this.window;
    if (start < first.length) {
      const part = first.subarray(start, start + total);
      this.bytes.set(part, at);
      at += part.length;
    }
    const left = this.window + total - at;
    if (left > 0) {
      const from = Math.max(0, start - first.length);
      this.bytes.set(left === second.length ? second : second.subarray(from, from + left), at);
    }
    this.end = this.window + total;
    this.bytes[this.end] = 0;
  }

  /** Scans a value of the window; see `Scan`. With `asRecord`, the tape follows the plan. */
  scan(from: number, mostDepth: number, asRecord: boolean): number {
    // What an unfinished scan counted will be counted again.
    if (this.words[SAID_UNDECLARED >> 2] !== 0) this.takeUndeclared(() => {});
    return this.#scanner.scan(from, this.end, mostDepth, asRecord ? PLAN : 0, this.tape);
  }

  /** Hands over, once, how many undeclared members were counted in objects at each node of the plan. */
  takeUndeclared(use: (node: number, count: number) => void): void {
    this.words[SAID_UNDECLARED >> 2] = 0;
    const nodes = this.#plan?.nodes.length ?? 0;
    for (let node = 0; node < nodes; node += 1) {
      const at = (PLAN + node * NODE + NODE_UNDECLARED) >> 2;
      const count = this.words[at] as number;
      this.words[at] = 0;
      if (count > 0) use(node, count);
    }
  }

  /** True where the window holds these bytes, and no others, between two positions. */
  stands(expected: Uint8Array, start: number, end: number): boolean {
    if (expected.length !== end - start) return false;
    for (let index = 0; index < expected.length; index += 1) {
      if (this.bytes[start + index] !== expected[index]) return false;
    }
    return true;
  }

  /** The text of the JSON string, quotes included, that stands between two positions. May hold lone surrogates. */
  decode(start: number, end: number): string {
    return JSON.parse(this.buffer.toString('utf8', start, end)) as string;
  }

  /** The text of a name. @throws {NotFilterable} for a lone surrogate. */
  decodeName(start: number, end: number): string {
    const name = this.decode(start, end);
    if (!name.isWellFormed()) throw new NotFilterable('a name holds a lone surrogate');
    return name;
  }

  #escapedName(holder: number, start: number, end: number): number {
    const name = this.decodeName(start, end);
    const member = this.#plan?.nodes[(holder - PLAN) / NODE]?.members.get(name);
    return member === undefined ? 0 : nodeAddress(member);
  }

  /** True where the window is UTF-8, but for a character that its end cuts. It must begin between characters. */
  isText(): boolean {
    if (this.#scanner.isAscii(this.window, this.end) === 1) return true;
    let end = this.end;
    for (let back = 1; back <= 3 && end - back >= this.window; back += 1) {
      const byte = this.bytes[end - back] as number;
      if (byte < 0x80) break;
      if (byte < 0xc0) continue;
      if (back < sequenceLength(byte)) end -= back;
      break;
    }
    return isUtf8(this.bytes.subarray(this.window, end));
  }

  /** Keeps a range of the window. */
  keep(start: number, end: number): void {
    this.length += end - start;
    const words = this.words;
    const at = this.#next;
    if (at > this.#ranges && words[at - 1] === start) {
      words[at - 1] = end;
      return;
    }
    if (at === this.#limit) throw new NotFilterable('more is kept than there is room for');
    words[at] = start;
    words[at + 1] = end;
    this.#next = at + 2;
  }

  keepComma(): void {
    this.keep(COMMA_AT, COMMA_AT + 1);
  }

  keepColon(): void {
    this.keep(COLON_AT, COLON_AT + 1);
  }

  /** Keeps JSON text that does not stand in the window. */
  keepMade(json: string): void {
    if (json.length * MOST_UTF8 <= this.#madeEnd - this.#madeAt) {
      const start = this.#madeAt;
      this.#madeAt += this.buffer.write(json, start, 'utf8');
      this.keep(start, this.#madeAt);
      return;
    }
    const bytes = Buffer.from(json, 'utf8');
    const start = -1 - this.#made.length;
    this.#made.push(bytes);
    this.keep(start, start);
    this.length += bytes.length;
  }

  /** How far the keeping has come, to go back to with `forget`. */
  get kept(): number {
    return this.#next;
  }

  get lastKeptEnd(): number {
    return this.words[this.#next - 1] as number;
  }

  /** Goes back to what `kept`, `lastKeptEnd` and `length` were. */
  forget(kept: number, lastKeptEnd: number, length: number): void {
    this.#next = kept;
    this.words[kept - 1] = lastKeptEnd;
    this.length = length;
  }

  /** What was kept, in one piece of its own, or undefined where nothing was. Begins anew. */
  gather(): Buffer | undefined {
    if (this.length === 0) return undefined;
    const gathered = Buffer.allocUnsafe(this.length);
    if (this.#made.length === 0) {
      this.#scanner.gather(this.#ranges << 2, this.#next << 2, this.#gathered);
      this.buffer.copy(gathered, 0, this.#gathered, this.#gathered + this.length);
    } else {
      this.#gatherWithMade(gathered);
    }
    this.clear();
    return gathered;
  }

  /** Forgets all that was kept. */
  clear(): void {
    this.#next = this.#ranges;
    this.length = 0;
    this.#madeAt = this.#madeEnd - MADE_ROOM;
    if (this.#made.length > 0) this.#made = [];
  }

  #gatherWithMade(into: Buffer): void {
    let to = 0;
    for (let at = this.#ranges; at < this.#next; at += 2) {
      const start = this.words[at] as number;
      const made = start < 0 ? this.#made[-1 - start] : undefined;
      to += made === undefined ? this.buffer.copy(into, to, start, this.words[at + 1]) : made.copy(into, to);
    }
  }
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

function alignedUp(size: number): number {
  return Math.ceil(size / 64) * 64;
}
