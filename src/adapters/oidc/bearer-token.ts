/** Takes the token out of an `Authorization` header (RFC 6750 section 2.1, RFC 9110 section 11.6.2). */
import type { NotProved } from '../../exchange/ports.ts';

/** Longest access token that is looked at, in characters. */
export const LONGEST_TOKEN = 8192;

const MISSING: NotProved = { refused: 'credentials-missing', why: 'no credentials' };
const OTHER_SCHEME: NotProved = { refused: 'credentials-missing', why: 'another scheme than Bearer' };
const MALFORMED: NotProved = { refused: 'credentials-malformed', why: 'not one space and one token68' };
const TOO_LONG: NotProved = { refused: 'credentials-malformed', why: 'longer than 8 KiB' };

const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: (.*))?$/s;
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The bearer token, or why there is none. The scheme's case does not matter; exactly one space stands after it.
 * A scheme that is not Bearer counts as no credentials, so that the answer says which scheme to use.
 */
export function bearerToken(authorization: string | undefined): string | NotProved {
  if (authorization === undefined) return MISSING;
  const [, scheme, token] = SCHEME.exec(authorization) ?? [];
  if (scheme === undefined) return MALFORMED;
  if (scheme.toLowerCase() !== 'bearer') return OTHER_SCHEME;
  if (token === undefined) return MALFORMED;
  if (token.length > LONGEST_TOKEN) return TOO_LONG;
  return TOKEN68.test(token) ? token : MALFORMED;
}
