/** `verify --checkpoint`: whether a log still is the one that somebody was sent a checkpoint of, by e-mail for instance. */
import { checkpointInText } from '../audit-log/verifying/pasted-checkpoint.ts';
import type { Checkpoint } from '../merkle/checkpoint.ts';
import { parseVerifierKey } from '../merkle/signed-note.ts';
import type { CommandIo } from './command-io.ts';
import { checked, tell } from './verify-verdict.ts';

/** What the log says of itself now. */
export interface LogNow {
  /** How many entries it holds. */
  readonly size: number;
  /** Root over its first `size` entries; called only for sizes that it has. */
  readonly rootAt: (size: number) => Promise<Uint8Array>;
}

/**
 * Prints the verdict on the log that was verified just before; resolves to the exit code.
 *
 * @param pasted text that holds the checkpoint.
 */
export function verifyCheckpointCommand(
  args: { readonly pasted: string; readonly key: string },
  log: LogNow,
  io: CommandIo,
): Promise<number> {
  return checked(io, async () => {
    const { checkpoint } = checkpointInText(args.pasted, parseVerifierKey(args.key));
    return tell(io, {
      holds: `The log begins with the ${checkpoint.size} entries of the checkpoint that was pasted.`,
      wrong: await wrongWith(checkpoint, log),
      shown: [`Since ${checkpoint.origin} signed it, none of them was changed, removed, added or moved.`],
      notShown: ['what happened to entries after it: keep a newer checkpoint too.'],
    });
  });
}

/** What a checkpoint that somebody kept shows to be wrong with the log, a sentence each. */
export async function wrongWith({ size, root }: Checkpoint, log: LogNow): Promise<readonly string[]> {
  if (size > log.size)
    return [
      `the checkpoint is signed for ${size} entries and the log has ${log.size}: it was taken back to an earlier state. Keep the checkpoint: it proves that`,
    ];
  if (Buffer.compare(await log.rootAt(size), root) === 0) return [];
  return [
    `the first ${size} entries of the log are not those that were signed: it was rewritten. Keep the checkpoint: it proves that`,
  ];
}
