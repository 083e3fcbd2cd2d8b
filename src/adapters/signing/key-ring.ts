/** The key ring: the gateway's own keys, one file each in one folder (docs/operations.md says where, and what loss means). */
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { receiptsName } from '../../audit-log/proving/receipt.ts';
import type { NamedKey, SealingKeys } from '../../audit-log/sealing/sealing-keys.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { fromBase64 } from '../../encoding/base64.ts';
import { type NoteKey, noteSigner } from './note-signer.ts';

/** What a key is for; also the name of its file, before the ending. */
export const KEY_PURPOSES = ['checkpoint', 'receipts', 'subject-tags', 'sealing', 'matching-codes'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

const SIGNING: readonly KeyPurpose[] = ['checkpoint', 'receipts'];
const SECRET_LINE = /^([\x21-\x39\x3b-\x7e]{1,64}) ([A-Za-z0-9+/]{43}=)$/;
const SECRET_BYTES = 32;
const OWNER_ONLY = 0o600;

export interface KeyRing {
  readonly checkpoint: NoteKey;
  readonly receipts: NoteKey;
  readonly sealing: SealingKeys;
  readonly matchingCodes: NamedKey;
  /** Keys of the file that were in use before, newest first, so that older rows can still be read. */
  readonly olderSubjectTags: readonly NamedKey[];
  readonly olderSealing: readonly NamedKey[];
  readonly olderMatchingCodes: readonly NamedKey[];
}

/** Where the key of a purpose stands. */
export function keyFile(folder: string, purpose: KeyPurpose): string {
  return join(folder, SIGNING.includes(purpose) ? `${purpose}.pem` : `${purpose}.key`);
}

/** Every purpose, its file, and what is wrong with that file, if anything. */
export function keyFiles(folder: string): readonly { purpose: KeyPurpose; file: string; fault?: string }[] {
  const taken = new Map<string, string>();
  return KEY_PURPOSES.map((purpose) => {
    const file = keyFile(folder, purpose);
    const fault = faultOf(file, purpose) ?? sharedFault(file, purpose, taken);
    return fault === undefined ? { purpose, file } : { purpose, file, fault };
  });
}

/**
 * INVARIANT: a key serves one purpose: what one purpose gives away of a key must say nothing about another, and the loss of
 * one file must not be the loss of two. Lines that are kept for older rows count as well.
 *
 * @param taken the 32 bytes of each key, in base64, and the file that held it first; the file's own are added.
 */
function sharedFault(file: string, purpose: KeyPurpose, taken: Map<string, string>): string | undefined {
  let fault: string | undefined;
  for (const key of keysIn(readFileSync(file, 'utf8'), purpose)) {
    const first = taken.get(key) ?? file;
    if (first !== file) fault = `${file} holds the same key as ${first}; make a key of its own for each`;
    taken.set(key, first);
  }
  return fault;
}

/** The 32 bytes of each key of a file without a fault: of a signing key its seed (RFC 8032 section 5.1.5). */
function keysIn(text: string, purpose: KeyPurpose): readonly string[] {
  if (!SIGNING.includes(purpose)) return (readSecrets(text) ?? []).map(({ bytes }) => base64Of(bytes));
  const { d } = createPrivateKey(text).export({ format: 'jwk' });
  return d === undefined ? [] : [base64Of(Buffer.from(d, 'base64url'))];
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/**
 * Reads all keys. Nothing has a default.
 *
 * @param origin of the log: the name of the checkpoint key, and with `/receipts` of the receipts key.
 * @throws {GatewayError} `internal-error` naming every file that is missing, may be read by others, or holds no such key.
 */
export function openKeyRing(folder: string, origin: string): KeyRing {
  const faults = keyFiles(folder).flatMap(({ fault }) => fault ?? []);
  if (faults.length > 0) {
    throw new GatewayError('internal-error', `keys are not in order: ${faults.join('; ')}`);
  }
  const [subjectTags, ...olderSubjectTags] = secrets(folder, 'subject-tags');
  const [sealing, ...olderSealing] = secrets(folder, 'sealing');
  const [matchingCodes, ...olderMatchingCodes] = secrets(folder, 'matching-codes');
  if (subjectTags === undefined || sealing === undefined || matchingCodes === undefined)
    throw new GatewayError('internal-error', 'keys changed while they were read');
  return {
    checkpoint: noteSigner(origin, privateKey(folder, 'checkpoint')),
    receipts: noteSigner(receiptsName(origin), privateKey(folder, 'receipts')),
    sealing: { subjectTags, sealing },
    matchingCodes,
    olderSubjectTags,
    olderSealing,
    olderMatchingCodes,
  };
}

/**
 * Makes the key files that do not exist yet; never touches one that does.
 *
 * @param id stands beside the secret keys, such as the half-year that they are for.
 * @returns the files that were made.
 */
export function makeMissingKeys(folder: string, id: string): string[] {
  const made: string[] = [];
  for (const purpose of KEY_PURPOSES) {
    const file = keyFile(folder, purpose);
    if (createOnly(file, () => freshKey(purpose, id))) made.push(file);
  }
  return made;
}

function freshKey(purpose: KeyPurpose, id: string): string {
  if (!SIGNING.includes(purpose)) return `${id} ${randomBytes(SECRET_BYTES).toString('base64')}\n`;
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Exclusive creation, so that a key that exists is never overwritten, whoever else makes keys at the same time. */
function createOnly(file: string, content: () => string): boolean {
  let handle: number;
  try {
    handle = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, OWNER_ONLY);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(handle, content());
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return true;
}

function faultOf(file: string, purpose: KeyPurpose): string | undefined {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return `${file} is missing`;
  if ((mode & 0o077) !== 0) return `${file} may be read by others; its mode must be 0600`;
  const text = readFileSync(file, 'utf8');
  if (SIGNING.includes(purpose))
    return isEd25519(text) ? undefined : `${file} is not an ed25519 key in PKCS#8 PEM`;
  return readSecrets(text) === undefined
    ? `${file} does not hold lines of an id and 32 bytes in base64`
    : undefined;
}

function isEd25519(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

function privateKey(folder: string, purpose: KeyPurpose) {
  return createPrivateKey(readFileSync(keyFile(folder, purpose), 'utf8'));
}

function secrets(folder: string, purpose: KeyPurpose): readonly NamedKey[] {
  return readSecrets(readFileSync(keyFile(folder, purpose), 'utf8')) ?? [];
}

/** One key a line, the one in use first; older ones stay so that what they sealed can be read. */
function readSecrets(text: string): readonly NamedKey[] | undefined {
  const keys: NamedKey[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const [, id, base64] = SECRET_LINE.exec(line) ?? [];
    const bytes = base64 === undefined ? undefined : fromBase64(base64);
    if (id === undefined || bytes?.length !== SECRET_BYTES) return undefined;
    if (keys.some((known) => known.id === id)) return undefined;
    keys.push({ id, bytes });
  }
  return keys.length === 0 ? undefined : keys;
}
