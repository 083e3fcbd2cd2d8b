/** Reads an answer of JSON objects, one to a line (NDJSON, JSON Lines): docs/formats/ndjson-csv.md. */
import type { AnswerReader } from './answer-reader.ts';
import type { JsonRecords } from './json-records.ts';
import { UNFINISHED } from './layout.ts';
import { NotFilterable } from './rules.ts';

const LF = 0x0a;
const NOT_A_LINE = 'a line is not one whole object';

export class NdjsonReader implements AnswerReader {
  readonly isScreened = false;
  readonly ending = Uint8Array.of(LF);
  readonly #jsonRecords: JsonRecords;
  /** What comes next: a line from its first byte or further in, or what stands behind its object. */
  #next: 'line' | 'object' | 'line end' = 'line';

  constructor(jsonRecords: JsonRecords) {
    this.#jsonRecords = jsonRecords;
  }

  get records(): number {
    return this.#jsonRecords.count;
  }

  get done(): boolean {
    return this.#next !== 'object';
  }

  read(from: number, waiting: number): number {
    const { end, memory } = this.#jsonRecords.space;
    // Behind the window, so that looking for the end of an unfinished line stops there.
    memory.bytes[end + 1] = LF;
    let at = from;
    while (at < end) {
      const c = memory.bytes[at] as number;
      if (c === LF) {
        if (this.#next !== 'line end') throw new NotFilterable(NOT_A_LINE);
        this.#next = 'line';
        at += 1;
      } else if (c === 0x20 || c === 0x09 || c === 0x0d) {
        if (this.#next === 'line') this.#next = 'object';
        at += 1;
      } else {
        const after = this.#object(at, waiting);
        if (after === UNFINISHED) return at;
        at = after;
      }
    }
    return at;
  }

  /** Reads the object that begins here and returns the position after it, or `UNFINISHED`. */
  #object(at: number, waiting: number): number {
    if (this.#next === 'line end') throw new NotFilterable(NOT_A_LINE);
    const { end, memory } = this.#jsonRecords.space;
    const after = this.#jsonRecords.scan(at, 0, true);
    // White space inside an object may end a line, which would make two lines of one record.
    if (memory.buffer.indexOf(LF, at) < (after === UNFINISHED ? end : after))
      throw new NotFilterable(NOT_A_LINE);
    if (after === UNFINISHED) return UNFINISHED;
    this.#jsonRecords.take(at, waiting, 'line end');
    this.#next = 'line end';
    return after;
  }
}
