/**
 * The `WWW-Authenticate` challenges of a protected resource, one for each scheme (RFC 6750 section 3, RFC 9449 section 7.1,
 * RFC 9470 section 3, RFC 9728 section 5.1).
 */
import { PROOF_ALGORITHMS } from '../domain/caller.ts';
import type { ReasonCode } from '../domain/reason.ts';

type Scheme = 'Bearer' | 'DPoP';

interface ChallengeError {
  readonly error:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce';
  readonly description: string;
  /** Where the other scheme would do no better, it is not named. */
  readonly alone?: true;
}

/** Constant texts: nothing of a request ever stands in a challenge. */
const ERRORS: Partial<Record<ReasonCode, ChallengeError>> = {
  'token-in-query': {
    error: 'invalid_request',
    description: 'The access token belongs in the Authorization header',
    alone: true,
  },
  'credentials-malformed': {
    error: 'invalid_request',
    description: 'The Authorization header is not one scheme and one token',
    alone: true,
  },
  'token-invalid': { error: 'invalid_token', description: 'The access token is not valid here' },
  'scope-insufficient': {
    error: 'insufficient_scope',
    description: 'The access token lacks a scope',
    alone: true,
  },
  'authorization-not-covered': {
    error: 'insufficient_scope',
    description: 'The authorization details of the access token do not cover this request',
    alone: true,
  },
  'second-factor-missing': {
    error: 'insufficient_user_authentication',
    description: 'The person must sign in with a second factor',
    alone: true,
  },
  'sender-not-proved': {
    error: 'invalid_token',
    description: 'The sender must prove a key that the access token or the system is bound to',
  },
  'proof-invalid': {
    error: 'invalid_dpop_proof',
    description: 'The DPoP proof does not hold for this request',
    alone: true,
  },
  'proof-nonce-needed': {
    error: 'use_dpop_nonce',
    description: 'The DPoP proof needs the nonce of this answer',
    alone: true,
  },
  'proof-used': {
    error: 'invalid_dpop_proof',
    description: 'The DPoP proof was used before',
    alone: true,
  },
};

/** Reasons that are answered with a challenge which names no error: RFC 6750 has none that fits them. */
const WITHOUT_ERROR: ReadonlySet<string> = new Set(['credentials-missing', 'system-not-registered']);

const REALM = 'sharing gateway';
const ALGORITHMS = PROOF_ALGORITHMS.join(' ');

export interface ChallengeFacts {
  /** The scope that would do, where that is why. */
  readonly scope?: string | undefined;
  /** How the token was shown: the challenge of that scheme names the error. Bearer unless said. */
  readonly scheme?: 'DPoP' | undefined;
  /** Authentication context classes that would do, where that is why (RFC 9470 section 3). */
  readonly acrValues?: string | undefined;
}

/**
 * The challenges for one reason, none where the reason has nothing to do with credentials. Without credentials they name no
 * error (RFC 6750 section 3.1); every parameter stands at most once in each.
 *
 * @param resourceMetadata public address of the RFC 9728 document, from configuration and never from a request.
 */
export function challenges(
  code: ReasonCode | 'no-record',
  facts: ChallengeFacts,
  resourceMetadata: string,
): readonly string[] {
  const found = code === 'no-record' ? undefined : ERRORS[code];
  if (found === undefined && !WITHOUT_ERROR.has(code)) return [];
  const used: Scheme = found?.error.includes('dpop') ? 'DPoP' : (facts.scheme ?? 'Bearer');
  const schemes: readonly Scheme[] = found?.alone ? [used] : ['Bearer', 'DPoP'];
  return schemes.map((scheme) =>
    challengeOf(scheme, scheme === used ? found : undefined, facts, resourceMetadata),
  );
}

function challengeOf(
  scheme: Scheme,
  found: ChallengeError | undefined,
  { scope, acrValues }: ChallengeFacts,
  resourceMetadata: string,
): string {
  const parameters = [`realm="${REALM}"`];
  if (found !== undefined) {
    parameters.push(`error="${found.error}"`, `error_description="${quotable(found.description)}"`);
  }
  const scopes = scope === undefined ? '' : scopeText(scope);
  if (scopes !== '') parameters.push(`scope="${scopes}"`);
  if (acrValues !== undefined) parameters.push(`acr_values="${quotable(acrValues)}"`);
  if (scheme === 'DPoP') parameters.push(`algs="${ALGORITHMS}"`);
  parameters.push(`resource_metadata="${quotable(resourceMetadata)}"`);
  return `${scheme} ${parameters.join(', ')}`;
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
