/** The headers in which a consumer says why it asks, for whom and under which case (docs/formats/request.md). */
import type { RefusalCode } from '../domain/reason.ts';
import { watchedHeader } from './wire-headers.ts';

/** A header that is absent or empty is undefined. */
export interface ExchangeHeaders {
  purpose: string | undefined;
  reason: string | undefined;
  caseReference: string | undefined;
  consentReference: string | undefined;
  emergency: string | undefined;
  person: string | undefined;
  /** `Exchange-Id`, else a valid `traceparent`: the caller's own reference. */
  callerReference: string | undefined;
  contentType: string | undefined;
}

type Slot = Exclude<keyof ExchangeHeaders, 'callerReference'> | 'id' | 'trace';

const SLOTS: ReadonlyMap<string, Slot> = new Map<string, Slot>([
  ['exchange-purpose', 'purpose'],
  ['exchange-reason', 'reason'],
  ['exchange-case-reference', 'caseReference'],
  ['exchange-consent-reference', 'consentReference'],
  ['exchange-emergency', 'emergency'],
  ['exchange-person', 'person'],
  ['exchange-id', 'id'],
  ['traceparent', 'trace'],
  ['content-type', 'contentType'],
]);
/** Printable ASCII, at most 200 characters. */
const PLAIN = /^[\x20-\x7e]{1,200}$/;
const CALLER_REFERENCE = /^[A-Za-z0-9._:-]{1,100}$/;
/** W3C Trace Context, level 1, section 3.2. */
const TRACE_PARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Reads them from the flat list of names and values as they came, or says why not. */
export function readExchangeHeaders(raw: readonly string[]): ExchangeHeaders | RefusalCode {
  const found: ExchangeHeaders = {
    purpose: undefined,
    reason: undefined,
    caseReference: undefined,
    consentReference: undefined,
    emergency: undefined,
    person: undefined,
    callerReference: undefined,
    contentType: undefined,
  };
  let trace: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    const header = watchedHeader(raw[at] ?? '');
    const slot = header === undefined ? undefined : SLOTS.get(header);
    const value = raw[at + 1] ?? '';
    if (slot === undefined || value === '') continue;
    if (!PLAIN.test(value)) return 'header-invalid';
    if (slot === 'trace') {
      if (trace !== undefined) return 'header-repeated';
      trace = value;
      continue;
    }
    const place = slot === 'id' ? 'callerReference' : slot;
    if (found[place] !== undefined) return 'header-repeated';
    if (slot === 'id' && !CALLER_REFERENCE.test(value)) return 'header-invalid';
    found[place] = value;
  }
  // A traceparent that is not one is as good as none (W3C Trace Context, section 4.3).
  if (trace !== undefined && TRACE_PARENT.test(trace)) found.callerReference ??= trace;
  return found;
}
