/** The closed list of reasons for which nothing, or nothing more, leaves. Codes are public, stable and never reused. */

/** What the gateway decided against. A refusal is a value. */
export const REFUSALS = [
  // the request cannot be read in one way only
  'target-ambiguous',
  'header-repeated',
  'header-invalid',
  'certificate-header',
  'parameter-repeated',
  'body-invalid',
  'token-in-query',
  // who is asking is not proved
  'credentials-missing',
  'credentials-malformed',
  'token-invalid',
  'scope-insufficient',
  'system-not-registered',
  // the sender shows no key that its token or its registration is bound to
  'sender-not-proved',
  'proof-invalid',
  'proof-nonce-needed',
  'proof-used',
  // the agreement does not allow it
  'no-agreement',
  'not-in-force',
  'purpose-missing',
  'purpose-not-agreed',
  'operation-not-agreed',
  'lookup-not-agreed',
  'lookup-missing',
  'lookup-invalid',
  'reference-not-yours',
  'system-not-agreed',
  'person-missing',
  'person-not-proved',
  'role-not-agreed',
  'second-factor-missing',
  'place-not-agreed',
  'training-out-of-date',
  'outside-hours',
  'reason-missing',
  'reason-not-agreed',
  'case-reference-missing',
  'consent-reference-missing',
  'emergency-not-allowed',
  'authorization-not-covered',
  // a limit of the agreement
  'limit-reached',
  'too-many-records',
  // one address asks too often without proof
  'too-many-refusals',
  // the requests of one organisation are refused too often
  'refusal-quota-reached',
  // one system asks more often than it may
  'too-many-requests',
  // reading what is one's own
  'not-found',
] as const;

/** What went wrong. A failure is an error. */
export const FAILURES = [
  'upstream-unreachable',
  'upstream-timeout',
  'upstream-busy',
  'upstream-paused',
  'upstream-error',
  'upstream-redirect',
  'upstream-sign-in-failed',
  'answer-too-large',
  'answer-media-type',
  'answer-not-filterable',
  'issuer-unavailable',
  'policies-unavailable',
  'log-unavailable',
  'overloaded',
  'stopping',
  'caller-gone',
  'internal-error',
] as const;

export type RefusalCode = (typeof REFUSALS)[number];
export type FailureCode = (typeof FAILURES)[number];
export type ReasonCode = RefusalCode | FailureCode;

/** The code in the words that an agreement's examples use: `role-not-agreed` is written "role not agreed". */
export function reasonInWords(code: ReasonCode): string {
  return code.replaceAll('-', ' ');
}
