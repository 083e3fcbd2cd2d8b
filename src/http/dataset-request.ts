/** What a consumer asks for, read from an HTTP request (docs/formats/request.md): decoded once, bounded, free of HTTP. */
import type { IncomingMessage } from 'node:http';
import type { Asked, AskedOperation, AskedPath } from '../domain/asked.ts';
import type { RefusalCode } from '../domain/reason.ts';
import type { StrictJson } from '../encoding/strict-json.ts';
import { parseStrictJson, StrictJsonError } from '../encoding/strict-json.ts';
import type { AskedBadly } from '../exchange/ports.ts';
import { callerAddressOf } from './caller-address.ts';
import { type ExchangeHeaders, readExchangeHeaders } from './exchange-headers.ts';
import { splitTarget, type Target } from './target.ts';

export { readBody } from './request-body.ts';

/** Most objects inside one another in a request body. */
const MOST_DEPTH = 8;
const JSON_TYPE = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i;
/** At most 15 digits: a double gives each of them back. */
const EXACT_FRACTION = /^-?[0-9]{1,9}\.[0-9]{1,6}$/;
const NOTHING: ReadonlyMap<string, string> = new Map();

/**
 * Reads the request that `frontCheck` let pass. Takes the raw request, with `url` untouched.
 *
 * @param body the whole body, or undefined or empty where there is none.
 */
export function readDatasetRequest(
  request: IncomingMessage,
  body: Uint8Array | undefined,
): Asked | AskedBadly {
  const target = splitTarget(request.url ?? '');
  if (typeof target === 'string') return { refused: target };
  const headers = readExchangeHeaders(request.rawHeaders);
  if (typeof headers === 'string') return { refused: headers };
  const method = request.method ?? '';
  const isAsk = method === 'POST' && target.segments.length === 3 && target.segments[1] === 'ask';
  const members = readMembers(body, headers.contentType, isAsk);
  if (typeof members === 'string') return { refused: members };
  // The lookups of this form stand in the body, so that none need stand in a URL that somebody logs.
  if (isAsk && target.query.size > 0) return { refused: 'target-ambiguous' };
  const asks = isAsk ? askedOperation(target, members) : askedPath(target, method, members);
  return asked(target, asks, headers, callerAddressOf(request) || undefined);
}

function asked(
  target: Target,
  asks: AskedPath | AskedOperation,
  headers: ExchangeHeaders,
  address: string | undefined,
): Asked {
  return {
    dataset: target.segments[0] ?? '',
    target: asks,
    purpose: headers.purpose,
    reason: headers.reason,
    caseReference: headers.caseReference,
    consentReference: headers.consentReference,
    emergency: headers.emergency,
    statedPerson: headers.person,
    callerReference: headers.callerReference,
    address,
  };
}

function askedPath(target: Target, method: string, body: ReadonlyMap<string, string>): AskedPath {
  return { kind: 'path', method, segments: target.segments.slice(1), query: target.query, body };
}

function askedOperation(target: Target, lookups: ReadonlyMap<string, string>): AskedOperation {
  return { kind: 'ask', operation: target.segments[2] ?? '', lookups };
}

/** Scalar members of a JSON object as text; members of members by their path with dots, unless `isFlat`. */
function readMembers(
  body: Uint8Array | undefined,
  contentType: string | undefined,
  isFlat: boolean,
): ReadonlyMap<string, string> | RefusalCode {
  if (body === undefined || body.length === 0) return NOTHING;
  if (contentType === undefined || !JSON_TYPE.test(contentType)) return 'body-invalid';
  const members = new Map<string, string>();
  try {
    const whole = parseStrictJson(body, MOST_DEPTH);
    return isObject(whole) && collect(whole, '', isFlat, members) ? members : 'body-invalid';
  } catch (error) {
    if (error instanceof StrictJsonError) return 'body-invalid';
    throw error;
  }
}

/** False for what is neither a scalar nor an object of scalars, and for what two texts could stand for. */
function collect(
  object: { readonly [name: string]: StrictJson },
  above: string,
  isFlat: boolean,
  members: Map<string, string>,
): boolean {
  for (const name of Object.keys(object)) {
    const value = object[name] ?? null;
    if (isObject(value)) {
      if (isFlat || name.includes('.') || Object.keys(value).length === 0) return false;
      if (!collect(value, `${above}${name}.`, isFlat, members)) return false;
      continue;
    }
    const text = scalarText(value);
    if (text === undefined || (!isFlat && name.includes('.'))) return false;
    members.set(above + name, text);
  }
  return true;
}

/** The one text of a scalar. A number that JavaScript cannot hold exactly has none. */
function scalarText(value: StrictJson): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return undefined;
  const text = String(value);
  return Number.isSafeInteger(value) || EXACT_FRACTION.test(text) ? text : undefined;
}

function isObject(value: StrictJson): value is { [name: string]: StrictJson } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
