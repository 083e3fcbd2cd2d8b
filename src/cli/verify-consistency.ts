/** `verify --consistency OLD NEW`: that a log only grew between two checkpoints (RFC 6962 section 2.1.2). */
import { checkpointInText } from '../audit-log/verifying/pasted-checkpoint.ts';
import { fromBase64 } from '../encoding/base64.ts';
import type { Checkpoint } from '../merkle/checkpoint.ts';
import { verifyConsistency } from '../merkle/consistency-proof.ts';
import { parseVerifierKey } from '../merkle/signed-note.ts';
import type { CommandIo } from './command-io.ts';
import { checked, InputError, tell } from './verify-verdict.ts';

export interface VerifyConsistencyArgs {
  /** Texts that hold the two checkpoints. */
  readonly older: string;
  readonly newer: string;
  /** Verifier key of the log's checkpoints. */
  readonly key: string;
}

/** The hashes of a consistency proof, from wherever there is one. @throws {InputError} where there is none. */
export type ConsistencyHashes = (smaller: number, larger: Checkpoint) => Promise<readonly Uint8Array[]>;

/** Prints the verdict; resolves to the exit code: 0 where the newer checkpoint continues the older one, else 1. */
export function verifyConsistencyCommand(
  args: VerifyConsistencyArgs,
  hashes: ConsistencyHashes | undefined,
  io: CommandIo,
): Promise<number> {
  return checked(io, async () => {
    const key = parseVerifierKey(args.key);
    const [smaller, larger] = [args.older, args.newer].map((text) => checkpointInText(text, key).checkpoint);
    if (smaller === undefined || larger === undefined) throw new InputError('give two checkpoints');
    if (smaller.size > larger.size)
      throw new InputError(
        `the first checkpoint is the newer one (${smaller.size} entries): give the older one first`,
      );
    if (smaller.size === 0) return tell(io, told(smaller, larger, []));
    const proof = await proofBetween(smaller, larger, hashes);
    const wrong = verifyConsistency({ smaller, larger, proof }) ? [] : [wrongOf(smaller, larger)];
    return tell(io, told(smaller, larger, wrong));
  });
}

async function proofBetween(
  smaller: Checkpoint,
  larger: Checkpoint,
  hashes: ConsistencyHashes | undefined,
): Promise<readonly Uint8Array[]> {
  if (smaller.size === larger.size) return [];
  if (hashes === undefined)
    throw new InputError(
      'name what proves it: --hashes with the proof, or the log itself with --store or --tiles',
    );
  return hashes(smaller.size, larger);
}

/** A proof as text: one hash in base64 a line. @throws {InputError} where it is not. */
export function hashesOfText(text: string): readonly Uint8Array[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const hash = fromBase64(line);
      if (hash?.length !== 32) throw new InputError('the proof is not one hash in base64 a line');
      return hash;
    });
}

function wrongOf(smaller: Checkpoint, larger: Checkpoint): string {
  if (smaller.size === larger.size)
    return `both checkpoints are signed for ${smaller.size} entries and have different roots: the log shows two histories. Keep both: they prove it`;
  return `the log of ${larger.size} entries is not proved to begin with the ${smaller.size} that were signed before: either it was rewritten, or the proof is not one`;
}

function told(smaller: Checkpoint, larger: Checkpoint, wrong: readonly string[]): Parameters<typeof tell>[1] {
  return {
    holds: `The log grew from ${smaller.size} to ${larger.size} entries, and nothing else.`,
    wrong,
    shown: [
      `Of the first ${smaller.size} entries none was changed, removed, added or moved between the two signatures of ${larger.origin}.`,
    ],
    notShown: [
      'what the entries say: verify the whole log for that.',
      'whether somebody else was shown another log.',
    ],
  };
}
