/** Rows as CSV (RFC 4180) for spreadsheets: no cell can become a formula there. */
import { stringify } from 'csv-stringify/sync';

/**
 * Cells of text as CSV; lines end with CR LF. A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets
 * an apostrophe before it, so that a spreadsheet shows it and does not work it out; so does one with spaces before such a sign.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (/^\s+[=+\-@]/.test(cell) ? `'${cell}` : cell)));
  // A carriage return or a line feed alone is quoted too (RFC 4180, section 2.6).
  return stringify(cells, { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /[\r\n]/ });
}
