/** Reads an answer of CSV (RFC 4180) with a header row, row by row: docs/formats/ndjson-csv.md. */
import type { AnswerReader } from './answer-reader.ts';
import { CsvFilter } from './csv-filter.ts';
import { CsvRow } from './csv-row.ts';
import type { Findings } from './findings.ts';
import { UNFINISHED } from './layout.ts';
import { NotFilterable, type RevealInputs } from './rules.ts';
import type { Workspace } from './workspace.ts';

const LF = 0x0a;

export class CsvReader implements AnswerReader {
  readonly isScreened = false;
  readonly ending = Uint8Array.of(LF);
  readonly #space: Workspace;
  readonly #findings: Findings;
  readonly #inputs: RevealInputs;
  readonly #mostRecordBytes: number;
  readonly #row: CsvRow;
  /** Once the header row is read. */
  #filter: CsvFilter | undefined;

  constructor(space: Workspace, findings: Findings, inputs: RevealInputs, mostRecordBytes: number) {
    this.#space = space;
    this.#findings = findings;
    this.#inputs = inputs;
    this.#mostRecordBytes = mostRecordBytes;
    this.#row = new CsvRow(space);
  }

  get records(): number {
    return this.#findings.ended;
  }

  get done(): boolean {
    return this.#filter !== undefined;
  }

  read(from: number, waiting: number): number {
    let at = from;
    while (at < this.#space.end) {
      const after = this.#row.read(at);
      // The last byte of an unfinished row may be half of its line end, which is not counted.
      const length = (after === UNFINISHED ? this.#space.end - 1 : this.#row.end) - at;
      if (length > this.#mostRecordBytes) throw new NotFilterable('a row is too long');
      if (after === UNFINISHED) return at;
      this.#take(waiting);
      at = after;
    }
    return at;
  }

  #take(waiting: number): void {
    const { kept } = this.#space;
    const filter = this.#filter;
    if (filter === undefined) {
      this.#filter = new CsvFilter(this.#findings.plan, this.#row, kept, this.#findings, this.#inputs);
      return;
    }
    if (this.#row.cells !== filter.columns) throw new NotFilterable('a row has not one cell for each column');
    const { kept: mark, lastEnd, length } = kept;
    const meets = filter.filter();
    // INVARIANT: a screened record leaves no trace.
    if (this.#findings.mayLeave(meets)) this.#findings.endRecord(waiting + kept.length);
    else kept.forget(mark, lastEnd, length);
  }
}
