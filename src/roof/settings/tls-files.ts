/** Certificates and keys for TLS as they stand in files (PEM, RFC 7468), checked whole before they are taken up. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Tls } from '../../http/tls-listener.ts';

/** A certificate chain, its key, and the files that they came from. */
export interface TlsFiles extends Tls {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Authorities beside the public ones, and the file that they came from. */
export interface PrivateCa {
  readonly certificates: string;
  readonly file: string;
}

/** What is wrong, in words that begin with the name of a setting and hold nothing of a file. */
export interface WrongFile {
  readonly wrong: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const FOR_OTHERS = 0o007;

/**
 * Reads the listener's certificate chain and key, and sees that they fit: files that are replaced one after the other are
 * no pair for a while.
 */
export function readTlsFiles(certificateFile: string, keyFile: string): TlsFiles | WrongFile {
  const certificate = readText(certificateFile);
  const key = readText(keyFile);
  if (certificate === undefined) return { wrong: 'TLS_CERTIFICATE_FILE names a file that cannot be read' };
  if (key === undefined) return { wrong: 'TLS_KEY_FILE names a file that cannot be read' };
  const wrong = wrongOfKeyFile(keyFile) ?? wrongOfPair(certificate, key);
  return wrong === undefined ? { certificate, key, certificateFile, keyFile } : { wrong };
}

/** Reads the private authorities: the text, once every certificate in it is one. */
export function readPrivateCa(file: string): PrivateCa | WrongFile {
  const text = readText(file);
  if (text === undefined) return { wrong: 'PRIVATE_CA_FILE names a file that cannot be read' };
  const found = certificatesIn(text);
  if (found !== undefined && found.length > 0) return { certificates: text, file };
  return { wrong: 'PRIVATE_CA_FILE holds something that is no certificate in PEM, or none' };
}

/** The certificates in a PEM text, or undefined where one of them is none. */
export function certificatesIn(text: string): readonly X509Certificate[] | undefined {
  const blocks = text.match(CERTIFICATE) ?? [];
  // A block that was cut off has a beginning and no end.
  if (blocks.length !== text.split('-----BEGIN').length - 1) return undefined;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

function wrongOfKeyFile(keyFile: string): string | undefined {
  const mode = statSync(keyFile, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & FOR_OTHERS) === 0) return undefined;
  return 'TLS_KEY_FILE may be read by everybody on this machine: its mode must be 0600 or 0640';
}

function wrongOfPair(certificate: string, key: string): string | undefined {
  const [first] = certificatesIn(certificate) ?? [];
  if (first === undefined)
    return 'TLS_CERTIFICATE_FILE holds something that is no certificate in PEM, or none';
  const secret = readKey(key);
  if (secret === undefined) return 'TLS_KEY_FILE holds no key in PEM that can be read without a passphrase';
  if (!first.checkPrivateKey(secret))
    return 'TLS_KEY_FILE is not the key of the first certificate in TLS_CERTIFICATE_FILE';
  try {
    createSecureContext({ cert: certificate, key });
    return undefined;
  } catch {
    return 'TLS_CERTIFICATE_FILE holds a chain or a key that TLS does not take, such as one that is too short';
  }
}

function readKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
