/** Records of JSON (RFC 8259) in the window: scans one, filters it, and keeps it or forgets it. */
import type { Envelope } from './envelope.ts';
import type { Findings } from './findings.ts';
import { LF_AT, NOT_SCALAR, REPEATED, SAID_UNDECLARED, TOO_DEEP, UNFINISHED } from './layout.ts';
import type { RecordFilter } from './record-filter.ts';
import { NotFilterable, type RevealInputs } from './rules.ts';
import type { Workspace } from './workspace.ts';

const COMMA = 0x2c;

/** What is kept with a record: nothing, the comma before it, or the end of its line. */
export type Around = 'nothing' | 'comma' | 'line end';

export class JsonRecords {
  readonly space: Workspace;
  readonly #limits: Pick<Envelope, 'mostDepth' | 'mostRecordBytes'>;
  readonly #filter: RecordFilter;
  readonly #findings: Findings;
  readonly #inputs: RevealInputs;

  constructor(
    limits: Pick<Envelope, 'mostDepth' | 'mostRecordBytes'>,
    space: Workspace,
    filter: RecordFilter,
    findings: Findings,
    inputs: RevealInputs,
  ) {
    this.#limits = limits;
    this.space = space;
    this.#filter = filter;
    this.#findings = findings;
    this.#inputs = inputs;
  }

  /** Records so far that may leave. */
  get count(): number {
    return this.#findings.ended;
  }

  /**
   * Scans a value that stands inside `depth` objects and arrays.
   *
   * @returns the position after it, or `UNFINISHED`.
   * @throws {NotFilterable}
   */
  scan(at: number, depth: number, asRecord: boolean): number {
    const { mostDepth, mostRecordBytes } = this.#limits;
    const after = this.space.scan(at, mostDepth - depth, asRecord);
    const length = (after === UNFINISHED ? this.space.end : after) - at;
    if (length > mostRecordBytes)
      throw new NotFilterable('a record or a value beside the records is too long');
    if (after < UNFINISHED) throw new NotFilterable(whyNot(after));
    return after;
  }

  /**
   * Filters the record that was scanned at this position. `waiting` bytes were kept in earlier windows.
   *
   * @throws {NotFilterable}
   */
  take(at: number, waiting: number, around: Around): void {
    const { kept, memory } = this.space;
    const { kept: mark, lastEnd, length } = kept;
    if (around === 'comma') {
      if (memory.bytes[at - 1] === COMMA) kept.keep(at - 1, at);
      else kept.keepComma();
    }
    const meets = this.#filter.filter(this.#findings, this.#inputs);
    if (memory.words[SAID_UNDECLARED >> 2] !== 0) this.#noteUndeclared();
    if (around === 'line end') kept.keep(LF_AT, LF_AT + 1);
    // INVARIANT: a screened record leaves no trace.
    if (this.#findings.mayLeave(meets)) this.#findings.endRecord(waiting + kept.length);
    else kept.forget(mark, lastEnd, length);
  }

  #noteUndeclared(): void {
    this.space.takeUndeclared((node, count) => this.#findings.noteUndeclared(node, count));
  }
}

/** What a result of the scanner that is no position means. */
export function whyNot(result: number): string {
  return WHY.get(result) ?? 'not JSON';
}

const WHY: ReadonlyMap<number, string> = new Map([
  [TOO_DEEP, 'objects and arrays stand too deep inside one another'],
  [REPEATED, 'a name that matters stands twice'],
  [NOT_SCALAR, 'an object stands where a scalar was declared'],
]);
