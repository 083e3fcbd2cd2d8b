/** What is kept of a window: ranges of the shared memory, in order, until they are gathered into one piece. */
import { COLON_AT, COMMA_AT } from './layout.ts';
import { NotFilterable } from './rules.ts';
import type { SharedMemory } from './shared-memory.ts';

/** The scanner copies in steps of so many bytes. */
const STEP = 16;
/** Most bytes of UTF-8 for one unit of a string. */
const MOST_UTF8 = 3;

export class KeptRanges {
  /** Bytes that are kept. */
  length = 0;
  readonly #memory: SharedMemory;
  /** Index of the word where the next range goes. */
  #next = 0;
  #first = 0;
  #madeAt = 0;
  /** Made text that there was no room for; in place of its range stands minus its index, less one, twice. */
  #made: Buffer[] = [];

  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.clear();
  }

  /** Forgets all that was kept. */
  clear(): void {
    this.#first = this.#memory.ranges >> 2;
    this.#next = this.#first;
    this.#madeAt = this.#memory.made;
    this.length = 0;
    if (this.#made.length > 0) this.#made = [];
  }

  keep(start: number, end: number): void {
    const { words } = this.#memory;
    const at = this.#next;
    this.length += end - start;
    if (at > this.#first && words[at - 1] === start) {
      words[at - 1] = end;
      return;
    }
    if (at << 2 >= this.#memory.rangesEnd) throw new NotFilterable('more is kept than there is room for');
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

  /** Keeps text that does not stand in the answer. */
  keepMade(text: string): void {
    const start = this.#madeAt;
    if (text.length * MOST_UTF8 <= this.#memory.madeEnd - start) {
      this.#madeAt += this.#memory.buffer.write(text, start, 'utf8');
      this.keep(start, this.#madeAt);
      return;
    }
    const bytes = Buffer.from(text, 'utf8');
    const index = -1 - this.#made.length;
    this.#made.push(bytes);
    this.keep(index, index);
    this.length += bytes.length;
  }

  /** How far the keeping has come, to go back to with `forget`. */
  get kept(): number {
    return this.#next;
  }

  get lastEnd(): number {
    return this.#memory.words[this.#next - 1] as number;
  }

  /** Goes back to what `kept`, `lastEnd` and `length` were. */
  forget(kept: number, lastEnd: number, length: number): void {
    this.#next = kept;
    if (kept > this.#first) this.#memory.words[kept - 1] = lastEnd;
    this.length = length;
  }

  /** What was kept, in one piece of its own, or undefined where nothing was. Begins anew. */
  gather(): Buffer | undefined {
    if (this.length === 0) return undefined;
    const { buffer, scanner, gathered } = this.#memory;
    const piece = Buffer.allocUnsafe(this.length);
    // Text that stands in no answer can make more of the kept bytes than there were.
    if (this.#made.length === 0 && this.length <= this.#memory.made - gathered - STEP) {
      scanner.gather(this.#first << 2, this.#next << 2, gathered);
      buffer.copy(piece, 0, gathered, gathered + this.length);
    } else {
      this.#gatherWithMade(piece);
    }
    this.clear();
    return piece;
  }

  #gatherWithMade(into: Buffer): void {
    const { buffer, words } = this.#memory;
    let to = 0;
    for (let at = this.#first; at < this.#next; at += 2) {
      const start = words[at] as number;
      const made = start < 0 ? this.#made[-1 - start] : undefined;
      to += made === undefined ? buffer.copy(into, to, start, words[at + 1]) : made.copy(into, to);
    }
  }
}
