/**
 * Cosignatures (C2SP tlog-cosignature v1.0.1, Ed25519): a witness's timed statement that a checkpoint goes on from all that
 * it saw of that log before.
 */
import { toBase64 } from '../encoding/base64.ts';
import { verifyEd25519 } from '../encoding/ed25519.ts';
import { parseCheckpoint } from './checkpoint.ts';
import {
  keyId,
  NoteError,
  type NoteSignature,
  type SignedNote,
  splitVerifierKey,
  verifierKey,
} from './signed-note.ts';

/** The public half of a witness's key. */
export interface CosignerKey {
  readonly name: string;
  /** Four bytes that stand before each signature. */
  readonly id: Uint8Array;
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
  readonly signs: 'cosignature/v1';
}

/** One witness's cosignature of one checkpoint. */
export interface Cosignature {
  readonly key: CosignerKey;
  /** When the witness made it, in whole seconds since 1970 UTC. */
  readonly atSeconds: number;
}

const ED25519_COSIGNATURE = 0x04;
const ML_DSA_44 = 0x06;
const TIMESTAMP_BYTES = 8;

/** @throws {NoteError} for a name that a signature line cannot hold, or a key that is not 32 bytes long. */
export function cosignerKey(name: string, publicKey: Uint8Array): CosignerKey {
  verifierKey(name, publicKey);
  return { name, publicKey, id: keyId(name, typed(publicKey)), signs: 'cosignature/v1' };
}

/** True for a name that a signature line can hold. */
export function isCosignerName(name: string): boolean {
  try {
    cosignerKey(name, Buffer.alloc(32));
    return true;
  } catch {
    return false;
  }
}

/** The key as text: a verifier key of type 4. */
export function formatCosignerKey({ name, id, publicKey }: CosignerKey): string {
  return `${name}+${Buffer.from(id).toString('hex')}+${toBase64(typed(publicKey))}`;
}

/** @throws {NoteError} where the text is no verifier key, or one of another type than Ed25519 cosignatures. */
export function parseCosignerKey(text: string): CosignerKey {
  const { name, typedKey } = splitVerifierKey(text);
  const [type] = typedKey;
  if (type === ED25519_COSIGNATURE) return cosignerKey(name, typedKey.subarray(1));
  if (type === ML_DSA_44)
    throw new NoteError(
      "the witness's key is of type ML-DSA-44, which is not supported: ask for its Ed25519 key",
    );
  throw new NoteError("this is not a witness's key, but one of a log: ask for the key of type 4");
}

/**
 * What a witness signs.
 *
 * @param checkpoint text of the checkpoint, without signatures.
 */
export function cosignedMessage(checkpoint: string, atSeconds: number): string {
  return `cosignature/v1\ntime ${atSeconds}\n${checkpoint}`;
}

/** The signature as it stands in a note: instant, then signature. */
export function cosignatureOf(key: CosignerKey, atSeconds: number, signature: Uint8Array): NoteSignature {
  const instant = Buffer.alloc(TIMESTAMP_BYTES);
  instant.writeBigUInt64BE(BigInt(atSeconds));
  return { name: key.name, id: key.id, signature: Buffer.concat([instant, signature]) };
}

/**
 * The cosignatures of a checkpoint by witnesses that are known. Signatures of others are passed over; one of a known witness
 * that fails spoils the note.
 *
 * @returns one for each witness, the newest where one cosigned more than once.
 * @throws {NoteError} where the note is no checkpoint, or a cosignature is wrong.
 */
export function openCosignatures(note: SignedNote, keys: readonly CosignerKey[]): readonly Cosignature[] {
  parseCheckpoint(note.text);
  const newest = new Map<CosignerKey, Cosignature>();
  for (const signature of note.signatures) {
    const key = keys.find(({ name, id }) => name === signature.name && same(id, signature.id));
    if (key === undefined) continue;
    const atSeconds = openCosignature(note.text, key, signature.signature);
    if (atSeconds >= (newest.get(key)?.atSeconds ?? 0)) newest.set(key, { key, atSeconds });
  }
  return [...newest.values()];
}

function openCosignature(text: string, key: CosignerKey, bytes: Uint8Array): number {
  const instant = Buffer.from(bytes.subarray(0, TIMESTAMP_BYTES));
  const atSeconds = instant.length === TIMESTAMP_BYTES ? Number(instant.readBigUInt64BE()) : 0;
  const message = Buffer.from(cosignedMessage(text, atSeconds));
  const good =
    Number.isSafeInteger(atSeconds) &&
    atSeconds > 0 &&
    verifyEd25519(key.publicKey, message, bytes.subarray(TIMESTAMP_BYTES));
  if (!good) throw new NoteError(`the cosignature of ${key.name} is wrong`);
  return atSeconds;
}

function typed(publicKey: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(ED25519_COSIGNATURE), publicKey]);
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
