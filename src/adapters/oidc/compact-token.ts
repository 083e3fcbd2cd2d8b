/** The compact serialisation of a signed token (RFC 7515 section 7.1), read strictly and not yet believed. */
import { fromBase64url } from '../../encoding/base64.ts';
import { parseStrictJson, StrictJsonError, type StrictJsonObject } from '../../encoding/strict-json.ts';

/** Header and claims as the token states them. Nothing of it is proved before its signature is. */
export interface CompactToken {
  readonly header: StrictJsonObject;
  readonly claims: StrictJsonObject;
}

const DEEPEST = 8;

/**
 * The token's two JSON parts, or a few words on why it is not a signed token. A name that stands twice, base64url
 * that is not its one spelling and an encrypted token (RFC 7516) are all refused.
 */
export function readCompactToken(token: string): CompactToken | string {
  const parts = token.split('.');
  if (parts.length === 5) return 'encrypted tokens are not taken';
  const [header, claims, signature] = parts;
  if (parts.length !== 3 || header === undefined || claims === undefined || !signature) {
    return 'not three parts';
  }
  if (fromBase64url(signature) === undefined) return 'signature is not base64url';
  const headerObject = readObject(header);
  if (headerObject === undefined) return 'header is not strict JSON';
  const claimsObject = readObject(claims);
  if (claimsObject === undefined) return 'claims are not strict JSON';
  return { header: headerObject, claims: claimsObject };
}

function readObject(part: string): StrictJsonObject | undefined {
  const bytes = fromBase64url(part);
  if (bytes === undefined) return undefined;
  try {
    const value = parseStrictJson(bytes, DEEPEST);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof StrictJsonError) return undefined;
    throw error;
  }
}
