/** Proofs about a log (RFC 6962, C2SP tlog-proof), made from the tiles that its store keeps. */
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { proveConsistency } from '../../merkle/consistency-proof.ts';
import { proveInclusion } from '../../merkle/inclusion-proof.ts';
import { parseSignedNote } from '../../merkle/signed-note.ts';
import { type HashAt, subtreeRoot } from '../../merkle/subtree.ts';
import { hashesNeeded } from '../../merkle/tile-hashes.ts';
import { formatTlogProof } from '../../merkle/tlog-proof.ts';
import type { LogReader } from '../ports.ts';

/** A checkpoint as it was signed, and what it says. */
export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: string;
}

/** The newest checkpoint of the log, with all signatures that are kept of it; undefined before the first. */
export async function newestCheckpoint(
  reader: Pick<LogReader, 'checkpoint'>,
): Promise<SignedCheckpoint | undefined> {
  const note = await reader.checkpoint();
  return note === undefined ? undefined : { note, checkpoint: parseCheckpoint(parseSignedNote(note).text) };
}

/** That entry `index` stands in the tree of the first `size` entries. @throws {RangeError} where it does not. */
export function inclusionProof(
  reader: Pick<LogReader, 'hashAt'>,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  return computed(reader, (hashAt) => proveInclusion(index, size, hashAt));
}

/** That the tree of `larger` entries begins with that of `smaller`. @throws {RangeError} unless 0 < smaller ≤ larger. */
export function consistencyProof(
  reader: Pick<LogReader, 'hashAt'>,
  smaller: number,
  larger: number,
): Promise<readonly Uint8Array[]> {
  return computed(reader, (hashAt) => proveConsistency(smaller, larger, hashAt));
}

/** The root over the first `size` entries. @throws {RangeError} where the store does not hold them. */
export function rootOfFirst(reader: Pick<LogReader, 'hashAt'>, size: number): Promise<Uint8Array> {
  return computed(reader, (hashAt) => subtreeRoot(0, size, hashAt));
}

/** The proof of an entry that stands alone (C2SP tlog-proof), or undefined where the checkpoint does not cover it yet. */
export async function proofOfEntry(
  reader: LogReader,
  index: number,
  { checkpoint, note }: SignedCheckpoint,
): Promise<string | undefined> {
  if (index >= checkpoint.size) return undefined;
  const proof = await inclusionProof(reader, index, checkpoint.size);
  return formatTlogProof({ index, proof, checkpoint: note });
}

/** A store may answer later, the arithmetic cannot wait: which hashes it needs is found out first. */
async function computed<Made>(
  reader: Pick<LogReader, 'hashAt'>,
  compute: (hashAt: HashAt) => Made,
): Promise<Made> {
  const hashes = new Map<string, Uint8Array>();
  for (const { level, index } of hashesNeeded(compute))
    hashes.set(`${level} ${index}`, await reader.hashAt(level, index));
  return compute((level, index) => {
    const hash = hashes.get(`${level} ${index}`);
    if (hash === undefined) throw new RangeError('a hash of the proof was not read');
    return hash;
  });
}
