/** Problem documents (RFC 9457): the one table from reason to status and title. */
import type { ReasonCode } from '../domain/reason.ts';

export type ProblemCode = ReasonCode | 'no-record' | 'log-not-yours' | 'log-question-invalid';

const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  'target-ambiguous': [400, 'The request line can be read in more than one way'],
  'header-repeated': [400, 'A header that matters stands more than once'],
  'header-invalid': [400, 'A header cannot be read'],
  'certificate-header': [400, 'A certificate in a header is believed from the proxies of the settings alone'],
  'parameter-repeated': [400, 'A parameter stands more than once'],
  'body-invalid': [400, 'The request body cannot be read'],
  'token-in-query': [400, 'An access token never belongs in a query'],
  'credentials-missing': [401, 'Send an access token'],
  'credentials-malformed': [400, 'The Authorization header cannot be read'],
  'token-invalid': [401, 'The access token does not prove who is asking'],
  'scope-insufficient': [403, 'The access token lacks a scope'],
  'system-not-registered': [403, 'This system is not registered'],
  'sender-not-proved': [401, 'Prove the key of this system'],
  'proof-invalid': [401, 'The DPoP proof does not hold'],
  'proof-nonce-needed': [401, 'The DPoP proof needs a nonce of this gateway'],
  'proof-used': [401, 'A proof of this request was used before'],
  'no-agreement': [403, 'No sharing agreement allows this'],
  'not-in-force': [403, 'The sharing agreement is not in force'],
  'purpose-missing': [403, 'Say what the data is for'],
  'purpose-not-agreed': [403, 'This purpose is not agreed'],
  'operation-not-agreed': [403, 'This operation is not agreed'],
  'lookup-not-agreed': [403, 'Asking with this is not agreed'],
  'lookup-missing': [403, 'Something that must be asked with is missing'],
  'lookup-invalid': [403, 'A value that was asked with is not of its kind'],
  'reference-not-yours': [403, 'This reference was not given to this system under this agreement'],
  'system-not-agreed': [403, 'This system is not named in the agreement'],
  'person-missing': [403, 'A named person must be behind this request'],
  'person-not-proved': [403, 'The sign-in must prove the person'],
  'role-not-agreed': [403, 'This role is not agreed'],
  'second-factor-missing': [401, 'Sign in with a second factor'],
  'place-not-agreed': [403, 'Looking from this place is not agreed'],
  'training-out-of-date': [403, 'Training must be in date'],
  'outside-hours': [403, 'Looking at this hour is not agreed'],
  'reason-missing': [403, 'Give a reason'],
  'reason-not-agreed': [403, 'This reason is not agreed'],
  'case-reference-missing': [403, 'Give a case reference'],
  'consent-reference-missing': [403, "Give the reference of the person's consent"],
  'emergency-not-allowed': [403, 'Emergency access is not agreed'],
  'authorization-not-covered': [403, 'The access token does not cover this'],
  'limit-reached': [429, 'A limit of the agreement is reached'],
  'too-many-records': [403, 'More records than the agreement allows in one answer'],
  'too-many-refusals': [429, 'Too many refused requests from this address'],
  'refusal-quota-reached': [429, 'Too many refused requests of this organisation'],
  'too-many-requests': [429, 'Too many requests of this system'],
  'not-found': [404, 'There is nothing here'],
  'upstream-unreachable': [502, 'The provider cannot be reached'],
  'upstream-timeout': [504, 'The provider did not answer in time'],
  'upstream-busy': [503, 'The provider is busy'],
  'upstream-paused': [503, 'The provider failed so often that it is not asked just now'],
  'upstream-error': [502, 'The provider answered with an error'],
  'upstream-redirect': [502, 'The provider answered with a redirect'],
  'upstream-sign-in-failed': [502, 'The gateway could not sign in at the provider'],
  'answer-too-large': [502, 'The answer is larger than agreed'],
  'answer-media-type': [502, 'The answer is of another type than declared'],
  'answer-not-filterable': [502, 'The answer cannot be filtered with certainty'],
  'issuer-unavailable': [503, 'The issuer of the access token cannot be reached'],
  'policies-unavailable': [503, 'No policy set is in force'],
  'log-unavailable': [503, 'The audit log cannot write'],
  overloaded: [503, 'Too many requests at once'],
  stopping: [503, 'The gateway is stopping'],
  'caller-gone': [499, 'The caller went away'],
  'internal-error': [500, 'Something failed that nobody foresaw'],
  'no-record': [404, 'No record'],
  'log-not-yours': [403, 'This part of the log is not yours to read'],
  'log-question-invalid': [400, 'The question to the log cannot be read'],
};

/** The HTTP status of a reason. */
export function problemStatus(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** The title of a reason: the same for every occurrence (RFC 9457 section 3.1.3). */
export function problemTitle(code: ProblemCode): string {
  return PROBLEMS[code][1];
}

/** True for a code of the table. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}

export interface ProblemText {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly exchange: string;
  readonly contact: string | undefined;
  readonly agreement?: { readonly id: string; readonly version: number } | undefined;
}

/** The document's bytes. `type` and `instance` are references relative to the gateway (RFC 9457 section 3.1). */
export function problemBytes(problem: ProblemText): Buffer {
  const { agreement } = problem;
  return Buffer.from(
    JSON.stringify({
      type: `/problems/${problem.code}`,
      title: problemTitle(problem.code),
      status: problemStatus(problem.code),
      detail: problem.detail,
      instance: `urn:uuid:${problem.exchange}`,
      contact: problem.contact,
      agreement: agreement === undefined ? undefined : `${agreement.id}; version=${agreement.version}`,
    }),
  );
}
