/** `verify --tiles`: a whole log read as tiles (C2SP tlog-tiles), from a folder or over HTTP, with its public key alone. */
import {
  type FetchPart,
  TileError,
  TileLog,
  tileLogSource,
  verifyHashTiles,
} from '../audit-log/proving/tile-log.ts';
import { verifyLog } from '../audit-log/verifying/verifier.ts';
import { type Checkpoint, parseCheckpoint } from '../merkle/checkpoint.ts';
import { openSignedNote, parseVerifierKey, type VerifierKey } from '../merkle/signed-note.ts';
import type { CommandIo } from './command-io.ts';
import { progressBar } from './progress-bar.ts';
import { checked, InputError, tell } from './verify-verdict.ts';

export interface VerifyTilesArgs {
  /** Verifier key of the log's checkpoints. */
  readonly key: string;
}

/** The checkpoint that stands beside the tiles, and its note. @throws {InputError} where there is none of this log. */
export async function checkpointOfTiles(
  fetch: FetchPart,
  key: VerifierKey,
): Promise<{ readonly checkpoint: Checkpoint; readonly note: string }> {
  const bytes = await fetch('checkpoint');
  if (bytes === undefined)
    throw new InputError('there is no checkpoint beside the tiles, or it may not be read');
  const note = Buffer.from(bytes).toString();
  const checkpoint = parseCheckpoint(openSignedNote(note, [key]));
  if (checkpoint.origin !== key.name) throw new InputError('the checkpoint is of another log than the key');
  return { checkpoint, note };
}

/** Prints the verdict; resolves to the exit code: 0 for a whole log, else 1. */
export function verifyTilesCommand(args: VerifyTilesArgs, fetch: FetchPart, io: CommandIo): Promise<number> {
  return checked(io, () =>
    asInput(async () => {
      const key = parseVerifierKey(args.key);
      const { checkpoint, note } = await checkpointOfTiles(fetch, key);
      const log = new TileLog(fetch, checkpoint);
      return (await log.showsEntries())
        ? await verifyEntries(log, checkpoint, note, key, io)
        : await verifyHashes(log, checkpoint, io);
    }),
  );
}

/** Runs work that reads tiles; a tile that is missing is told as what stops the check. */
export async function asInput<Done>(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TileError)) throw error;
    throw new InputError(error.message, { cause: error });
  }
}

async function verifyEntries(
  log: TileLog,
  checkpoint: Checkpoint,
  head: string,
  key: VerifierKey,
  io: CommandIo,
): Promise<number> {
  const options = { key, head, progress: progressBar(io, 'entries') };
  const { findings } = await verifyLog(tileLogSource(log, checkpoint), options);
  return tell(io, {
    holds: `The log is whole: ${checkpoint.size} entries, none changed, removed, added or moved.`,
    wrong: findings.map((finding) => finding.replace('the head file', 'the checkpoint')),
    shown: [signedBy(checkpoint)],
    notShown: NOT_SHOWN,
  });
}

async function verifyHashes(log: TileLog, checkpoint: Checkpoint, io: CommandIo): Promise<number> {
  const { root, findings } = await verifyHashTiles(log, checkpoint.size, progressBar(io, 'hashes'));
  const agrees = Buffer.compare(root, checkpoint.root) === 0;
  return tell(io, {
    holds: `The hashes of all ${checkpoint.size} entries make the root that was signed.`,
    wrong: agrees ? findings : [...findings, 'the hashes do not make the root that was signed'],
    shown: [signedBy(checkpoint)],
    notShown: ['what the entries say: they may not be read here, only their hashes.', ...NOT_SHOWN],
  });
}

function signedBy({ origin, size, root }: Checkpoint): string {
  return `${origin} signed this for ${size} entries; root ${Buffer.from(root).toString('base64')}`;
}

const NOT_SHOWN = [
  'that everybody was shown the same log, or that it was not taken back to an earlier state: compare with a checkpoint or a receipt that somebody else kept.',
  'an exchange that did not go through the gateway.',
];
