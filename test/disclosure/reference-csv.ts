/** The field filter over CSV once more, slow and by the meaning of each rule: what the quick one is compared with. */
import type { AgreedLeaf, DisclosureRules, RevealInputs, Screen } from '../../src/disclosure/rules.ts';
import {
  type FieldPath,
  FieldPathError,
  formatFieldPath,
  parseFieldPath,
  withoutEqualities,
} from '../../src/encoding/field-path.ts';
import { Refused } from './lossless-json.ts';
import { decoded, isAmong, Reference, type ReferenceAnswer } from './reference-filter.ts';

interface Cell {
  /** As it stands in the file. */
  readonly lexeme: string;
  readonly value: string;
}

/** The whole answer, or `refused`. */
export function referenceCsv(
  bytes: Uint8Array,
  rules: DisclosureRules,
  inputs: RevealInputs,
  screen: Screen | undefined,
): ReferenceAnswer | 'refused' {
  try {
    const [header, ...rows] = rowsOf(decoded(bytes), rules.mostRecordBytes);
    if (header === undefined) throw new Refused();
    return new ReferenceCsv(header, new Reference(rules, inputs, screen)).answer(rows);
  } catch (error) {
    if (error instanceof Refused) return 'refused';
    throw error;
  }
}

/** Cuts a file into cells with one pattern: RFC 4180, where a line may end with a line feed alone. */
function rowsOf(text: string, mostBytes: number): Cell[][] {
  const pattern = /("(?:[^"\0]|"")*"|[^",\r\n\0]*)(,|\r\n|\n|\r?$)/y;
  const rows: Cell[][] = [];
  let cells: Cell[] = [];
  let rowAt = 0;
  while (rowAt < text.length || cells.length > 0) {
    const [, lexeme, end] = pattern.exec(text) ?? [];
    if (lexeme === undefined || end === undefined) throw new Refused();
    cells.push({ lexeme, value: meaningOf(lexeme) });
    if (end === ',') continue;
    const row = text.slice(rowAt, pattern.lastIndex - end.length);
    if (Buffer.byteLength(row) > mostBytes) throw new Refused();
    rows.push(cells);
    cells = [];
    rowAt = pattern.lastIndex;
  }
  return rows;
}

function meaningOf(lexeme: string): string {
  return lexeme.startsWith('"') ? lexeme.slice(1, -1).replaceAll('""', '"') : lexeme;
}

class ReferenceCsv {
  readonly reference: Reference;
  readonly header: readonly Cell[];
  readonly paths: readonly FieldPath[];

  constructor(header: readonly Cell[], reference: Reference) {
    if (header.some(({ value }) => value === '') || header[0]?.value.startsWith('\ufeff'))
      throw new Refused();
    this.reference = reference;
    this.header = header;
    this.paths = header.map(({ value }) => pathOf(value));
    if (new Set(this.paths.map(formatFieldPath)).size < header.length) throw new Refused();
    const above = this.paths.flatMap(waysAbove);
    if (above.some((path) => isPlain(path) && reference.isLeaf(trailOf(path)))) throw new Refused();
    if (!header.some((_, column) => this.leaves(column))) throw new Refused();
  }

  answer(rows: readonly (readonly Cell[])[]): ReferenceAnswer {
    const names = this.header.filter((_, column) => this.leaves(column)).map(({ lexeme }) => lexeme);
    const lines = [names.join(','), ...rows.flatMap((row) => this.record(row))];
    return this.reference.facts(lines.map((line) => `${line}\r\n`).join(''));
  }

  /** What leaves of a row, or nothing. */
  record(row: readonly Cell[]): string[] {
    if (row.length !== this.header.length) throw new Refused();
    const own = new Reference(this.reference.rules, this.reference.inputs);
    own.records = this.reference.records;
    const kept: string[] = [];
    for (const [column, cell] of row.entries()) {
      this.find(own, row, column);
      if (!this.isDeclared(column)) own.countUndeclared(this.parentOf(column), 1);
      const leaf = own.rules.agreed.find(({ path }) => this.leadsTo(path, row, column));
      if (leaf === undefined) own.withheld += 1;
      else own.fields.add(leaf);
      if (this.leaves(column)) kept.push(leaf === undefined ? '' : this.shown(cell, leaf));
    }
    const line = kept.join(',');
    return this.reference.takeOver(own) ? [line === '' ? '""' : line] : [];
  }

  find(own: Reference, row: readonly Cell[], column: number): void {
    const value = row[column]?.value ?? '';
    if (value === '') return;
    for (const { path, namespace, who, normalise } of own.rules.subjects) {
      if (!this.leadsTo(path, row, column)) continue;
      const id = normalise(value) ?? value.normalize('NFC');
      own.subjects.push({ namespace, id, who, record: own.records + 1 });
    }
    for (const condition of own.rules.conditions) {
      if (this.leadsTo(condition.path, row, column) && isAmong(condition, value)) own.met.add(condition);
    }
  }

  /** An empty cell is JSON's null, and the word false its false. */
  shown({ lexeme, value }: Cell, leaf: AgreedLeaf): string {
    if (leaf.show.as === 'in full') return lexeme;
    const isWord = value === '' || value === 'false';
    const json = isWord
      ? this.reference.shown({ kind: 'word', text: value || 'null' }, leaf)
      : this.reference.shown({ kind: 'string', text: JSON.stringify(value), string: value }, leaf);
    const shown: unknown = JSON.parse(json);
    if (shown === null) return '';
    return /[",\r\n]/.test(String(shown)) ? `"${String(shown).replaceAll('"', '""')}"` : String(shown);
  }

  /** A column of an agreed field, whatever its equalities. */
  leaves(column: number): boolean {
    return this.reference.rules.agreed.some(({ path }) => this.isColumn(path, column));
  }

  isColumn(path: FieldPath, column: number): boolean {
    const own = this.paths[column] ?? [];
    return isPlain(own) && formatFieldPath(withoutEqualities(path)) === formatFieldPath(own);
  }

  /** The path names this column, and its equalities hold in the row. */
  leadsTo(path: FieldPath, row: readonly Cell[], column: number): boolean {
    if (!this.isColumn(path, column)) return false;
    return path.every(({ where }, depth) => {
      if (where === undefined) return true;
      const tested = [...path.slice(0, depth + 1), { name: where.key }];
      return row.some(({ value }, other) => this.isColumn(tested, other) && value === where.equals);
    });
  }

  isDeclared(column: number): boolean {
    const path = this.paths[column] ?? [];
    return isPlain(path) && this.reference.isDeclared(trailOf(path));
  }

  /** The longest declared way towards the column. */
  parentOf(column: number): string {
    const ways = waysAbove(this.paths[column] ?? []);
    const declared = ways.filter((path) => isPlain(path) && this.reference.isDeclared(trailOf(path)));
    return formatFieldPath(declared.at(-1) ?? []);
  }
}

function isPlain(path: FieldPath): boolean {
  return path.every(({ where }) => where === undefined);
}

/** What stands above the end of a path, from the top. */
function waysAbove(path: FieldPath): FieldPath[] {
  return path.slice(1).map((_, depth) => path.slice(0, depth + 1));
}

function trailOf(path: FieldPath): { name: string; through: undefined }[] {
  return path.map(({ name }) => ({ name, through: undefined }));
}

function pathOf(name: string): FieldPath {
  try {
    return parseFieldPath(name);
  } catch (error) {
    if (error instanceof FieldPathError) return [{ name }];
    throw error;
  }
}
