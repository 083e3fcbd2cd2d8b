/** A sample token judged part by part as the gateway will take it (RFC 9068), each with what to mend and by whom. */
import type { SignIn } from '../../domain/organisation.ts';
import { counted } from '../pages/phrases.ts';
import { cannotTell, type Finding, IDENTITY_ADMIN, type Mender, ok, toMend, YOU } from './partner-finding.ts';
import { personFindings } from './partner-person.ts';
import type { TokenPart, TokenSeen } from './partner-seen.ts';

/**
 * Findings on the whole token, then on each part of it. None quotes the token, its subject or its number.
 *
 * @param signIn of the organisation's file.
 */
export function tokenFindings(seen: TokenSeen, signIn: SignIn): Finding[] {
  if (seen.unreadable !== undefined) {
    const how =
      'take an access token as the system sends it, three parts with dots between, and nothing else in the file';
    return [toMend('token', `it cannot be read: ${seen.unreadable}`, YOU, how)];
  }
  const parts = [...seen.parts].map(([part, fault]) => partFinding(part, fault, seen, signIn));
  return [wholeFinding(seen), ...parts, ...personFindings(seen, signIn)];
}

function wholeFinding({ verdict, parts }: TokenSeen): Finding {
  const about = 'token as a whole';
  if (verdict === 'taken') return ok(about, 'the gateway takes it');
  if ('unsure' in verdict) {
    return cannotTell(
      about,
      `the issuer cannot be asked for its keys: ${verdict.unsure}`,
      IDENTITY_ADMIN,
      'see above',
    );
  }
  if (isExpired(parts.get('times'))) {
    const how = 'get a fresh token and check again at once';
    return cannotTell(about, 'it has expired; the rest is judged below', YOU, how);
  }
  if (verdict.refused === 'organisation is not active') {
    return cannotTell(about, 'the gateway refuses every token of an organisation that is not active');
  }
  return toMend(
    about,
    `the gateway does not take it: ${verdict.refused}`,
    IDENTITY_ADMIN,
    'mend what is named below',
  );
}

function partFinding(part: TokenPart, fault: string | undefined, seen: TokenSeen, signIn: SignIn): Finding {
  const { about, fine, mend } = wordsOf(part, seen, signIn);
  if (fault === undefined) return ok(about, fine);
  if (part === 'times' && isExpired(fault))
    return cannotTell(about, 'it has expired', YOU, 'get a fresh token');
  if (part === 'signature' && seen.verdict !== 'taken' && 'unsure' in seen.verdict) {
    return cannotTell(about, fault, IDENTITY_ADMIN, 'see above');
  }
  if (part === 'times' && (seen.issuedAheadSeconds ?? 0) > 0 && fault.includes('future')) {
    const found = `issued ${counted(Math.round(seen.issuedAheadSeconds ?? 0), 'second')} after this machine's time`;
    return toMend(
      about,
      found,
      IDENTITY_ADMIN,
      "set both clocks by a time server; if this machine's is right, theirs is wrong",
    );
  }
  return toMend(about, fault, ...mend);
}

function isExpired(fault: string | undefined): boolean {
  return fault === 'expired';
}

interface PartWords {
  readonly about: string;
  readonly fine: string;
  readonly mend: readonly [who: Mender, how: string];
}

function wordsOf(part: TokenPart, seen: TokenSeen, signIn: SignIn): PartWords {
  const claim = (name: string, fine: string, how: string): PartWords => ({
    about: `token, ${name}`,
    fine,
    mend: [IDENTITY_ADMIN, how],
  });
  switch (part) {
    case 'header':
      return claim(
        'header',
        'kind and algorithm are as they should be',
        `issue access tokens of RFC 9068: \`typ\` is at+jwt, \`alg\` one of ${signIn.algorithms.join(', ')}; if their product cannot, name its \`token profile\` and \`signed using\` in the organisation's file`,
      );
    case 'signature':
      return claim(
        'signature',
        "one of the issuer's keys verifies it",
        'sign with a key that stands in the key set, under the same `kid`',
      );
    case 'issuer':
      return claim(
        'iss',
        'it is exactly the issuer of the file',
        `make \`iss\` exactly ${signIn.issuer}, or tell the officer the exact issuer`,
      );
    case 'client':
      return {
        about: `token, ${seen.clientClaim}`,
        fine: `it is the client of the system ${seen.system?.id ?? ''}`,
        mend: [
          YOU,
          `ask them for the exact client id, and write it under \`client id\` of the right system in the organisation's file`,
        ],
      };
    case 'subject':
      return claim('sub', 'it is there', 'put `sub` into every access token');
    case 'token id':
      return claim(
        seen.tokenIdClaim,
        'it is there',
        `put \`${seen.tokenIdClaim}\` into every access token: it tells one token from another`,
      );
    case 'audience':
      return claim(
        'aud',
        `it holds ${signIn.audience}`,
        `issue tokens for the audience ${signIn.audience}, letter by letter`,
      );
    case 'times':
      return claim(
        'exp, iat and nbf',
        '`exp` and `iat` are there, and the token is good now',
        'write `iat` and `exp` into every access token, in whole seconds since 1970',
      );
    case 'life':
      return {
        about: 'token, life',
        fine: `${inMinutes(seen.lifeSeconds)}, of at most ${inMinutes(signIn.longestTokenLifeSeconds)}`,
        mend: [
          IDENTITY_ADMIN,
          `it lives ${inMinutes(seen.lifeSeconds)}: let tokens for this audience live at most ${inMinutes(signIn.longestTokenLifeSeconds)}; \`longest token life\` of the organisation's file can allow up to 24 hours`,
        ],
      };
    case 'kind':
      return claim(
        'kind',
        'it is an access token',
        'send the access token, not the ID token; if it is one, look at `token profile` of the file',
      );
    case 'bound':
      return claim(
        'cnf',
        BOUND_TO[seen.boundTo],
        'bind the token to one key (`jkt`, for DPoP), to one client certificate (`x5t#S256`), or to nothing',
      );
    case 'scope':
      return claim(
        'scope',
        signIn.scope === undefined ? 'the file asks for none' : `it holds ${signIn.scope}`,
        `give the client the scope ${signIn.scope ?? ''}`,
      );
  }
}

const BOUND_TO: Readonly<Record<TokenSeen['boundTo'], string>> = {
  nothing:
    'it is bound to no key; where a dataset asks callers to prove their key, register the client certificate of the system',
  'a key': 'it is bound to a key, so each request shows a DPoP proof made with it',
  'a certificate':
    'it is bound to a client certificate, so each request comes over a connection that shows it',
};

function inMinutes(seconds: number | undefined): string {
  if (seconds === undefined) return 'no time that can be read';
  return seconds < 120 ? counted(Math.round(seconds), 'second') : counted(Math.round(seconds / 60), 'minute');
}
