/** Takes the token and its scheme out of an `Authorization` header (RFC 6750 section 2.1, RFC 9449 section 7.1, RFC 9110 section 11.6.2). */
import type { NotProved } from '../../exchange/ports.ts';

/** Longest access token that is looked at, in characters. */
export const LONGEST_TOKEN = 8192;

export interface PresentedToken {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly token: string;
}

const MISSING: NotProved = { refused: 'credentials-missing', why: 'no credentials' };
const OTHER_SCHEME: NotProved = {
  refused: 'credentials-missing',
  why: 'another scheme than Bearer and DPoP',
};
const MALFORMED: NotProved = { refused: 'credentials-malformed', why: 'not one space and one token68' };
const TOO_LONG: NotProved = { refused: 'credentials-malformed', why: 'longer than 8 KiB' };

const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: (.*))?$/s;
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The token and how it is shown, or why there is none. The scheme's case does not matter; exactly one space stands after
 * it. A scheme that is neither Bearer nor DPoP counts as no credentials, so that the answer says which schemes to use.
 */
export function presentedToken(authorization: string | undefined): PresentedToken | NotProved {
  if (authorization === undefined) return MISSING;
  const [, name, token] = SCHEME.exec(authorization) ?? [];
  if (name === undefined) return MALFORMED;
  const scheme = schemeNamed(name.toLowerCase());
  if (scheme === undefined) return OTHER_SCHEME;
  const wrong = wrongToken(token);
  if (wrong !== undefined) return scheme === 'DPoP' ? { ...wrong, scheme } : wrong;
  return { scheme, token: token ?? '' };
}

function schemeNamed(name: string): PresentedToken['scheme'] | undefined {
  if (name === 'bearer') return 'Bearer';
  return name === 'dpop' ? 'DPoP' : undefined;
}

function wrongToken(token: string | undefined): NotProved | undefined {
  if (token === undefined) return MALFORMED;
  if (token.length > LONGEST_TOKEN) return TOO_LONG;
  return TOKEN68.test(token) ? undefined : MALFORMED;
}
