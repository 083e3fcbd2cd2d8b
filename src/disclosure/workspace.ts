/**
 * The one workspace of the field filter in this thread: the plan it follows, a window of the answer, what is kept of it.
 * Filtering is synchronous and leaves nothing here between two calls, so every answer of the thread uses the same.
 */
import { isUtf8 } from 'node:buffer';
import { KeptRanges } from './kept-ranges.ts';
import { NODE, NODE_UNDECLARED, PLAN, SAID_OBJECTS, SAID_UNDECLARED } from './layout.ts';
import { nodeAddress } from './plan-image.ts';
import type { Plan } from './plan-node.ts';
import { NotFilterable } from './rules.ts';
import { SharedMemory } from './shared-memory.ts';

/** Objects are numbered up to here, then anew. */
const MOST_OBJECTS = 2 ** 30;

export class Workspace {
  readonly memory = new SharedMemory((holder, start, end) => this.#escapedName(holder, start, end));
  readonly kept = new KeptRanges(this.memory);
  /** Position after the last byte of the window. */
  end = 0;
  #plan: Plan | undefined;
  /** How the text of the window is read: what is all ASCII is read faster as such. */
  #encoding: 'latin1' | 'utf8' = 'utf8';

  /** Makes the plan the one that the scanner follows. The window is empty afterwards. */
  follow(plan: Plan): void {
    const { words } = this.memory;
    if (this.#plan === plan && (words[SAID_OBJECTS >> 2] as number) < MOST_OBJECTS) return;
    this.memory.reservePlan(plan.image.length);
    this.memory.bytes.set(plan.image, PLAN);
    this.memory.words[SAID_OBJECTS >> 2] = 0;
    this.#plan = plan;
  }

  /**
   * Fills the window with the bytes from `start` of `first` followed by `second`, `size` of them if there are so many,
   * and forgets what was kept.
   */
  fill(first: Uint8Array, second: Uint8Array, start: number, size: number): void {
    this.memory.reserveWindow(size);
    this.kept.clear();
    const { bytes, window } = this.memory;
    const total = Math.min(first.length + second.length - start, size);
    let at = window;
    if (start < first.length) {
      const part = first.subarray(start, start + total);
      bytes.set(part, at);
      at += part.length;
    }
    const left = window + total - at;
    if (left > 0) {
      const from = Math.max(0, start - first.length);
      bytes.set(left === second.length ? second : second.subarray(from, from + left), at);
    }
    this.end = window + total;
    bytes[this.end] = 0;
    this.#encoding = 'utf8';
  }

  /**
   * True where the window is UTF-8, but for its last character if that is not ASCII: its end may cut that, and since
   * no record ends with one it is looked at again, with what follows it. A window must begin between characters.
   */
  isText(): boolean {
    const { bytes, window, scanner } = this.memory;
    this.#encoding = scanner.isAscii(window, this.end) === 1 ? 'latin1' : 'utf8';
    if (this.#encoding === 'latin1') return true;
    let end = this.end;
    for (let back = 1; back <= 4 && end - back >= window; back += 1) {
      const byte = bytes[end - back] as number;
      if (byte >= 0xc0) end -= back;
      if (byte < 0x80 || byte >= 0xc0) break;
    }
    return isUtf8(bytes.subarray(window, end));
  }

  /** Scans a value of the window (`Scanner.scan`). As a record, it is held to the plan; else only to the grammar. */
  scan(from: number, mostDepth: number, asRecord: boolean): number {
    const { words, scanner, tape } = this.memory;
    // What an unfinished scan counted will be counted again.
    if (words[SAID_UNDECLARED >> 2] !== 0) this.takeUndeclared(() => {});
    return scanner.scan(from, this.end, mostDepth, asRecord ? PLAN : 0, tape);
  }

  /** Hands over, once, how many undeclared members were counted in objects at each node of the plan. */
  takeUndeclared(use: (node: number, count: number) => void): void {
    const { words } = this.memory;
    words[SAID_UNDECLARED >> 2] = 0;
    const nodes = this.#plan?.nodes.length ?? 0;
    for (let node = 0; node < nodes; node += 1) {
      const at = (PLAN + node * NODE + NODE_UNDECLARED) >> 2;
      const count = words[at] as number;
      words[at] = 0;
      if (count > 0) use(node, count);
    }
  }

  /** True where the window holds these bytes, and no others, between two positions. */
  stands(expected: Uint8Array, start: number, end: number): boolean {
    if (expected.length !== end - start) return false;
    const { bytes } = this.memory;
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[start + index] !== expected[index]) return false;
    }
    return true;
  }

  /** The text between two positions of a window that is known to be text. */
  text(start: number, end: number): string {
    return this.memory.buffer.toString(this.#encoding, start, end);
  }

  /** The text of the JSON string, quotes included, that stands between two positions. May hold lone surrogates. */
  decode(start: number, end: number): string {
    return JSON.parse(this.text(start, end)) as string;
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
}
