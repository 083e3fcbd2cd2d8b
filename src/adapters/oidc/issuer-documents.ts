/** Fetches what an issuer publishes: its metadata (RFC 8414, OpenID Connect Discovery) and its keys (RFC 7517). */
import { GatewayError } from '../../domain/gateway-error.ts';
import { fromBase64url } from '../../encoding/base64.ts';
import { parseStrictJson, type StrictJson, type StrictJsonObject } from '../../encoding/strict-json.ts';

/**
 * Gets a document. What it may reach (TLS, private CA, proxy, addresses) is settled where the gateway is composed.
 * It follows no redirects.
 */
export type FetchDocument = (address: string, init: { readonly signal: AbortSignal }) => Promise<Response>;

/** A public key as the issuer published it (RFC 7517); only keys that can verify are kept. */
export interface PublicKey {
  readonly kty: string;
  readonly [name: string]: unknown;
}

const TIMEOUT_MS = 5_000;
const LARGEST_DOCUMENT = 512 * 1024;
const MOST_KEYS = 64;
const SMALLEST_RSA_BYTES = 256;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * The address of the issuer's keys.
 *
 * @throws {GatewayError} `issuer-unavailable` where no metadata can be had, or where it names another issuer.
 */
export async function discoverKeysAddress(issuer: string, fetch: FetchDocument): Promise<string> {
  const address = (await discoverMetadata(issuer, fetch))['jwks_uri'];
  if (typeof address !== 'string' || !URL.canParse(address)) throw unavailable('metadata names no keys');
  return address;
}

/**
 * What the issuer publishes of itself (RFC 8414, OpenID Connect Discovery).
 *
 * @throws {GatewayError} `issuer-unavailable` where no metadata can be had, or where it names another issuer.
 */
export async function discoverMetadata(issuer: string, fetch: FetchDocument): Promise<StrictJsonObject> {
  let metadata: StrictJsonObject | undefined;
  for (const address of metadataAddresses(issuer)) {
    metadata = await fetchObject(address, fetch);
    if (metadata !== undefined) break;
  }
  if (metadata === undefined) throw unavailable('issuer has no metadata');
  // INVARIANT: keys are an issuer's own; metadata that names another issuer, by one slash even, is not its own.
  if (metadata['issuer'] !== issuer) throw unavailable('metadata names another issuer');
  return metadata;
}

/**
 * The keys that can verify signatures; what else stands in the set is left out.
 *
 * @throws {GatewayError} `issuer-unavailable` where the set cannot be had or read, or holds no such key.
 */
export async function fetchKeys(address: string, fetch: FetchDocument): Promise<readonly PublicKey[]> {
  const document = await fetchObject(address, fetch);
  const listed = document?.['keys'];
  if (!Array.isArray(listed) || listed.length > MOST_KEYS) throw unavailable('keys are not a key set');
  const keys = listed.filter(isVerificationKey);
  if (keys.length === 0) throw unavailable('key set holds no key that can verify');
  return keys;
}

/** Where metadata may stand: behind the issuer (OpenID Connect) and between host and path (RFC 8414 section 3.1). */
function metadataAddresses(issuer: string): readonly string[] {
  if (!URL.canParse(issuer)) throw unavailable('issuer is not an address');
  const behind = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const between = new URL(issuer);
  between.pathname = `/.well-known/oauth-authorization-server${between.pathname.replace(/\/$/, '')}`;
  return [behind, between.href];
}

/** The object at an address, or undefined where the server says that there is none (a 4xx status). */
async function fetchObject(address: string, fetch: FetchDocument): Promise<StrictJsonObject | undefined> {
  let value: StrictJson;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status >= 400 && response.status < 500) return undefined;
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > LARGEST_DOCUMENT) throw new Error('too large');
    value = parseStrictJson(bytes);
  } catch (cause) {
    throw unavailable('issuer cannot be asked', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unavailable('issuer did not answer with an object');
  }
  return value;
}

/** True for a public key that the gateway takes: asymmetric, for signatures, long enough. */
export function isVerificationKey(key: StrictJson): key is StrictJsonObject & PublicKey {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return false;
  if (PRIVATE_MEMBERS.some((name) => key[name] !== undefined)) return false;
  if (key['use'] !== undefined && key['use'] !== 'sig') return false;
  if (key['kty'] === 'RSA') return isLongEnough(key['n']);
  return key['kty'] === 'EC' || key['kty'] === 'OKP';
}

function isLongEnough(modulus: StrictJson | undefined): boolean {
  if (typeof modulus !== 'string') return false;
  return (fromBase64url(modulus)?.length ?? 0) >= SMALLEST_RSA_BYTES;
}

function unavailable(message: string, cause?: unknown): GatewayError {
  return new GatewayError('issuer-unavailable', message, cause === undefined ? {} : { cause });
}
