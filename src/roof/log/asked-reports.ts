/** Reports as they are asked for: the reader and the question are checked, the report made, and its entry durable before it leaves. */
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { REPORT_AUDIENCES, REPORT_FACES } from '../../governance/reports/report-faces.ts';
import type { AskForReport, ReportMade, ReportRequest } from '../../http/log-reports.ts';
import { startLog } from '../threads/start-log.ts';
import type { LogAnswering } from './log-question.ts';
import type { LogReaders, Reading } from './log-readers.ts';
import { openLogAnswers } from './open-log-answers.ts';
import type { ReportQuestion } from './reports.ts';

export interface AskedReportsParts {
  readonly answers: LogAnswering;
  readonly readers: LogReaders;
}

/** What the operations port asks. */
export function askedReports({ answers, readers }: AskedReportsParts): AskForReport {
  return async (request) => {
    const reader = await readers.reader(request.credentials, textOf(request.stated));
    if ('refused' in reader) return { wrong: reader.refused, status: reader.status };
    const building = request.withoutIndex === true ? undefined : await whileBuilding(answers);
    if (building !== undefined) return { wrong: building, status: 503 };
    const boundedTo = reader.sees === 'all' ? undefined : reader.sees.organisation;
    return recorded(request, boundedTo, answers, (reading, release) =>
      readers.recordedReading(reader, reading, release),
    );
  };
}

/** Entries that the index may lack for a report to wait until it has them. */
const MOST_AWAITED = 300_000;

/** Why the index cannot be asked yet, in words that say what to do; undefined where it can. */
async function whileBuilding(answers: LogAnswering): Promise<string | undefined> {
  const { size, indexed } = await answers.ask('progress', {});
  if (size - indexed <= MOST_AWAITED) return undefined;
  return `the search index is being built (${indexed} of ${size} entries): ask again later, or add --without-index, which takes longer`;
}

/**
 * With no gateway running: out of the store itself, under the writer's lock. Nobody is proved so.
 *
 * @throws {GatewayError} where that cannot be, or the settings say that nobody reads without a token.
 */
export async function reportOffline(
  config: Config,
  asked: Omit<ReportRequest, 'credentials'>,
): Promise<ReportMade> {
  if (config.provedReadersOnly)
    throw new GatewayError(
      'log-unavailable',
      'this log is read with a token only, which a running gateway proves',
    );
  const log = await startLog(config, openKeyRing(config.keysFolder, config.logOrigin).sealing);
  try {
    const { answers, close } = await openLogAnswers(config);
    const stated = textOf(asked.stated);
    const words = stated === undefined ? {} : { words: { stated } };
    return await recorded(asked, undefined, answers, async ({ kind, members, sealed }, release) => {
      await log.notes.append(kind, { ...members, assurance: 'unproved' }, [], { ...sealed, ...words });
      return release();
    }).finally(close);
  } finally {
    await log.close();
  }
}

type RecordReport = (reading: Reading, release: () => ReportMade) => Promise<ReportMade>;

/** INVARIANT: a report is recorded before it is released: where its entry cannot be stored there is no report. */
async function recorded(
  asked: Omit<ReportRequest, 'credentials'>,
  boundedTo: string | undefined,
  answers: LogAnswering,
  record: RecordReport,
): Promise<ReportMade> {
  const question = readQuestion(asked, boundedTo);
  if ('wrong' in question) return question;
  const answer = await answers.ask('report', question);
  if ('wrong' in answer) return answer;
  const { document, remarks, entry } = answer;
  return record({ kind: 'report', ...entry }, () => ({ document, remarks }));
}

const ABOUT = ['subject', 'person', 'case'] as const;

function readQuestion(
  asked: Omit<ReportRequest, 'credentials'>,
  boundedTo: string | undefined,
): ReportQuestion | { readonly wrong: string } {
  const about = ABOUT.find((one) => one === asked.about);
  const audience = REPORT_AUDIENCES.find((one) => one === (asked.for ?? 'subject'));
  const as = REPORT_FACES.find((one) => one === (asked.as ?? 'text'));
  if (about === undefined) return { wrong: `a report is about one of ${ABOUT.join(', ')}` };
  if (audience === undefined) return { wrong: `a report is for one of ${REPORT_AUDIENCES.join(', ')}` };
  if (as === undefined) return { wrong: `a report is printed as one of ${REPORT_FACES.join(', ')}` };
  const { lines, withStaff, withoutIndex, usualHours } = asked;
  if (typeof lines !== 'string') return { wrong: 'the lines that say whom it is about are missing' };
  return {
    ...{ about, lines, as, boundedTo, for: audience },
    withStaff: withStaff === true,
    withoutIndex: withoutIndex === true,
    usualHours: textOf(usualHours),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
