/** The private key with which an organisation signs: Ed25519 (RFC 8032) in PKCS#8 PEM, a file that only its owner may read. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { GatewayError } from '../../domain/gateway-error.ts';
import { type SigningKey, signingKey } from '../../domain/signing-key.ts';

const OWNER_ONLY = 0o600;

/** Makes a new key in a new file. @throws {GatewayError} `internal-error` where the file is there already or cannot be made. */
export function makeSigningKeyFile(file: string): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  let handle: number;
  try {
    handle = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, OWNER_ONLY);
  } catch (cause) {
    throw fault(`${file} cannot be made, or is there already: a key is never written over`, cause);
  }
  try {
    writeFileSync(handle, pem);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return publicHalf(privateKey);
}

/** @throws {GatewayError} `internal-error` where the file is missing, may be read by others or holds no such key. */
export function readSigningKeyFile(file: string): KeyObject {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) throw fault(`${file} is not there`);
  if ((mode & 0o077) !== 0) throw fault(`${file} may be read by others; its mode must be 0600`);
  const key = privateKeyOf(file);
  if (key?.asymmetricKeyType !== 'ed25519')
    throw fault(`${file} is not an Ed25519 private key in PKCS#8 PEM`);
  return key;
}

/** The public half of a private key. */
export function publicHalf(key: KeyObject): SigningKey {
  const { x = '' } = key.export({ format: 'jwk' });
  const half = signingKey(x);
  if (half === undefined) throw fault('this is not an Ed25519 key');
  return half;
}

function privateKeyOf(file: string): KeyObject | undefined {
  try {
    return createPrivateKey(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function fault(message: string, cause?: unknown): GatewayError {
  return new GatewayError('internal-error', message, { cause });
}
