/** Compares the checkpoint that witnesses cosigned with the store before anything is signed: neither may be taken back. */
import { GatewayError } from '../../domain/gateway-error.ts';
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { rootOfRange } from '../../merkle/compact-range.ts';
import { verifyConsistency } from '../../merkle/consistency-proof.ts';
import { NoteError, openSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';
import type { LogReader } from '../ports.ts';
import { consistencyProof } from '../proving/proofs.ts';

/** Kind of the fact that a witness cosigned another history. */
export const FORK_SUSPECTED = 'fork suspected';

/** Key of that fact: of one log only, so that a log that goes on from it under another name begins without it. */
export function forkKey(origin: string, verifierKey: string): string {
  return `${origin} ${verifierKey}`;
}

/**
 * INVARIANT: the log never signs a fork: a store that does not go on from what was cosigned outside is not opened.
 *
 * @param note the kept cosigned checkpoint.
 * @throws {GatewayError} `log-unavailable` in words.
 */
export async function checkKept(
  note: string,
  key: VerifierKey,
  reader: Pick<LogReader, 'state' | 'hashAt'>,
): Promise<void> {
  const kept = openKept(note, key);
  const { size, range } = await reader.state();
  if (kept.size > size) {
    throw refusal(
      `witnesses countersigned ${kept.size} entries of this log, and the store holds ${size}: store and head file were taken back to an earlier state; bring back the missing entries`,
    );
  }
  if (kept.size === 0) return;
  const larger = { size, root: rootOfRange(range) };
  const proof = await consistencyProof(reader, kept.size, size);
  if (!verifyConsistency({ smaller: kept, larger, proof })) {
    throw refusal(
      `the first ${kept.size} entries of the store are not those that the witnesses countersigned: the log was written anew`,
    );
  }
}

/**
 * Refuses a log of which a witness that still counts cosigned another history.
 *
 * @param witnesses verifier keys and names of the witnesses that count.
 * @throws {GatewayError} `log-unavailable` in words.
 */
export async function checkForks(
  witnesses: readonly { readonly name: string; readonly verifierKey: string }[],
  origin: string,
  reader: Pick<LogReader, 'fact'>,
): Promise<void> {
  for (const { name, verifierKey } of witnesses) {
    if ((await reader.fact(FORK_SUSPECTED, forkKey(origin, verifierKey))) === undefined) continue;
    throw refusal(
      `the witness ${name} cosigned another history of this log. Bring back the store that it cosigned; or, where the witness was wrong, take it out of WITNESSES_FILE`,
    );
  }
}

function openKept(note: string, key: VerifierKey): Checkpoint {
  try {
    const checkpoint = parseCheckpoint(openSignedNote(note, [key]));
    if (checkpoint.origin === key.name) return checkpoint;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
  }
  throw refusal(
    'the file of the cosigned checkpoint belongs to another log or was changed: put the right one back, or name another with COSIGNED_FILE',
  );
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
