/** What the sender of a token must show beside it: the key of its `cnf` (RFC 7800 section 3.1), or a registered certificate. */
import { fromBase64url } from '../../encoding/base64.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';
import type { Registration } from './registered-issuers.ts';

/** Everything that is named here must be shown, on every request. */
export interface TokenBinding {
  /** Thumbprint (RFC 7638) of the key that signs the proof of each request: `jkt` of RFC 9449 section 6.1. */
  readonly key: string | undefined;
  /** Base64url SHA-256 of the certificate: `x5t#S256` of RFC 8705 section 3.1. */
  readonly certificate: string | undefined;
  /** Certificates of the system's registration, of which one is shown; empty where it names none. */
  readonly registered: readonly string[];
}

const SHA256_BYTES = 32;
const CERTIFICATE = 'x5t#S256';

/**
 * What must be shown with a token of these claims; `undefined` where nothing must, and a few words where the claims bind
 * the token in a way that this gateway does not understand: then nobody can show it.
 */
export function bindingOf(
  claims: StrictJsonObject,
  { system }: Pick<Registration, 'system'>,
): TokenBinding | undefined | string {
  const registered = system.clientCertificates ?? [];
  const confirmed = confirmationOf(claims);
  if (typeof confirmed === 'string') return confirmed;
  if (confirmed === undefined && registered.length === 0) return undefined;
  return { key: confirmed?.key, certificate: confirmed?.certificate, registered };
}

/** What the token itself is bound to: one key, one certificate, or nothing; or a few words on why that cannot be told. */
export function confirmationOf({
  cnf,
}: StrictJsonObject): Pick<TokenBinding, 'key' | 'certificate'> | undefined | string {
  if (cnf === undefined) return undefined;
  const [name, value, ...more] = isObject(cnf) ? Object.entries(cnf).flat() : [];
  if ((name !== 'jkt' && name !== CERTIFICATE) || more.length > 0 || !isSha256(value))
    return 'cnf is not one key or certificate that is understood';
  return name === 'jkt' ? { key: value, certificate: undefined } : { key: undefined, certificate: value };
}

function isObject(value: StrictJson): value is StrictJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSha256(value: StrictJson | undefined): value is string {
  return typeof value === 'string' && fromBase64url(value)?.length === SHA256_BYTES;
}
