/** What a witness says to a checkpoint (C2SP tlog-witness v1.0.0): it cosigns only what goes on from what it cosigned last. */
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { verifyConsistency } from '../../merkle/consistency-proof.ts';
import { emptyRoot } from '../../merkle/hash.ts';
import {
  formatSignedNote,
  NoteError,
  type NoteSignature,
  openSignedNote,
  parseSignedNote,
  type VerifierKey,
} from '../../merkle/signed-note.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './witness-request.ts';

/** The newest checkpoint that was cosigned of one log. */
export interface CosignedHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The checkpoint with the log's signature and the cosignature. */
  readonly note: string;
}

/** What a witness remembers. */
export interface WitnessBook {
  head(origin: string): CosignedHead | undefined;
  /**
   * Puts `after` in the place of the head of `before` entries (0: of no head).
   *
   * INVARIANT: true only once `after` is durable, and false where another took its place meanwhile: check and change are one.
   */
  replace(origin: string, before: number, after: CosignedHead): boolean;
  /** Keeps a checkpoint that the log signed and that contradicts what was cosigned: it proves that the log forked. */
  keepEvidence(origin: string, checkpoint: Checkpoint, note: string): void;
}

/** Makes cosignatures; the private key never leaves the adapter. */
export interface Cosigner {
  /** @param text of the checkpoint, without signatures. */
  cosign(text: string): NoteSignature;
}

export interface WitnessParts {
  /** Keys of the logs that are followed, by origin. */
  readonly logs: ReadonlyMap<string, readonly VerifierKey[]>;
  readonly book: WitnessBook;
  readonly cosigner: Cosigner;
}

/** The answer by its HTTP status. `origin` is told only of a log that is followed. */
export type WitnessVerdict =
  | { readonly status: 200; readonly origin: string; readonly size: number; readonly lines: string }
  | { readonly status: 409; readonly origin: string; readonly known: number }
  | {
      readonly status: 400 | 403 | 404 | 422;
      readonly why: string;
      readonly origin?: string;
      /** The log signed something that contradicts what it signed before. */
      readonly forked?: boolean;
    };

/** Judges the body of one request, and remembers what it cosigns before it says so. */
export function judgeAddCheckpoint(body: string, parts: WitnessParts): WitnessVerdict {
  let request: AddCheckpoint;
  let text: string;
  let checkpoint: Checkpoint;
  try {
    request = parseAddCheckpoint(body);
    text = textOf(request.checkpoint);
    checkpoint = parseCheckpoint(text);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return { status: 400, why: error.message };
  }
  const { origin } = checkpoint;
  const keys = parts.logs.get(origin);
  if (keys === undefined) return { status: 404, why: 'this witness does not follow the log' };
  try {
    openSignedNote(request.checkpoint, keys);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return { status: 403, why: error.message, origin };
  }
  return judgeSigned({ request, text, checkpoint, keys }, parts);
}

interface SignedCheckpoint {
  readonly request: AddCheckpoint;
  readonly text: string;
  readonly checkpoint: Checkpoint;
  readonly keys: readonly VerifierKey[];
}

function judgeSigned(signed: SignedCheckpoint, parts: WitnessParts): WitnessVerdict {
  const { request, checkpoint } = signed;
  const { origin, size } = checkpoint;
  if (request.oldSize > size)
    return { status: 400, why: 'the old size is larger than that of the checkpoint', origin };
  const head = parts.book.head(origin);
  const known = head?.size ?? 0;
  if (request.oldSize !== known) {
    if (head?.size === size && !same(head.root, checkpoint.root)) keep(signed, parts);
    return { status: 409, origin, known };
  }
  if (size === 0 && !same(checkpoint.root, emptyRoot()))
    return { status: 422, why: 'the root of a log without entries is the hash of nothing', origin };
  if (!goesOn(request, head, checkpoint)) {
    if (known > 0) keep(signed, parts);
    return {
      status: 422,
      why: 'the consistency proof does not lead from the checkpoint that was cosigned last to this one',
      origin,
      forked: known > 0,
    };
  }
  return cosign(signed, known, parts);
}

/** The text of the note, whatever its signatures are: those are judged once it is known whose log it is. */
function textOf(note: string): string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new NoteError('the checkpoint has no empty line before its signatures');
  return note.slice(0, end + 1);
}

/** INVARIANT: no two checkpoints are cosigned of which neither goes on from the other. */
function goesOn({ proof }: AddCheckpoint, head: CosignedHead | undefined, to: Checkpoint): boolean {
  if (head === undefined || head.size === 0) return proof.length === 0;
  return verifyConsistency({ smaller: head, larger: to, proof });
}

/** INVARIANT: the cosignature leaves only after the checkpoint is durable as the newest one. */
function cosign(
  { request, text, checkpoint, keys }: SignedCheckpoint,
  known: number,
  parts: WitnessParts,
): WitnessVerdict {
  const { origin, size, root } = checkpoint;
  const cosignature = parts.cosigner.cosign(text);
  const ofLog = parseSignedNote(request.checkpoint).signatures.filter((one) => isOf(keys, one));
  const note = formatSignedNote(text, [...ofLog, cosignature]);
  if (!parts.book.replace(origin, known, { size, root, note }))
    return { status: 409, origin, known: parts.book.head(origin)?.size ?? 0 };
  return { status: 200, origin, size, lines: formatSignedNote(text, [cosignature]).slice(text.length + 1) };
}

function keep({ request, checkpoint }: SignedCheckpoint, { book }: WitnessParts): void {
  book.keepEvidence(checkpoint.origin, checkpoint, request.checkpoint);
}

function isOf(keys: readonly VerifierKey[], { name, id }: NoteSignature): boolean {
  return keys.some((key) => key.name === name && same(key.id, id));
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
