/** Filters one row of a CSV file by the plan: keeps the cells that are agreed, counts the others, finds the people. */
import { type CsvColumns, readColumns } from './csv-columns.ts';
import { type CsvRow, csvCell } from './csv-row.ts';
import type { Findings } from './findings.ts';
import type { KeptRanges } from './kept-ranges.ts';
import { CRLF_AT, EMPTY_CELL_AT } from './layout.ts';
import type { AgreedUse, Plan, PlanNode } from './plan-node.ts';
import { RowConditions } from './row-conditions.ts';
import type { RevealInputs } from './rules.ts';
import { shownText } from './shown-text.ts';

export class CsvFilter {
  readonly #columns: CsvColumns;
  readonly #row: CsvRow;
  readonly #kept: KeptRanges;
  readonly #findings: Findings;
  readonly #inputs: RevealInputs;
  readonly #conditions: RowConditions;
  /** For each equality of the plan, whether it holds in this row. */
  readonly #holds: boolean[];

  /**
   * Takes the row that was just read for the header row.
   *
   * @throws {NotFilterable}
   */
  constructor(plan: Plan, row: CsvRow, kept: KeptRanges, findings: Findings, inputs: RevealInputs) {
    this.#columns = readColumns(
      Array.from({ length: row.cells }, (_, cell) => row.text(cell)),
      plan,
    );
    this.#row = row;
    this.#kept = kept;
    this.#findings = findings;
    this.#inputs = inputs;
    this.#conditions = new RowConditions(plan.conditions);
    this.#holds = Array.from({ length: plan.equalities }, () => false);
    this.#keepNames();
  }

  get columns(): number {
    return this.#columns.columns.length;
  }

  /**
   * Keeps what is agreed of the row that was just read.
   *
   * @returns whether the row meets the conditions.
   * @throws {NotFilterable} this row must not leave.
   */
  filter(): boolean {
    const { columns, equalities, undeclared } = this.#columns;
    const { length } = this.#kept;
    this.#conditions.begin();
    for (const { id, column, equals } of equalities) this.#holds[id] = this.#row.text(column) === equals;
    for (const node of undeclared) this.#findings.noteUndeclared(node, 1);
    let any = false;
    for (const [cell, { node, leaves }] of columns.entries()) {
      if (node !== undefined) this.#look(node, cell);
      if (leaves && node !== undefined) {
        this.#keepCell(node, cell, any);
        any = true;
      } else this.#findings.withheld += 1;
    }
    // A line with nothing on it is no record to many readers.
    if (this.#kept.length === length) this.#kept.keep(EMPTY_CELL_AT, EMPTY_CELL_AT + 2);
    this.#kept.keep(CRLF_AT, CRLF_AT + 2);
    return this.#conditions.allMet;
  }

  #keepNames(): void {
    let any = false;
    for (const [cell, { leaves }] of this.#columns.columns.entries()) {
      if (!leaves) continue;
      this.#keepAsItCame(cell, any);
      any = true;
    }
    this.#kept.keep(CRLF_AT, CRLF_AT + 2);
  }

  /** Finds the people of a cell, and tests the conditions on it. */
  #look({ subjects, conditions }: PlanNode, cell: number): void {
    if (subjects.length + conditions.length === 0) return;
    const text = this.#row.text(cell);
    if (text === '') return;
    for (const { needs, namespace, who, normalise } of subjects) {
      if (this.#allHold(needs)) this.#findings.find(namespace, normalise(text) ?? text.normalize('NFC'), who);
    }
    for (const condition of conditions) this.#conditions.test(condition, text);
  }

  #keepCell({ agreed }: PlanNode, cell: number, afterOther: boolean): void {
    const use = agreed.find(({ needs }) => this.#allHold(needs));
    if (use === undefined) this.#findings.withheld += 1;
    else this.#findings.left(use);
    // INVARIANT: values are not altered; the cell leaves byte for byte, with the quotes that it came with.
    if (use !== undefined && use.reveal === undefined) return this.#keepAsItCame(cell, afterOther);
    if (afterOther) this.#kept.keepComma();
    if (use !== undefined) this.#reveal(use, this.#row.text(cell));
  }

  /** An empty cell is no value, as `null` is in JSON. */
  #reveal(use: AgreedUse, text: string): void {
    if (text === '' && use.whenNull === undefined) return;
    const shown = shownText(use, text === '' ? undefined : text, text !== 'false', this.#inputs);
    this.#kept.keepMade(csvCell(shown));
  }

  #keepAsItCame(cell: number, afterOther: boolean): void {
    const [start, end] = [this.#row.start(cell), this.#row.endOf(cell)];
    if (afterOther) this.#kept.keep(start - 1, end);
    else if (end > start) this.#kept.keep(start, end);
  }

  #allHold(needs: readonly number[]): boolean {
    return needs.every((id) => this.#holds[id]);
  }
}
