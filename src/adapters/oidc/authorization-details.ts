/** The `authorization_details` claim of a token (RFC 9396 section 9.1), read strictly: what is not known limits to nothing. */
import type { Caller, SharingDetail } from '../../domain/caller.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';

/** The one type that this gateway knows. */
export const DETAILS_TYPE = 'data_sharing';
const MOST_DETAILS = 50;
const KNOWN = new Set(['type', 'agreement', 'dataset', 'purpose', 'operations', 'subject']);

/** The details, undefined where the token has none; `not understood` covers no request at all. */
export function authorizationDetailsOf(claims: StrictJsonObject): Caller['authorizationDetails'] {
  const { authorization_details: claim } = claims;
  if (claim === undefined) return undefined;
  if (!Array.isArray(claim) || claim.length > MOST_DETAILS) return 'not understood';
  const details: SharingDetail[] = [];
  for (const one of claim) {
    const detail = detailOf(one);
    if (detail === undefined) return 'not understood';
    details.push(detail);
  }
  return details;
}

function detailOf(one: StrictJson): SharingDetail | undefined {
  if (!isObject(one) || one['type'] !== DETAILS_TYPE) return undefined;
  if (!Object.keys(one).every((name) => KNOWN.has(name))) return undefined;
  const { agreement, dataset, purpose, operations, subject } = one;
  if (!isTextOrNone(agreement) || !isTextOrNone(dataset) || !isTextOrNone(purpose)) return undefined;
  if (operations !== undefined && !isTexts(operations)) return undefined;
  const limits = subjectOf(subject);
  if (limits === 'not understood') return undefined;
  return { agreement, dataset, purpose, operations, subject: limits };
}

function subjectOf(subject: StrictJson | undefined): SharingDetail['subject'] | 'not understood' {
  if (subject === undefined) return undefined;
  if (!isObject(subject)) return 'not understood';
  const limits = new Map<string, string>();
  for (const [name, value] of Object.entries(subject)) {
    if (typeof value !== 'string') return 'not understood';
    limits.set(name, value);
  }
  return limits.size === 0 ? 'not understood' : limits;
}

function isTextOrNone(value: StrictJson | undefined): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isTexts(value: StrictJson): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isObject(value: StrictJson | undefined): value is StrictJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
