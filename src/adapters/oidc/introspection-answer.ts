/** What an issuer answered about an opaque token (RFC 7662 section 2.2), as the claims of a signed one would say it. */
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';
import type { RegisteredIssuer } from './registered-issuers.ts';

/** Ways in which an answer may say less than the claims of RFC 9068, for the report at the start. */
export const INTROSPECTION_RELAXATIONS: readonly string[] = [
  'an answer without iat counts from the moment it came',
  'an answer without jti is known by the hash of its token',
  'an answer without sub is about the client alone',
  'the client identifier may stand in client_id, whatever the profile',
];

/**
 * The claims for the same checks that a signed token goes through, or a few words on why there are none. What decides
 * (iss, aud, exp, client, scope, cnf) is never filled in.
 *
 * @param answer the whole answer, `active` in it being true.
 * @param nowMs milliseconds since 1970 UTC.
 */
export function claimsOfAnswer(
  answer: StrictJsonObject,
  token: string,
  { issuer, profile }: Pick<RegisteredIssuer, 'issuer' | 'profile'>,
  nowMs: number,
): StrictJsonObject | string {
  // A refresh token is active too; only its type tells it from an access token (RFC 7662 section 2.2).
  if (!isAccessTokenType(answer['token_type'])) return 'introspection names no type of access token';
  if (answer['token_use'] !== undefined && answer['token_use'] !== 'access_token') {
    return 'introspection says that it is no access token';
  }
  if (answer['iss'] !== issuer) return 'introspection names another issuer, or none';
  const clientClaim = profile.clientIdClaims.find((name) => answer[name] !== undefined) ?? 'client_id';
  const client = answer[clientClaim];
  // Two names for one client that differ leave nobody to believe.
  if (answer['client_id'] !== undefined && answer['client_id'] !== client) {
    return 'introspection names two clients';
  }
  const claims: StrictJsonObject = Object.assign(Object.create(null), answer);
  if (client !== undefined) {
    claims[profile.clientIdClaims[0] ?? 'client_id'] = client;
    claims['sub'] ??= client;
  }
  claims['iat'] ??= Math.floor(nowMs / 1000);
  claims[profile.tokenIdClaim] ??= answer['jti'] ?? sha256Base64url(token);
  return claims;
}

function isAccessTokenType(type: StrictJson | undefined): boolean {
  return typeof type === 'string' && /^(?:bearer|dpop)$/i.test(type);
}
