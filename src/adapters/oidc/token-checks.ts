/** Every check of an access token beside its signature (RFC 9068 section 4, RFC 8725), each with a name of its own. */
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';
import type { Registration } from './registered-issuers.ts';

/** How far clocks may differ, in seconds. */
export const CLOCK_SKEW_SECONDS = 10;

/** The last second of the year 9999: a later time is a mistake or an attack. */
const LAST_SECOND = 253_402_300_799;
const LONGEST_TEXT = 1024;

/** A few words on why the header is not one of an access token from such an issuer, or undefined. */
export function checkHeader(
  header: StrictJsonObject,
  rules: { readonly types: readonly string[]; readonly algorithms: readonly string[] },
): string | undefined {
  if (typeof header['alg'] !== 'string' || !rules.algorithms.includes(header['alg'])) {
    return 'algorithm is not one of the issuer';
  }
  if (!rules.types.includes(tokenType(header['typ']))) return `typ is not ${rules.types[0]}`;
  if (header['crit'] !== undefined) return 'crit is not understood';
  if (header['b64'] !== undefined) return 'b64 is not understood';
  if (header['zip'] !== undefined || header['enc'] !== undefined) return 'compressed or encrypted';
  const kid = header['kid'];
  if (kid !== undefined && !isText(kid)) return 'kid is not a text';
  // `jku`, `x5u`, `jwk` and `x5c` may stand there: keys come from the issuer's own set alone.
  return undefined;
}

/**
 * A few words on why the claims do not hold for this registration now, or undefined. Never quotes a claim.
 *
 * @param nowMs milliseconds since 1970 UTC.
 */
export function checkClaims(
  claims: StrictJsonObject,
  { signIn, profile }: Pick<Registration, 'signIn' | 'profile'>,
  nowMs: number,
): string | undefined {
  if (claims['iss'] !== signIn.issuer) return 'iss is not the issuer';
  if (!isText(claims['sub'])) return 'sub is missing';
  if (!isText(claims[profile.tokenIdClaim])) return `${profile.tokenIdClaim} is missing`;
  if (!isFor(claims['aud'], signIn.audience)) return 'aud is not this gateway';
  return checkTimes(claims, signIn.longestTokenLifeSeconds, nowMs) ?? profile.notAnAccessToken(claims);
}

/** True where the scope that the organisation's file names, if any, is among the token's. */
export function hasScope(claims: StrictJsonObject, registration: Registration): boolean {
  const needed = registration.signIn.scope;
  if (needed === undefined) return true;
  // The first claim that is there counts: what a person may do (a role) is not what the client was given (a scope).
  const name = registration.profile.scopeClaims.find((claim) => claims[claim] !== undefined);
  const scopes = name === undefined ? undefined : claims[name];
  if (typeof scopes === 'string') return scopes.split(' ').includes(needed);
  return Array.isArray(scopes) && scopes.includes(needed);
}

function checkTimes(claims: StrictJsonObject, longestLife: number, nowMs: number): string | undefined {
  const { exp, iat, nbf } = claims;
  const now = nowMs / 1000;
  if (!isTime(exp)) return 'exp is missing or not a time';
  if (!isTime(iat)) return 'iat is missing or not a time';
  if (nbf !== undefined && !isTime(nbf)) return 'nbf is not a time';
  if (exp + CLOCK_SKEW_SECONDS <= now) return 'expired';
  if (iat > now + CLOCK_SKEW_SECONDS) return 'iat is in the future';
  if (nbf !== undefined && nbf > now + CLOCK_SKEW_SECONDS) return 'nbf is in the future';
  if (exp <= iat) return 'exp is not after iat';
  return exp - iat > longestLife ? 'lives longer than its issuer may grant' : undefined;
}

function tokenType(typ: StrictJson | undefined): string {
  if (typeof typ !== 'string') return '';
  return typ.toLowerCase().replace(/^application\//, '');
}

function isFor(aud: StrictJson | undefined, audience: string): boolean {
  if (!Array.isArray(aud)) return aud === audience;
  return aud.every((one) => typeof one === 'string') && aud.includes(audience);
}

/** A NumericDate (RFC 7519 section 2), which may have a fraction. */
function isTime(value: StrictJson | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND;
}

function isText(value: StrictJson | undefined): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT;
}
