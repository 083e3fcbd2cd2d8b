/** `verify`: checks a whole log offline, says in plain words what it found, and what no check of the log alone can see. */
import { readFileSync } from 'node:fs';
import { type LogSource, type LogVerdict, verifyLog } from '../audit-log/verifier.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import { NoteError, parseVerifierKey, type VerifierKey } from '../merkle/signed-note.ts';
import type { CommandIo } from './command-io.ts';
import { progressBar } from './progress-bar.ts';

export interface VerifyLogArgs {
  /** The store's file, or a copy of it. */
  readonly store: string;
  /** The head file. */
  readonly head: string;
  /** Verifier key of the log's checkpoints, as `keys` prints it. */
  readonly key: string;
}

/** A log that can be closed; one view of it, whatever is written meanwhile. */
export interface OpenedLog extends LogSource {
  close(): void;
}

/** Opens the store for reading. @throws {GatewayError} where it cannot. */
export type OpenLog = (store: string) => OpenedLog;

const MOST_TRIES = 20;

/** Verifies the log and prints the verdict; returns the exit code: 0 for a whole log, else 1. */
export function verifyLogCommand(args: VerifyLogArgs, io: CommandIo, openLog: OpenLog): number {
  try {
    const key = parseVerifierKey(args.key);
    const { log, head } = openTogether(args, openLog);
    try {
      const verdict = verifyLog(log, { key, head, progress: progressBar(io, 'entries') });
      io.out(inWords(verdict, key));
      return verdict.findings.length === 0 ? 0 : 1;
    } finally {
      log.close();
    }
  } catch (error) {
    if (!(error instanceof GatewayError) && !(error instanceof NoteError)) throw error;
    io.err(`the log could not be verified: ${error.message}\n`);
    return 1;
  }
}

/**
 * The store's view and the head file as they stood at one instant. Beside a running gateway the head may move on while the
 * store is opened; then both are read again.
 */
function openTogether(args: VerifyLogArgs, openLog: OpenLog): { log: OpenedLog; head: string | undefined } {
  for (let tries = 1; ; tries += 1) {
    const head = readHead(args.head);
    const log = openLog(args.store);
    if (readHead(args.head) === head || tries === MOST_TRIES) return { log, head };
    log.close();
  }
}

function readHead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new GatewayError('log-unavailable', 'the head file cannot be read', { cause: error });
  }
}

function inWords(verdict: LogVerdict, key: VerifierKey): string {
  const { findings } = verdict;
  const lines =
    findings.length === 0
      ? [`The log is whole: ${verdict.entries} entries, none changed, removed, added or moved.`]
      : [`THE LOG IS NOT WHOLE. ${verdict.entries} entries were read, and this is wrong:`];
  for (const finding of findings) lines.push(`  - ${finding}`);
  lines.push(...signedInWords(verdict, key), '', ...UNSEEN);
  return `${lines.join('\n')}\n`;
}

function signedInWords({ checkpoint, entries }: LogVerdict, key: VerifierKey): string[] {
  if (checkpoint === undefined) return ['No checkpoint that holds covers any entry.'];
  const { size, root } = checkpoint;
  const lines = [
    `The newest checkpoint that holds is signed by ${key.name} over ${size} entries; root ${Buffer.from(root).toString('base64')}`,
  ];
  const after = entries - size;
  if (after > 0) lines.push(`The last ${after} entries are not covered by it: nobody has signed them yet.`);
  return lines;
}

const UNSEEN = [
  'What this check cannot see:',
  '  - whoever holds the checkpoint key can write the store and the head file anew, or take both back to an earlier',
  '    state together. Only a checkpoint or a receipt that somebody else kept shows that: compare the root above.',
  '  - an exchange that did not go through the gateway.',
  '  - the sealed rows beside the entries: they may be erased by law, so no hash of the tree covers them.',
  '  - the facts beside the entries (stops, people who are held back): each change of them is an entry, but no hash covers',
  '    the facts themselves. Compare the lists that `stops` and `protect list` print with those entries.',
];
