/** An export as rows of text under named columns, and its faces: CSV for spreadsheets, JSON for programs, a page for print. */
import { csvText } from './csv-text.ts';
import { type Page, sentences, table } from './page.ts';
import { counted } from './phrases.ts';

export interface ExportTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** As many cells as columns. */
  readonly rows: readonly (readonly string[])[];
  /** What the table leaves out and why, for the page alone. */
  readonly remarks: readonly string[];
}

/** RFC 4180, with cells that would be formulas made text. */
export function tableAsCsv({ columns, rows }: ExportTable): string {
  return csvText([columns, ...rows]);
}

/** One object for each row, with the columns' names. */
export function tableAsJson({ columns, rows }: ExportTable): string {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map((name, place) => [name, row[place] ?? ''])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

export function tableAsPage({ title, columns, rows, remarks }: ExportTable): Page {
  return {
    title,
    lead: sentences(`${counted(rows.length, 'row')}.`, ...remarks),
    sections: [{ heading: title, passages: table(title, columns, rows) }],
  };
}
