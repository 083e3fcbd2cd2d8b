/** `restore`: puts a backup of the log in its place, or brings back the entries that a restored log lacks, and says what comes next. */
import type { BroughtBack } from '../audit-log/recovering/recover-entries.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import { NoteError } from '../merkle/signed-note.ts';
import type { CommandIo } from './command-io.ts';

export interface RestorePlaces {
  /** The folder of a backup, or a store's file. */
  readonly from: string;
  /** The new file of the store. */
  readonly to: string;
}

export interface RestoreParts {
  readonly restore: () => Promise<{ readonly entries: number; readonly signed: number }>;
  /** How many entries the head file signs; undefined where no head file is named. @throws in words. */
  readonly headSize: () => number | undefined;
}

/** Restores; resolves to the exit code: 0 for a whole log, 1 where nothing was restored, 3 where entries are missing. */
export async function restoreCommand(
  { from, to }: RestorePlaces,
  io: CommandIo,
  parts: RestoreParts,
): Promise<number> {
  try {
    const head = parts.headSize();
    const { entries } = await parts.restore();
    io.out(`${to} holds the log of ${from}: ${entries} entries, and every one of them verifies.\n`);
    io.out(nextStep(to, entries, head));
    return head !== undefined && head > entries ? ENTRIES_MISSING : 0;
  } catch (error) {
    if (!(error instanceof GatewayError) && !(error instanceof NoteError)) throw error;
    io.err(`nothing was restored: ${error.message}\n`);
    return 1;
  }
}

const ENTRIES_MISSING = 3;

function nextStep(to: string, entries: number, head: number | undefined): string {
  if (head === undefined) {
    return 'No head file was named (--head), so nobody can tell yet whether entries are missing: the start of the gateway will.\n';
  }
  if (head <= entries) return `The head file is signed for ${head} entries: the gateway can start.\n`;
  const lost = head - entries;
  return [
    `THE LOG IS OLDER THAN ITS HEAD FILE, which is signed for ${head} entries: ${lost === 1 ? 'entry' : 'entries'} ${entries}${lost === 1 ? ' is' : ` to ${head - 1} are`} missing.`,
    'The gateway will not start on it, because it would sign another history. There are two ways on:',
    '  - somebody still has those entries (an export, entry bundles, a later copy of the store):',
    `      sharing-gateway restore --entries <file or folder> --to ${to}`,
    '  - nobody has them: two people open a new log, which says for ever what is missing of this one:',
    '      sharing-gateway recover --origin <new name> --store <new file> --new-head <new file> --by <name> --because <why>',
    '',
  ].join('\n');
}

/** Brings entries back; resolves to the exit code: 0, or 1 where nothing was brought back. */
export async function bringBackCommand(
  { from, to }: RestorePlaces,
  io: CommandIo,
  bringBack: () => Promise<BroughtBack>,
): Promise<number> {
  try {
    const { entries, beyond } = await bringBack();
    io.out(
      `${to} has its ${entries} missing entries back: they are those that were signed. The gateway can start.\n`,
    );
    if (beyond > 0) {
      io.out(
        `${beyond} further entries of ${from} were left out: the head file does not sign them. Keep ${from} as evidence of them.\n`,
      );
    }
    io.out(WITHOUT_SEALED_ROWS);
    return 0;
  } catch (error) {
    if (!(error instanceof GatewayError) && !(error instanceof NoteError)) throw error;
    io.err(`no entry was brought back: ${error.message}\n`);
    return 1;
  }
}

const WITHOUT_SEALED_ROWS = [
  'What a list of entries does not hold, and is lost of them:',
  '  - who they are about, who asked and under which case: reports about a person or a case do not find them.',
  '  - what was counted for limits in those hours.',
  '',
].join('\n');
