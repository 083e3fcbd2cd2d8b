/** The `WWW-Authenticate` challenge of a protected resource (RFC 6750 section 3, RFC 9728 section 5.1). */
import type { ReasonCode } from '../domain/reason.ts';

interface ChallengeError {
  readonly error: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  readonly description: string;
}

/** Constant texts: nothing of a request ever stands in a challenge. */
const ERRORS: Partial<Record<ReasonCode, ChallengeError>> = {
  'token-in-query': {
    error: 'invalid_request',
    description: 'The access token belongs in the Authorization header',
  },
  'credentials-malformed': {
    error: 'invalid_request',
    description: 'The Authorization header is not one Bearer token',
  },
  'token-invalid': { error: 'invalid_token', description: 'The access token is not valid here' },
  'scope-insufficient': {
    error: 'insufficient_scope',
    description: 'The access token lacks a scope',
  },
};

/** Reasons that are answered with a challenge which names no error: RFC 6750 has none that fits them. */
const WITHOUT_ERROR: ReadonlySet<string> = new Set(['credentials-missing', 'system-not-registered']);

const REALM = 'sharing gateway';

/**
 * The challenge for one reason, or undefined where the reason has nothing to do with credentials. Without
 * credentials it names no error (RFC 6750 section 3.1); every parameter stands at most once.
 *
 * @param scope the scope that would do, where that is why.
 * @param resourceMetadata public address of the RFC 9728 document, from configuration and never from a request.
 */
export function challenge(
  code: ReasonCode | 'no-record',
  scope: string | undefined,
  resourceMetadata: string,
): string | undefined {
  const found = code === 'no-record' ? undefined : ERRORS[code];
  if (found === undefined && !WITHOUT_ERROR.has(code)) return undefined;
  const parameters = [`realm="${REALM}"`];
  if (found !== undefined) {
    parameters.push(`error="${found.error}"`, `error_description="${quotable(found.description)}"`);
  }
  const scopes = scope === undefined ? '' : scopeText(scope);
  if (scopes !== '') parameters.push(`scope="${scopes}"`);
  parameters.push(`resource_metadata="${quotable(resourceMetadata)}"`);
  return `Bearer ${parameters.join(', ')}`;
}

/** Text that can stand in quotes: %x20-21, %x23-5B and %x5D-7E; a question mark in place of anything else. */
export function quotable(text: string): string {
  return text.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu, '?');
}

/** Scope tokens (RFC 6749 section 3.3) with one space between; what cannot be one is left out whole. */
function scopeText(scope: string): string {
  return scope
    .split(' ')
    .filter((token) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(token))
    .join(' ');
}
