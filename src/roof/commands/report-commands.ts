/** The commands that print reports out of the log: about a person, a member of staff, or a case. */

import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import { type Reported, type ReportOptions, reportCommand } from '../../cli/report-log.ts';
import { type Environment, readConfig } from '../../config.ts';
import { USUAL_HOURS } from '../../domain/hours.ts';
import { REPORT_AUDIENCES, REPORT_FACES } from '../../governance/reports/report-faces.ts';

const MEANS: Readonly<Record<ReportOptions['about'], string>> = {
  subject:
    'tell a person who asked about them, when, what for and what was shared; their identifiers are read from standard input',
  person:
    'tell what one member of staff looked at, whatever came of it; who that is, is read from standard input',
  case: 'tell what was looked at under one case; which case, is read from standard input',
};

/** A report over a long log takes its time where there is no index. */
const ASK_WITHIN_MS = 600_000;

interface Options {
  readonly operations: string;
  readonly tokenFile?: string;
  readonly for?: string;
  readonly as: string;
  readonly withStaff: boolean;
  readonly withoutIndex: boolean;
  readonly usualHours?: string;
  readonly by?: string;
}

/** Adds the commands to the program. `readLines` reads what stands on standard input. */
export function addReportCommands(
  program: Command,
  io: CommandIo,
  environment: Environment,
  readLines: () => Promise<string> = () => text(process.stdin),
): void {
  const report = program
    .command('report')
    .description('make a report out of the log; the report is itself an entry');
  for (const about of ['subject', 'person', 'case'] as const) {
    const command = withOptions(report.command(about).description(MEANS[about]));
    if (about === 'subject') {
      const who = new Option('--for <reader>', 'the copy for the person, or the note for whoever makes it');
      command.addOption(who.choices(REPORT_AUDIENCES).default('subject'));
    } else {
      command.option('--usual-hours <hours>', 'hours outside of which a look is flagged', USUAL_HOURS);
    }
    command.action(async (options: Options) => {
      process.exitCode = await run(about, options, io, { environment, readLines });
    });
  }
}

function withOptions(command: Command): Command {
  return command
    .addOption(new Option('--as <face>', 'how to print it').choices(REPORT_FACES).default('text'))
    .option('--with-staff', 'open the sealed words for the staff who asked', false)
    .option('--without-index', 'read the whole log, entry by entry, and leave the search index aside', false)
    .option('--by <name>', 'who makes the report, where no token proves it; it is sealed in the entry')
    .option('--token-file <file>', "a token of an organisation's issuer, which proves who reads")
    .addOption(
      new Option('--operations <url>', 'operations address')
        .env('OPERATIONS_URL')
        .default('http://127.0.0.1:9443'),
    );
}

function run(
  about: ReportOptions['about'],
  { operations, tokenFile, usualHours, by, as, withStaff, withoutIndex, ...options }: Options,
  io: CommandIo,
  { environment, readLines }: { environment: Environment; readLines: () => Promise<string> },
): Promise<number> {
  const asked = { about, as, withStaff, withoutIndex, usualHours, stated: by, for: options.for ?? 'subject' };
  const token = tokenFile === undefined ? undefined : readFileSync(tokenFile, 'utf8').trim();
  return reportCommand(asked, io, {
    operations,
    ask: (question) => ask(operations, question, token),
    askOffline: async (question) => {
      if (token !== undefined)
        throw new Error('no gateway is running that could check the token; leave it out');
      const { reportOffline } = await import('../log/asked-reports.ts');
      return reportOffline(readConfig(environment), question);
    },
    readLines,
  });
}

async function ask(
  operations: string,
  { about, ...question }: ReportOptions & { readonly lines: string },
  token: string | undefined,
): Promise<Reported | undefined> {
  const answer = await fetch(`${operations}/log/reports/${about}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(ASK_WITHIN_MS),
  }).catch(() => undefined);
  if (answer === undefined) return undefined;
  const said: unknown = await answer.json().catch(() => undefined);
  return reportedIn(said) ?? { wrong: `the gateway answered ${answer.status}` };
}

function reportedIn(said: unknown): Reported | undefined {
  if (typeof said !== 'object' || said === null) return undefined;
  if ('wrong' in said && typeof said.wrong === 'string') return { wrong: said.wrong };
  if (!('document' in said) || typeof said.document !== 'string') return undefined;
  const remarks = 'remarks' in said && Array.isArray(said.remarks) ? said.remarks.map(String) : [];
  return { document: said.document, remarks };
}
