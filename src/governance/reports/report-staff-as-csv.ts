/** The CSV face of what a member of staff or a case looked at (RFC 4180): a row for each look; no cell can become a formula. */
import { csvText } from '../pages/csv-text.ts';
import { exchangeCells, exchangeColumns } from './exchange-as-cells.ts';
import type { StaffReport } from './report-staff.ts';
import { remarks } from './report-staff-as-page.ts';

export function staffAsCsv({ looks }: StaffReport): string {
  return csvText([exchangeColumns('remarks'), ...looks.map((look) => exchangeCells(look, remarks(look)))]);
}
