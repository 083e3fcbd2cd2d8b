/** The faces of reports by the name that a command line gives them, and for whom they are. */
import type { Page } from '../pages/page.ts';
import { pageAsHtml } from '../pages/page-as-html.ts';
import { pageAsText } from '../pages/page-as-text.ts';
import { copyAsCsv, noteAsCsv } from './report-as-csv.ts';
import { copyForThePerson } from './report-copies.ts';
import { copyAsPage } from './report-copy-as-page.ts';
import { londonMoment } from './report-exchange.ts';
import { noteAsPage } from './report-note-as-page.ts';
import type { StaffReport } from './report-staff.ts';
import { staffAsCsv } from './report-staff-as-csv.ts';
import { staffAsPage } from './report-staff-as-page.ts';
import type { SubjectReport } from './report-subject.ts';

export const REPORT_FACES = ['html', 'csv', 'json', 'text'] as const;
export type ReportFace = (typeof REPORT_FACES)[number];

/** `subject`: the copy that is handed to the person. `officer`: the note for whoever makes it. */
export const REPORT_AUDIENCES = ['subject', 'officer'] as const;
export type ReportAudience = (typeof REPORT_AUDIENCES)[number];

/** INVARIANT: every face for the person is made from the copy for the person, which holds nothing that is kept back. */
export function subjectAsFace(report: SubjectReport, audience: ReportAudience, face: ReportFace): string {
  const made = londonMoment(report.madeAtMs);
  if (audience === 'officer')
    return asFace(
      face,
      report,
      () => noteAsCsv(report),
      () => noteAsPage(report, made),
    );
  const copy = copyForThePerson(report, made);
  return asFace(
    face,
    copy,
    () => copyAsCsv(copy),
    () => copyAsPage(copy),
  );
}

export function staffAsFace(report: StaffReport, face: ReportFace): string {
  const made = londonMoment(report.madeAtMs);
  return asFace(
    face,
    report,
    () => staffAsCsv(report),
    () => staffAsPage(report, made),
  );
}

function asFace(face: ReportFace, data: object, csv: () => string, page: () => Page): string {
  if (face === 'json') return `${JSON.stringify(data, null, 2)}\n`;
  if (face === 'csv') return csv();
  return face === 'html' ? pageAsHtml(page()) : pageAsText(page());
}
