/** `export entries --as jsonl|csv`: the entries that the reader may see, as they flow out of the log. */
import { localMidnight, localMidnightAfter } from '../domain/london-time.ts';
import { csvHeading, entryAsCsv } from '../governance/pages/entries-as-csv.ts';
import { askLog, type LogAddress, linesOf, readLogLine } from './ask-log.ts';
import type { CommandIo } from './command-io.ts';
import { progressBar } from './progress-bar.ts';
import { checked, InputError } from './verify-verdict.ts';

export interface ExportEntriesArgs extends LogAddress {
  readonly as: 'jsonl' | 'csv';
  /** A day in London, or an instant (ISO 8601) with its zone. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Index of the first entry, and how many entries of the log from there on; as they were typed. */
  readonly first?: string | undefined;
  readonly size?: string | undefined;
}

/** Where the result goes; resolves once there is room for more, so that memory does not grow with the log. */
export type Flow = (text: string) => Promise<void>;

/** Resolves to the exit code. */
export function exportEntriesCommand(args: ExportEntriesArgs, io: CommandIo, flow: Flow): Promise<number> {
  return checked(io, async () => {
    const query = new URLSearchParams();
    for (const name of ['from', 'to'] as const) {
      const text = args[name];
      if (text !== undefined) query.set(name, instantText(text, name));
    }
    for (const name of ['first', 'size'] as const) {
      const text = args[name];
      if (text !== undefined) query.set(name, text);
    }
    const answer = await askLog(args, `/log/export?${query}`);
    const first = Number(answer.headers.get('log-first') ?? 0);
    const end = Number(answer.headers.get('log-size') ?? 0);
    const progress = progressBar(io, 'entries');
    if (args.as === 'csv') await flow(csvHeading());
    for await (const text of linesOf(answer)) {
      const { index, leaf, leafHash } = readLogLine(text);
      await flow(args.as === 'csv' ? entryAsCsv(index, leaf, leafHash) : `${text}\n`);
      progress(index + 1 - first, end - first);
    }
    return 0;
  });
}

/**
 * The instant that a person wrote. A day alone is a day in London: from its beginning, to its end.
 *
 * @throws {InputError} where it is none.
 */
export function instantText(text: string, edge: 'from' | 'to'): string {
  const day = edge === 'from' ? localMidnight(text) : localMidnightAfter(text);
  const ms = day ?? (/T.+(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN);
  if (Number.isNaN(ms))
    throw new InputError(
      'write a time as a day, such as 2026-11-23, or as 2026-11-23T09:00:00Z, with its zone',
    );
  return new Date(ms).toISOString();
}
