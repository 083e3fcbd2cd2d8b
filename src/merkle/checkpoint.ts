/** Checkpoints (C2SP tlog-checkpoint v1.0.0): the text in which a log signs its origin, its size and its root. */
import { fromBase64, toBase64 } from '../encoding/base64.ts';
import { HASH_BYTES } from './hash.ts';
import { NoteError } from './signed-note.ts';

export interface Checkpoint {
  /** Name of the log. */
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  /** 32 bytes (RFC 6962 section 2.1). */
  readonly root: Uint8Array;
}

const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/**
 * The text to sign; ends in a newline and has no extension lines.
 *
 * @throws {NoteError} for an origin that is empty or holds a newline, a size that is not a whole number from 0, or a root
 * that is not 32 bytes long.
 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || origin.includes('\n')) throw new NoteError('the origin of a checkpoint is one line');
  if (!Number.isSafeInteger(size) || size < 0)
    throw new NoteError('the size of a checkpoint is a whole number');
  if (root.length !== HASH_BYTES) throw new NoteError('the root of a checkpoint has 32 bytes');
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Reads the text of a checkpoint. Extension lines are allowed and passed over, as the format says.
 *
 * @throws {NoteError} where the text is not a checkpoint, letter by letter.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin, size, base64] = lines;
  if (lines.length < 4 || lines.pop() !== '' || lines.includes('')) {
    throw new NoteError('a checkpoint is three lines or more, none of them empty');
  }
  if (size === undefined || !DECIMAL.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new NoteError('the second line of a checkpoint is a size');
  }
  const root = fromBase64(base64 ?? '');
  if (origin === undefined || root?.length !== HASH_BYTES) {
    throw new NoteError('the third line of a checkpoint is a root of 32 bytes in base64');
  }
  return { origin, size: Number(size), root };
}
