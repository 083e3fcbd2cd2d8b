/** Asks an issuer for what it publishes, through the gateway's own readers, and keeps what was seen on the way. */
import { createLocalJWKSet, type JWK } from 'jose';
import { GatewayError } from '../../domain/gateway-error.ts';
import { fromBase64url } from '../../encoding/base64.ts';
import { parseStrictJson, type StrictJson, type StrictJsonObject } from '../../encoding/strict-json.ts';
import type { DocumentSeen, IssuerSeen, KeySeen } from '../../governance/partners/partner-seen.ts';
import { discoverKeysAddress, type FetchDocument, fetchKeys, isVerificationKey } from './issuer-documents.ts';

/** What `signed using` of an organisation's file may name. */
const NAMEABLE = 'PS256 PS384 PS512 ES256 ES384 ES512 EdDSA RS256 RS384 RS512'.split(' ');
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * What the issuer shows. Never rejects for what the issuer does.
 *
 * @param algorithms those that the organisation's file takes.
 * @param now milliseconds since 1970 UTC.
 */
export async function probeIssuer(
  issuer: string,
  algorithms: readonly string[],
  fetch: FetchDocument,
  now: () => number,
): Promise<IssuerSeen> {
  const asked = new Recorder(fetch, now);
  const metadata = await orRefused(() => discoverKeysAddress(issuer, asked.fetch));
  const described = asked.objects.at(-1) ?? {};
  const seen = {
    documents: asked.documents,
    statedIssuer: textOf(described['issuer']),
    statedAlgorithms: textsOf(described['id_token_signing_alg_values_supported']),
  };
  if (typeof metadata !== 'string') return { ...seen, metadata, keysRefused: undefined, keys: [] };
  const before = asked.objects.length;
  const keys = await orRefused(() => fetchKeys(metadata, asked.fetch));
  const listed = asked.objects.length > before ? asked.objects.at(-1)?.['keys'] : undefined;
  return {
    ...seen,
    metadata: { keysAddress: metadata },
    keysRefused: 'refused' in keys ? keys.refused : undefined,
    keys: await Promise.all(objectsOf(listed).map((key) => keySeen(key, algorithms))),
  };
}

async function orRefused<Value>(ask: () => Promise<Value>): Promise<Value | { readonly refused: string }> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GatewayError) return { refused: error.message };
    throw error;
  }
}

/** Passes documents on as they came and remembers what came. */
class Recorder {
  readonly documents: DocumentSeen[] = [];
  /** Those that could be read as JSON objects. */
  readonly objects: StrictJsonObject[] = [];
  readonly fetch: FetchDocument;

  constructor(fetch: FetchDocument, now: () => number) {
    this.fetch = async (address, init) => {
      const before = now();
      const response = await fetch(address, init).catch((error: unknown) => {
        this.#add(address, undefined, undefined);
        throw error;
      });
      this.#add(address, response, clockAhead(response, before, now()));
      const value = readJson(new Uint8Array(await response.clone().arrayBuffer()));
      if (isObject(value)) this.objects.push(value);
      return response;
    };
  }

  #add(address: string, response: Response | undefined, clockAheadMs: number | undefined): void {
    const isRedirect = response !== undefined && response.status >= 300 && response.status < 400;
    const redirectsTo = isRedirect ? (response.headers.get('location') ?? 'another address') : undefined;
    this.documents.push({ address, status: response?.status, redirectsTo, clockAheadMs });
  }
}

/** `Date` counts whole seconds and the answer was on its way: the difference is the least that explains both. */
function clockAhead(response: Response, beforeMs: number, afterMs: number): number | undefined {
  const age = Number(response.headers.get('age') ?? 0) * 1000;
  const serverMs = Date.parse(response.headers.get('date') ?? '') + age;
  if (Number.isNaN(serverMs)) return undefined;
  if (serverMs > afterMs) return serverMs - afterMs;
  return Math.min(serverMs + 999 - beforeMs, 0);
}

async function keySeen(key: StrictJsonObject, algorithms: readonly string[]): Promise<KeySeen> {
  const taken = isVerificationKey(key);
  const possible = taken ? await verifiableBy(key) : [];
  const modulus = textOf(key['n']);
  return {
    kid: textOf(key['kid']),
    type: textOf(key['kty']) ?? 'unknown',
    curve: textOf(key['crv']),
    use: textOf(key['use']),
    bits: modulus === undefined ? undefined : bitsOf(modulus),
    showsSecret: SECRET_MEMBERS.some((name) => key[name] !== undefined),
    taken,
    verifies: possible.filter((algorithm) => algorithms.includes(algorithm)),
    algorithm: textOf(key['alg']) ?? (possible.length === 1 ? possible[0] : undefined),
  };
}

/** The algorithms for which the gateway's own choice of keys would take this one. */
async function verifiableBy(key: JWK): Promise<string[]> {
  const choose = createLocalJWKSet({ keys: [{ ...key }] });
  const found: string[] = [];
  for (const alg of NAMEABLE) {
    const taken = await choose({ alg }).then(
      () => true,
      () => false,
    );
    if (taken) found.push(alg);
  }
  return found;
}

function bitsOf(modulus: string): number {
  const bytes = fromBase64url(modulus) ?? new Uint8Array();
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (bytes.length - first - 1) * 8 + (32 - Math.clz32(bytes[first] ?? 0));
}

function readJson(bytes: Uint8Array): StrictJson | undefined {
  try {
    return parseStrictJson(bytes);
  } catch {
    return undefined;
  }
}

function isObject(value: StrictJson | undefined): value is StrictJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectsOf(value: StrictJson | undefined): readonly StrictJsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textsOf(value: StrictJson | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function textOf(value: StrictJson | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
