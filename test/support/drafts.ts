/** Drafts of entries as an exchange makes them, of invented people. */
import { randomBytes } from 'node:crypto';
import type { EntryDraft, ExchangeFacts } from '../../src/domain/audit-entry.ts';

/** A UUID of version 7 (RFC 9562 section 5.7) at an instant. */
export function exchangeId(atMs: number): string {
  const hex = atMs.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What is known of a Blue Badge check in the clear. */
export function badgeFacts(exchange: string, atMs: number): ExchangeFacts {
  return {
    exchange,
    atMs,
    provider: 'northmere-county-council',
    consumer: 'westhaven-district-council',
    system: 'westhaven-parking',
    role: 'civil enforcement officer',
    assurance: 'proved',
    auth: { issuer: 'https://login.westhaven.example', method: 'bearer', secondFactor: true },
    agreement: { id: 'DSA-2026-014', version: 3, sha256: 'ab'.repeat(32) },
    policies: 'cd'.repeat(32),
    purpose: 'check a badge at the kerbside',
    reason: 'badge on display',
    basis: { provider: 'public task', consumer: 'public task' },
    special: ['health'],
    emergency: false,
    dataset: 'blue-badges',
    operation: 'look up one badge',
    lookups: ['badge number'],
  };
}

/** The entry before the provider is asked. */
export function sentDraft(exchange: string, atMs: number, more: Partial<EntryDraft> = {}): EntryDraft {
  return {
    kind: 'sent',
    facts: badgeFacts(exchange, atMs),
    result: {},
    sealed: {
      person: 'officer-0417',
      caseReference: 'PCN/2026/00417',
      token: 'token-7f3a9c',
      callerReference: 'kerb-99',
      asked: [{ namespace: 'badge number', id: 'ZZ9Z01' }],
    },
    ...more,
  };
}

/** The entry before a part leaves. */
export function releasedDraft(
  exchange: string,
  atMs: number,
  sent: string,
  { part = 1, last = true }: { part?: number; last?: boolean } = {},
): EntryDraft {
  return {
    kind: 'released',
    facts: badgeFacts(exchange, atMs),
    result: {
      ...{ part, last, sent, status: 200, upstream: { status: 200, ms: 41 }, records: 1 },
      ...{ fields: ['badgeNumber', 'statusCode', 'expiryDate'], withheld: 12, bytes: 231 },
    },
    sealed: {
      person: 'officer-0417',
      caseReference: 'PCN/2026/00417',
      token: 'token-7f3a9c',
      asked: [{ namespace: 'badge number', id: 'ZZ9Z01' }],
      subjects: [{ namespace: 'badge number', id: 'ZZ9Z01' }],
      bodySha256: randomBytes(32),
    },
  };
}

/** The entry of an exchange that failed. */
export function failedDraft(exchange: string, atMs: number, sent: string, part = 0): EntryDraft {
  return {
    kind: 'failed',
    facts: { exchange, atMs, emergency: false },
    result: { code: 'upstream-timeout', status: 504, sent, part },
    sealed: {},
  };
}
