/** `verify --proof`: an entry and its proof (C2SP tlog-proof), with nothing but the log's public key. */
import { readLeaf } from '../audit-log/verifying/verify-leaf.ts';
import { leafHash } from '../merkle/hash.ts';
import { NoteError, parseVerifierKey } from '../merkle/signed-note.ts';
import { openTlogProof } from '../merkle/tlog-proof.ts';
import type { CommandIo } from './command-io.ts';
import { checked, tell } from './verify-verdict.ts';

export interface VerifyProofArgs {
  /** Text of the proof. */
  readonly proof: string;
  /** The exact bytes of the entry. */
  readonly leaf: Uint8Array;
  /** Verifier key of the log's checkpoints. */
  readonly key: string;
}

/** Prints the verdict; resolves to the exit code: 0 where the proof holds, else 1. */
export function verifyProofCommand(
  { proof, leaf, key: text }: VerifyProofArgs,
  io: CommandIo,
): Promise<number> {
  return checked(io, async () => {
    const key = parseVerifierKey(text);
    const wrong: string[] = [];
    let shown: readonly string[] = [];
    try {
      const { index, checkpoint } = openTlogProof(proof, leafHash(leaf), key);
      shown = [
        `The entry stands at index ${index} of the log ${key.name}, byte for byte as it is here.`,
        `The log had ${checkpoint.size} entries when it signed that, with the root ${Buffer.from(checkpoint.root).toString('base64')}.`,
      ];
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      wrong.push(error.message);
    }
    const read = readLeaf(leaf, '');
    if (typeof read === 'string') wrong.push(`the entry ${read}`);
    else if (read.log !== JSON.stringify(key.name)) wrong.push('the entry is of another log than the key');
    return tell(io, { holds: 'The proof holds.', wrong, shown, notShown: NOT_SHOWN });
  });
}

/** What no proof of single entries can show. */
export const NOT_SHOWN = [
  'that everybody was shown the same log: compare the root with that of a checkpoint that somebody else kept.',
  'that there are no other entries of this exchange: verify the whole log for that.',
  'that what was recorded is what happened outside the gateway.',
];
