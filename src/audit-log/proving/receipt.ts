/**
 * Receipts (docs/formats/receipt.md): an entry's leaf hash, its path to the root of its commit batch (RFC 6962), and a
 * signed note (C2SP signed-note, Ed25519) over that root.
 */
import { fromBase64url } from '../../encoding/base64.ts';
import { sha256Base64url } from '../../encoding/sha256.ts';
import { HASH_BYTES, leafHash as hashOfLeaf, nodeHash } from '../../merkle/hash.ts';
import { NoteError, openSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';

export const RECEIPT_VERSION = 1;
/** Second line of the note: words, so that no receipt reads as a checkpoint, whose second line is a number. */
const NOTE_KIND = 'sharing-gateway/receipt/v1';
/** Version, leaf hash, place in the batch, size of the batch, length of the path. */
const HEAD_BYTES = 1 + HASH_BYTES + 2 + 2 + 1;

/** The name under which receipts of a log are signed. */
export function receiptsName(origin: string): string {
  return `${origin}/receipts`;
}

/** Text of the note over one batch, to be signed. */
export function batchNoteText(
  origin: string,
  first: number,
  size: number,
  root: Uint8Array,
  at: string,
): string {
  const hash = Buffer.from(root.buffer, root.byteOffset, root.length).toString('base64');
  return `${receiptsName(origin)}\n${NOTE_KIND}\n${first} ${size}\n${hash}\n${at}\n`;
}

/** The tree and the signed note of one commit batch, as the writer hands them over. */
export interface BatchProof {
  readonly size: number;
  /** Hashes of the tree, level after level from the leaves up; a last node without a sibling moves up as it is. */
  readonly levels: Buffer;
  readonly note: string;
}

/** The header value for the entry at `place` of a batch. */
export function receiptHeader(batch: BatchProof, place: number): string {
  const path = pathInBatch(batch, place);
  const pathAt = HEAD_BYTES;
  const noteAt = pathAt + path.length * HASH_BYTES;
  const receipt = Buffer.allocUnsafe(noteAt + 3 * batch.note.length);
  receipt[0] = RECEIPT_VERSION;
  batch.levels.copy(receipt, 1, place * HASH_BYTES, (place + 1) * HASH_BYTES);
  receipt.writeUInt16BE(place, 1 + HASH_BYTES);
  receipt.writeUInt16BE(batch.size, 3 + HASH_BYTES);
  receipt[HEAD_BYTES - 1] = path.length;
  let at = pathAt;
  for (const from of path) {
    batch.levels.copy(receipt, at, from, from + HASH_BYTES);
    at += HASH_BYTES;
  }
  const end = noteAt + receipt.write(batch.note, noteAt);
  return receipt.toString('base64url', 0, end);
}

/** Where the siblings stand in `levels`, nearest first. */
function pathInBatch({ size }: BatchProof, place: number): number[] {
  const path: number[] = [];
  let level = 0;
  let width = size;
  let at = place;
  while (width > 1) {
    const sibling = at % 2 === 0 ? at + 1 : at - 1;
    if (sibling < width) path.push((level + sibling) * HASH_BYTES);
    level += width;
    width = Math.ceil(width / 2);
    at = Math.floor(at / 2);
  }
  return path;
}

export interface VerifiedReceipt {
  readonly leafHash: Buffer;
  /** Index of the entry in the log. */
  readonly index: number;
  /** Instant of the batch's newest entry. */
  readonly at: string;
}

/**
 * Checks a receipt.
 *
 * @param leaf the leaf's bytes, or undefined to check the receipt alone.
 * @param key verifier key of the log's receipts; its name ends in `/receipts`.
 * @returns what the receipt says, or in one sentence why it proves nothing.
 */
export function verifyReceipt(
  header: string,
  leaf: Uint8Array | undefined,
  key: VerifierKey,
): VerifiedReceipt | string {
  const bytes = fromBase64url(header);
  if (bytes === undefined || bytes.length < HEAD_BYTES) return 'the receipt is not base64url of a receipt';
  if (bytes[0] !== RECEIPT_VERSION) return 'the receipt is not of version 1';
  const hash = bytes.subarray(1, 1 + HASH_BYTES);
  if (leaf !== undefined && !hashOfLeaf(leaf).equals(hash)) return 'the receipt is for another leaf';
  const place = bytes.readUInt16BE(1 + HASH_BYTES);
  const size = bytes.readUInt16BE(3 + HASH_BYTES);
  const noteAt = HEAD_BYTES + (bytes[HEAD_BYTES - 1] ?? 0) * HASH_BYTES;
  const root = rootOfPath(hash, place, size, bytes.subarray(HEAD_BYTES, noteAt));
  if (root === undefined) return 'the path of the receipt does not fit its place in the batch';
  const text = signedText(bytes.toString('utf8', noteAt), key);
  if (text === undefined) return 'the signature of the receipt does not hold';
  const said = readNote(text, key.name);
  if (said === undefined) return 'the note of the receipt is not one of a receipt';
  if (said.size !== size || said.root !== root.toString('base64')) return 'the note is over another batch';
  return { leafHash: hash, index: said.first + place, at: said.at };
}

const NOTE =
  /^([^\n]+\/receipts)\nsharing-gateway\/receipt\/v1\n(0|[1-9]\d{0,15}) ([1-9]\d{0,4})\n([A-Za-z0-9+/]{43}=)\n([0-9TZ:.-]{24})\n$/;

function readNote(
  text: string,
  name: string,
): { first: number; size: number; root: string; at: string } | undefined {
  const [, signedAs, first, size, root, at] = NOTE.exec(text) ?? [];
  if (
    signedAs !== name ||
    first === undefined ||
    size === undefined ||
    root === undefined ||
    at === undefined
  )
    return undefined;
  return { first: Number(first), size: Number(size), root, at };
}

function signedText(note: string, key: VerifierKey): string | undefined {
  try {
    return openSignedNote(note, [key]);
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

function rootOfPath(hash: Buffer, place: number, size: number, path: Buffer): Buffer | undefined {
  if (place >= size) return undefined;
  let node = hash;
  let used = 0;
  let at = place;
  for (let width = size; width > 1; width = Math.ceil(width / 2)) {
    const sibling = at % 2 === 0 ? at + 1 : at - 1;
    if (sibling < width) {
      if (used + HASH_BYTES > path.length) return undefined;
      const other = path.subarray(used, used + HASH_BYTES);
      node = sibling < at ? nodeHash(other, node) : nodeHash(node, other);
      used += HASH_BYTES;
    }
    at = Math.floor(at / 2);
  }
  return used === path.length ? node : undefined;
}

/** True where `bodySha256` is the body that a leaf's `body` commits to, with the salt of the `Audit-Salt` header. */
export function isBodyOfLeaf(bodySha256: Uint8Array, auditSalt: string, commitment: string): boolean {
  const salt = fromBase64url(auditSalt);
  return salt?.length === 16 && sha256Base64url(Buffer.concat([salt, bodySha256])) === commitment;
}
