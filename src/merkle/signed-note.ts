/** Signed notes (C2SP signed-note v1.0.0) with Ed25519 keys: written, read strictly, verified. */
import { fromBase64, toBase64 } from '../encoding/base64.ts';
import { verifyEd25519 } from '../encoding/ed25519.ts';
import { sha256 } from '../encoding/sha256.ts';

/** The public half of a note key. */
export interface VerifierKey {
  readonly name: string;
  /** Four bytes that stand before each signature. */
  readonly id: Uint8Array;
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The text is not a signed note, or no trusted key signed it. The message says why and quotes nothing. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
}

const ED25519 = 0x01;
const ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
const MOST_SIGNATURES = 64;
const LARGEST_NOTE = 1_000_000;
const KEY_NAME = /^[^\p{White_Space}+]+$/u;
const SIGNATURE_LINE = /^\u2014 ([^\p{White_Space}+]+) ([A-Za-z0-9+/=]+)$/u;
const VERIFIER_KEY = /^([^\p{White_Space}+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the format names them, to refuse them
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * The verifier key of a name and an Ed25519 public key.
 *
 * @throws {NoteError} for a name that is empty or holds a space or a plus, or a key that is not 32 bytes long.
 */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!KEY_NAME.test(name) || !name.isWellFormed() || CONTROL.test(name)) {
    throw new NoteError('a key name is not empty and holds no space and no plus');
  }
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new NoteError('an ed25519 public key has 32 bytes');
  return { name, id: keyId(name, typed(publicKey)), publicKey };
}

/** The key id: the first bytes of SHA-256 over the name, a newline, and the key with its type before it. */
export function keyId(name: string, typedKey: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), typedKey])).subarray(0, ID_BYTES);
}

/** The key as text: name, key id in hexadecimal, and type and public key in base64, with plus signs between them. */
export function formatVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${Buffer.from(id).toString('hex')}+${toBase64(typed(publicKey))}`;
}

/**
 * Reads a verifier key.
 *
 * @throws {NoteError} where it is not one, is not of type Ed25519, or its id does not belong to its name and key.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const { name, typedKey } = splitVerifierKey(text);
  if (typedKey[0] !== ED25519) throw new NoteError('the verifier key is not of type ed25519');
  return verifierKey(name, typedKey.subarray(1));
}

/**
 * A verifier key of any type in its parts.
 *
 * @returns name, and type byte and public key together.
 * @throws {NoteError} where it is not one, or its id does not belong to its name and key.
 */
export function splitVerifierKey(text: string): { name: string; typedKey: Uint8Array } {
  const [, name, id, base64] = VERIFIER_KEY.exec(text) ?? [];
  const typedKey = fromBase64(base64 ?? '');
  if (name === undefined || typedKey === undefined) {
    throw new NoteError('a verifier key is a name, a key id and a public key with plus signs between them');
  }
  if (keyId(name, typedKey).toString('hex') !== id) {
    throw new NoteError('the id of the verifier key does not belong to its name and public key');
  }
  return { name, typedKey };
}

/**
 * The note of a text and its signatures.
 *
 * @throws {NoteError} where the text does not end in a newline or holds another control character.
 */
export function formatSignedNote(text: string, signatures: readonly NoteSignature[]): string {
  checkText(text);
  const lines = signatures.map(
    ({ name, id, signature }) => `\u2014 ${name} ${toBase64(Buffer.concat([id, signature]))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

/**
 * Takes a note apart without judging its signatures.
 *
 * @throws {NoteError} where it is not a signed note, letter by letter, or is larger than 1 MB or has more than 64 signatures.
 */
export function parseSignedNote(note: string): SignedNote {
  if (note.length > LARGEST_NOTE) throw new NoteError('the note is too large');
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new NoteError('the note has no empty line before its signatures');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split('\n');
  checkText(text);
  if (lines.length < 2 || lines.pop() !== '')
    throw new NoteError('the note does not end in a signature line');
  if (lines.length > MOST_SIGNATURES) throw new NoteError('the note has too many signatures');
  return { text, signatures: lines.map(parseSignature) };
}

/**
 * The text of a note that at least one of `keys` signed. Signatures of other keys are passed over; one of a known key
 * that fails spoils the whole note.
 *
 * @throws {NoteError} where the note cannot be trusted.
 */
export function openSignedNote(note: string, keys: readonly VerifierKey[]): string {
  const { text, signatures } = parseSignedNote(note);
  const message = Buffer.from(text);
  let good = 0;
  for (const { name, id, signature } of signatures) {
    const key = keys.find((known) => known.name === name && Buffer.compare(known.id, id) === 0);
    if (key === undefined) continue;
    if (!verifyEd25519(key.publicKey, message, signature))
      throw new NoteError('a signature of the note is wrong');
    good += 1;
  }
  if (good === 0) throw new NoteError('the note is not signed by the key given');
  return text;
}

function parseSignature(line: string): NoteSignature {
  const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = fromBase64(base64 ?? '');
  if (name === undefined || bytes === undefined || bytes.length <= ID_BYTES) {
    throw new NoteError('the note has a signature line that is none');
  }
  return { name, id: bytes.subarray(0, ID_BYTES), signature: bytes.subarray(ID_BYTES) };
}

function checkText(text: string): void {
  if (!text.endsWith('\n') || CONTROL.test(text) || !text.isWellFormed()) {
    throw new NoteError('the text of a note is lines without control characters');
  }
}

function typed(publicKey: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(ED25519), publicKey]);
}
