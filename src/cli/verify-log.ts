/** `verify`: checks a whole log offline, says in plain words what it found, and what no check of the log alone can see. */
import { readFileSync } from 'node:fs';
import { HeardLosses } from '../audit-log/recovering/recover-range.ts';
import { type LogSource, type LogVerdict, verifyLog } from '../audit-log/verifying/verifier.ts';
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
  /** Whether sealed rows are checked as well; takes about half as long again. */
  readonly sealedRows?: boolean;
}

/** A log that can be closed; one view of it, whatever is written meanwhile. */
export interface OpenedLog extends LogSource {
  close(): void | Promise<void>;
}

/** Opens the store for reading. @throws {GatewayError} where it cannot. */
export type OpenLog = (store: string) => OpenedLog | Promise<OpenedLog>;

/** What is wrong with a set of policy files that the log's store keeps, or undefined. */
export type FaultOfKeptSet = (
  sha256: string,
  fact: NonNullable<LogSource['fact']>,
) => Promise<string | undefined>;

const MOST_TRIES = 20;

/** Verifies the log and prints the verdict; resolves to the exit code: 0 for a whole log, else 1. */
export async function verifyLogCommand(
  args: VerifyLogArgs,
  io: CommandIo,
  openLog: OpenLog,
  faultOfKeptSet: FaultOfKeptSet = async () => undefined,
): Promise<number> {
  try {
    const key = parseVerifierKey(args.key);
    const { log, head } = await openTogether(args, openLog);
    try {
      const fact = log.fact?.bind(log);
      const losses = new HeardLosses();
      const verdict = await verifyLog(log, {
        ...{ key, head, progress: progressBar(io, 'entries'), sealedRows: args.sealedRows === true },
        hear: (entries) => losses.hear(entries),
        ...(fact === undefined ? {} : { keptSetFault: (sha256: string) => faultOfKeptSet(sha256, fact) }),
      });
      io.out(inWords(verdict, key, losses.inWords(), args.sealedRows === true));
      return verdict.findings.length === 0 ? 0 : 1;
    } finally {
      await log.close();
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
async function openTogether(
  args: VerifyLogArgs,
  openLog: OpenLog,
): Promise<{ log: OpenedLog; head: string | undefined }> {
  for (let tries = 1; ; tries += 1) {
    const head = readHead(args.head);
    const log = await openLog(args.store);
    if (readHead(args.head) === head || tries === MOST_TRIES) return { log, head };
    await log.close();
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

function inWords(
  verdict: LogVerdict,
  key: VerifierKey,
  losses: readonly string[],
  sealedRows: boolean,
): string {
  const { findings } = verdict;
  const lines =
    findings.length === 0
      ? [`The log is whole: ${verdict.entries} entries, none changed, removed, added or moved.`]
      : [`THE LOG IS NOT WHOLE. ${verdict.entries} entries were read, and this is wrong:`];
  for (const finding of findings) lines.push(`  - ${finding}`);
  if (verdict.gaps.length > 0) lines.push(GAPS, ...verdict.gaps.map((gap) => `  - ${gap}`));
  lines.push(...droppedInWords(verdict), ...signedInWords(verdict, key), ...losses);
  lines.push('', ...UNSEEN, ...(sealedRows ? UNSEEN_OF_SEALED_ROWS : SEALED_ROWS_UNSEEN));
  return `${lines.join('\n')}\n`;
}

function droppedInWords({ dropped, entries }: LogVerdict): string[] {
  if (dropped === 0) return [];
  return [
    `${dropped} of the ${entries} entries were dropped when they need not be kept any more: only their hashes are there.`,
  ];
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

const GAPS =
  'These gaps are in its story. A power cut or a machine that was held up makes them too; ask the operator about each:';

const UNSEEN = [
  'What this check cannot see:',
  '  - whoever holds the checkpoint key can write the store and the head file anew, or take both back to an earlier',
  '    state together. Only a checkpoint that somebody else kept or cosigned (--checkpoint, --policy), or a receipt, shows that.',
  '  - an exchange that did not go through the gateway.',
];
const SEALED_ROWS_UNSEEN = [
  '  - the sealed rows beside the entries: they may be erased by law. Add --sealed-rows to check them too.',
];
const UNSEEN_OF_SEALED_ROWS = [
  '  - of sealed rows: sealed words that were taken away, and tags of people who were held back. Whom entries are about was',
  '    checked: each commitment is there, and what was erased an entry says.',
];
