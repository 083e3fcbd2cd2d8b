/** One row of a CSV file (RFC 4180) in the window: where its cells stand, and what they mean. */
import { UNFINISHED } from './layout.ts';
import { NotFilterable } from './rules.ts';
import type { Workspace } from './workspace.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const CR = 0x0d;
const LF = 0x0a;

export class CsvRow {
  /** Position of the row's line end, once it is read. */
  end = 0;
  cells = 0;
  readonly #space: Workspace;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(space: Workspace) {
    this.#space = space;
  }

  /**
   * Reads the row that begins here.
   *
   * @returns the position after its line end, or `UNFINISHED`.
   * @throws {NotFilterable}
   */
  read(from: number): number {
    this.cells = 0;
    let at = from;
    for (;;) {
      const end = this.#space.memory.bytes[at] === QUOTE ? this.#quotedEnd(at) : this.#plainEnd(at);
      if (end === UNFINISHED || end === this.#space.end) return UNFINISHED;
      this.#starts[this.cells] = at;
      this.#ends[this.cells] = end;
      this.cells += 1;
      if (this.#space.memory.bytes[end] !== COMMA) return this.#lineEnd(end);
      at = end + 1;
    }
  }

  /** Where a cell begins, at its quote if it has one. */
  start(cell: number): number {
    return this.#starts[cell] as number;
  }

  /** Where a cell ends, behind its quote if it has one. */
  endOf(cell: number): number {
    return this.#ends[cell] as number;
  }

  /** What a cell means, without its quotes. */
  text(cell: number): string {
    const [start, end] = [this.start(cell), this.endOf(cell)];
    if (start === end) return '';
    if (this.#space.memory.bytes[start] !== QUOTE) return this.#space.text(start, end);
    return this.#space.text(start + 1, end - 1).replaceAll('""', '"');
  }

  #lineEnd(at: number): number {
    const { bytes } = this.#space.memory;
    this.end = at;
    if (bytes[at] === LF) return at + 1;
    if (bytes[at] !== CR) throw new NotFilterable('something stands behind the quotes of a cell');
    if (at + 1 === this.#space.end) return UNFINISHED;
    if (bytes[at + 1] !== LF) throw new NotFilterable('half a line end stands outside quotes');
    return at + 2;
  }

  #plainEnd(from: number): number {
    const { bytes } = this.#space.memory;
    for (let at = from; ; at += 1) {
      const c = bytes[at] as number;
      if (c > COMMA) continue;
      if (c === COMMA || c === LF || c === CR) return at;
      if (c === QUOTE) throw new NotFilterable('a quote stands in a cell without quotes');
      if (c === 0) return this.#stop(at);
    }
  }

  #quotedEnd(from: number): number {
    const { bytes } = this.#space.memory;
    for (let at = from + 1; ; at += 1) {
      const c = bytes[at] as number;
      if (c > QUOTE) continue;
      if (c === 0) return this.#stop(at);
      if (c !== QUOTE) continue;
      if (bytes[at + 1] !== QUOTE) return at + 1;
      at += 1;
    }
  }

  /** A zero byte: the end of the window, or one that no text holds. */
  #stop(at: number): number {
    if (at < this.#space.end) throw new NotFilterable('a zero byte stands in a cell');
    return UNFINISHED;
  }
}

/** A text as a cell: between quotes where it would not stand as one cell without them. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
