/** The SHA-256 fingerprint of a certificate, as openssl prints it and as RFC 8705 section 3.1 compares it. */
import { toBase64url } from '../encoding/base64.ts';

const HEX = /^[0-9a-f]{64}$/i;
const HEX_WITH_COLONS = /^(?:[0-9a-f]{2}:){31}[0-9a-f]{2}$/i;

/** Base64url of a fingerprint in 64 hexadecimal digits, with a colon after each two or none at all; undefined for anything else. */
export function readFingerprint(words: string): string | undefined {
  if (!HEX.test(words) && !HEX_WITH_COLONS.test(words)) return undefined;
  return toBase64url(Buffer.from(words.replaceAll(':', ''), 'hex'));
}

/** A fingerprint in base64url, in the words that `openssl x509 -fingerprint -sha256` has for it. */
export function fingerprintInWords(sha256: string): string {
  const hex = Buffer.from(sha256, 'base64url').toString('hex').toUpperCase();
  return hex.replaceAll(/..(?!$)/g, '$&:');
}
