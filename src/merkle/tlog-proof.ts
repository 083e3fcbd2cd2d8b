/** Proofs that stand alone (C2SP tlog-proof v1): an index, an inclusion proof and the checkpoint that it leads to. */
import { fromBase64, toBase64 } from '../encoding/base64.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { HASH_BYTES } from './hash.ts';
import { verifyInclusion } from './inclusion-proof.ts';
import { NoteError, openSignedNote, type VerifierKey } from './signed-note.ts';

export interface TlogProof {
  /** Index of the entry in the log, from 0. */
  readonly index: number;
  /** Nearest sibling first. */
  readonly proof: readonly Uint8Array[];
  /** The signed note, letter by letter, cosignatures included. */
  readonly checkpoint: string;
  /** Bytes that mean nothing to this format and that nobody signed; undefined where there are none. */
  readonly extra?: Uint8Array | undefined;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const INDEX_LINE = /^index (0|[1-9][0-9]{0,15})$/;
/** A tree of 2^53 leaves has 53 levels. */
const MOST_HASHES = 64;
const LARGEST_PROOF = 1_100_000;

/** The proof as text; ends in a newline, as its checkpoint does. */
export function formatTlogProof({ index, proof, checkpoint, extra }: TlogProof): string {
  const lines = [FIRST_LINE, ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]), `index ${index}`];
  return `${[...lines, ...proof.map(toBase64)].join('\n')}\n\n${checkpoint}`;
}

/**
 * Takes a proof apart without judging it.
 *
 * @throws {NoteError} where the text is not a proof of this format, letter by letter.
 */
export function parseTlogProof(text: string): TlogProof {
  if (text.length > LARGEST_PROOF) throw new NoteError('the proof is too large');
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(0, end)).split('\n');
  if (end < 0 || lines.shift() !== FIRST_LINE)
    throw new NoteError(`a proof begins with the line ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith('extra ') ? extraOf(lines.shift() ?? '') : undefined;
  const index = Number(INDEX_LINE.exec(lines.shift() ?? '')?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(index)) throw new NoteError('the proof does not say the index of its entry');
  if (lines.length > MOST_HASHES) throw new NoteError('the proof has more hashes than a tree has levels');
  const checkpoint = text.slice(end + 2);
  return { index, proof: lines.map(hashOf), checkpoint, ...(extra === undefined ? {} : { extra }) };
}

export interface ProvenEntry {
  readonly index: number;
  readonly checkpoint: Checkpoint;
}

/**
 * What a proof shows: that the leaf of this hash stands at an index of the log that signed the checkpoint.
 *
 * @param key the log's key for checkpoints; its name is the log's origin. Signatures of others are passed over.
 * @returns the index and the checkpoint.
 * @throws {NoteError} with a sentence where it shows nothing.
 */
export function openTlogProof(text: string, leafHash: Uint8Array, key: VerifierKey): ProvenEntry {
  const { index, proof, checkpoint: note } = parseTlogProof(text);
  const checkpoint = parseCheckpoint(openSignedNote(note, [key]));
  if (checkpoint.origin !== key.name) throw new NoteError('the checkpoint of the proof is of another log');
  const { size, root } = checkpoint;
  if (!verifyInclusion({ index, size, leafHash, proof, root }))
    throw new NoteError('the proof does not lead from the leaf to the root that was signed');
  return { index, checkpoint };
}

function extraOf(line: string): Uint8Array {
  const bytes = fromBase64(line.slice('extra '.length));
  if (bytes === undefined) throw new NoteError('the extra data of the proof is not base64');
  return bytes;
}

function hashOf(line: string): Uint8Array {
  const bytes = fromBase64(line);
  if (bytes?.length !== HASH_BYTES) throw new NoteError('a line of the proof is not a hash in base64');
  return bytes;
}
