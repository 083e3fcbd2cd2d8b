/** Requests to a witness (C2SP tlog-witness v1.0.0, `add-checkpoint`): written by the gateway, read by a witness. */
import { fromBase64, toBase64 } from '../../encoding/base64.ts';
import { HASH_BYTES } from '../../merkle/hash.ts';
import { NoteError } from '../../merkle/signed-note.ts';

export interface AddCheckpoint {
  /** Entries of the checkpoint that the witness cosigned last; 0 where there was none. */
  readonly oldSize: number;
  /** Consistency proof (RFC 6962 section 2.1.2) from the old size to the checkpoint's. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint, a signed note. */
  readonly checkpoint: string;
}

/** Media type of the body of a 409: the size that the witness cosigned last. */
export const SIZE_TYPE = 'text/x.tlog.size';

const MOST_HASHES = 63;
const OLD_SIZE = /^old (0|[1-9][0-9]{0,15})$/;
const KNOWN_SIZE = /^(0|[1-9][0-9]{0,15})\n$/;

/** The body of the request. */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${checkpoint}`;
}

/**
 * Takes a body apart; the checkpoint is not judged yet.
 *
 * @throws {NoteError} where it is not of the format, letter by letter.
 */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const end = body.indexOf('\n\n');
  if (end < 0) throw new NoteError('there is no empty line before the checkpoint');
  const [first = '', ...lines] = body.slice(0, end).split('\n');
  const oldSize = Number(OLD_SIZE.exec(first)?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(oldSize)) throw new NoteError('the first line is not `old` and a size');
  if (lines.length > MOST_HASHES) throw new NoteError('the proof has more than 63 hashes');
  return { oldSize, proof: lines.map(hashOf), checkpoint: body.slice(end + 2) };
}

/** The size that the body of a 409 says, or undefined where it says none. */
export function knownSize(body: string): number | undefined {
  const size = Number(KNOWN_SIZE.exec(body)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : undefined;
}

function hashOf(line: string): Uint8Array {
  const hash = fromBase64(line);
  if (hash?.length !== HASH_BYTES) throw new NoteError('a line of the proof is not a hash in base64');
  return hash;
}
