/**
 * The one workspace of the field filter in this thread: a window of the answer, its tape, and what is kept of it.
 * Filtering is synchronous and leaves nothing here between two calls, so every answer of the thread uses the same.
 */
import { isUtf8 } from 'node:buffer';
import { DEEPEST, STRIDE } from './strict-scanner.ts';

/** Where the window begins; before it stand the two marks that may have to be written between kept ranges. */
export const WINDOW = 16;
const COMMA_AT = 1;
const COLON_AT = 2;
/** From this length a range is copied by the runtime, below it byte by byte. */
const LONG = 64;

export class Workspace {
  bytes = new Uint8Array(WINDOW + 1);
  /** The same bytes, for the methods that only a Buffer has. */
  buffer = Buffer.from(this.bytes.buffer);
  tape = new Int32Array(0);
  /** Position after the last byte of the window. */
  end = WINDOW;
  /** Bytes that are kept so far. */
  length = 0;
  /** Start and end of each kept range; a negative start is an index of `#made`. */
  #ranges = new Int32Array(1024);
  #count = 0;
  #made: Buffer[] = [];

  /** Most bytes that the window has room for. */
  get room(): number {
    return this.bytes.length - WINDOW - 1;
  }

  /** Makes room for a window of `size` bytes and the longest tape that so many bytes can need. Empties the window. */
  reserve(size: number): void {
    if (size <= this.room) return;
    this.bytes = new Uint8Array(WINDOW + size + 1);
    this.bytes[COMMA_AT] = 0x2c;
    this.bytes[COLON_AT] = 0x3a;
    this.buffer = Buffer.from(this.bytes.buffer);
    // Two bytes for each value, but for what is still open: that has no closing byte yet.
    this.tape = new Int32Array(STRIDE * (Math.ceil(size / 2) + DEEPEST));
  }

  /** Fills the window with the bytes from `start` of `first` followed by `second`, as far as they fit. */
  fill(first: Uint8Array, second: Uint8Array, start: number, size: number): void {
    const total = Math.min(first.length + second.length - start, size);
    let at = WINDOW;
    if (start < first.length) {
      const part = first.subarray(start, start + total);
      this.bytes.set(part, at);
      at += part.length;
    }
    const left = WINDOW + total - at;
    if (left > 0) {
      const from = Math.max(0, start - first.length);
      this.bytes.set(left === second.length ? second : second.subarray(from, from + left), at);
    }
    this.end = WINDOW + total;
    this.bytes[this.end] = 0;
  }

  /** True where the window is UTF-8, but for a character that its end cuts. It must begin between characters. */
  isText(): boolean {
    let end = this.end;
    for (let back = 1; back <= 3 && end - back >= WINDOW; back += 1) {
      const byte = this.bytes[end - back] as number;
      if (byte < 0x80) break;
      if (byte < 0xc0) continue;
      if (back < sequenceLength(byte)) end -= back;
      break;
    }
    return isUtf8(this.bytes.subarray(WINDOW, end));
  }

  keep(start: number, end: number): void {
    this.length += end - start;
    const last = this.#count - 1;
    if (last > 0 && this.#ranges[last] === start) {
      this.#ranges[last] = end;
      return;
    }
    if (this.#count === this.#ranges.length) this.#growRanges();
    this.#ranges[this.#count] = start;
    this.#ranges[this.#count + 1] = end;
    this.#count += 2;
  }

  keepComma(): void {
    this.keep(COMMA_AT, COMMA_AT + 1);
  }

  keepColon(): void {
    this.keep(COLON_AT, COLON_AT + 1);
  }

  /** Keeps JSON text that does not stand in the window. */
  keepMade(json: string): void {
    const bytes = Buffer.from(json, 'utf8');
    const start = -1 - this.#made.length;
    this.#made.push(bytes);
    this.keep(start, start);
    this.length += bytes.length;
  }

  /** How far the keeping has come, to go back to with `forget`. */
  get kept(): number {
    return this.#count;
  }

  get lastKeptEnd(): number {
    return this.#count === 0 ? 0 : (this.#ranges[this.#count - 1] as number);
  }

  /** Goes back to what `kept`, `lastKeptEnd` and `length` were. */
  forget(kept: number, lastKeptEnd: number, length: number): void {
    this.#count = kept;
    if (kept > 0) this.#ranges[kept - 1] = lastKeptEnd;
    this.length = length;
  }

  /** What was kept, in one piece of its own, or undefined where nothing was. Begins anew. */
  gather(): Buffer | undefined {
    if (this.length === 0) return undefined;
    const gathered = Buffer.allocUnsafe(this.length);
    let to = 0;
    for (let index = 0; index < this.#count; index += 2) {
      const start = this.#ranges[index] as number;
      const end = this.#ranges[index + 1] as number;
      to = start < 0 ? this.#copyMade(-1 - start, gathered, to) : this.#copy(start, end, gathered, to);
    }
    this.clear();
    return gathered;
  }

  /** Forgets all that was kept. */
  clear(): void {
    this.#count = 0;
    this.length = 0;
    if (this.#made.length > 0) this.#made = [];
  }

  #copy(start: number, end: number, into: Buffer, to: number): number {
    if (end - start >= LONG) {
      this.buffer.copy(into, to, start, end);
      return to + end - start;
    }
    let at = to;
    for (let from = start; from < end; from += 1) {
      into[at] = this.bytes[from] as number;
      at += 1;
    }
    return at;
  }

  #copyMade(index: number, into: Buffer, to: number): number {
    return to + (this.#made[index]?.copy(into, to) ?? 0);
  }

  #growRanges(): void {
    const grown = new Int32Array(this.#ranges.length * 2);
    grown.set(this.#ranges);
    this.#ranges = grown;
  }
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
