/** `report subject`, `report person`, `report case`: asked of the running gateway, so that the report is itself an entry first. */
import type { CommandIo } from './command-io.ts';

export interface ReportOptions {
  readonly about: 'subject' | 'person' | 'case';
  readonly for: string;
  readonly as: string;
  readonly withStaff: boolean;
  readonly withoutIndex: boolean;
  readonly usualHours: string | undefined;
  /** Who makes the report, where no token proves it. */
  readonly stated: string | undefined;
}

export interface ReportParts {
  /** Where the running gateway is asked for. */
  readonly operations: string;
  /** Undefined only where nobody listens. */
  readonly ask: (question: ReportOptions & { readonly lines: string }) => Promise<Reported | undefined>;
  /** With no gateway running: out of the store itself, under the writer's lock. @throws where that cannot be. */
  readonly askOffline: (question: ReportOptions & { readonly lines: string }) => Promise<Reported>;
  /** Identifiers from standard input: what stands in arguments is seen by every user of the machine. */
  readonly readLines: () => Promise<string>;
}

export type Reported =
  | { readonly document: string; readonly remarks: readonly string[] }
  | { readonly wrong: string };

const WRITE: Readonly<Record<ReportOptions['about'], string>> = {
  subject: 'write the identifiers of the person to standard input, one a line, such as `NHS number: …`',
  person: 'write two lines to standard input: `organisation: …` and `person: …`',
  case: 'write two lines to standard input: `organisation: …` and `case reference: …`',
};

/** Prints the report to `out` and what the person must not read to `err`; resolves to the exit code: 0, or 1 without a report. */
export async function reportCommand(
  options: ReportOptions,
  io: CommandIo,
  parts: ReportParts,
): Promise<number> {
  const lines = await parts.readLines();
  if (lines.trim() === '') {
    io.err(`${WRITE[options.about]}\n`);
    return 1;
  }
  const question = { ...options, lines };
  const reported = (await parts.ask(question)) ?? (await offline(question, io, parts));
  if (reported === undefined) return 1;
  if ('wrong' in reported) {
    io.err(`no report was made: ${reported.wrong}\n`);
    return 1;
  }
  for (const remark of reported.remarks) io.err(`${remark}\n`);
  io.out(reported.document);
  return 0;
}

async function offline(
  question: ReportOptions & { readonly lines: string },
  io: CommandIo,
  { operations, askOffline }: ReportParts,
): Promise<Reported | undefined> {
  io.err(`no gateway answers at ${operations}; the report is made out of the store itself\n`);
  try {
    return await askOffline(question);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'something else was thrown';
    io.err(
      `no report was made: ${why}\nName the gateway's operations address, or run this with the gateway's own settings\n`,
    );
    return undefined;
  }
}
