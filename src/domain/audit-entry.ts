/**
 * What is remembered of an exchange: the leaf of version 1 (docs/formats/leaf.md) before the audit log seals it.
 * Codes, counts and field names are in the clear; everything that could name a person is under `sealed`.
 */
import type { Caller } from './caller.ts';
import type { ReasonCode } from './reason.ts';
import type { NameCommitments } from './receipt.ts';

export const ENTRY_KINDS = [
  'refused',
  'sent',
  'released',
  'failed',
  'recovered',
  'started',
  'stopped',
  'heartbeat',
  'policies',
  'key',
  'read',
  'report',
  'erased',
  'hold',
  'emergency-review',
  'alarm',
  'summary',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];
export type ExchangeKind = 'refused' | 'sent' | 'released' | 'failed' | 'recovered';

/** The members of an exchange's leaf that are known in the clear. What is undefined is left out of the leaf. */
export interface ExchangeFacts {
  readonly exchange: string;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly provider?: string | undefined;
  readonly consumer?: string | undefined;
  readonly system?: string | undefined;
  readonly role?: string | undefined;
  readonly assurance?: 'proved' | 'stated' | undefined;
  readonly auth?:
    | { readonly issuer: string; readonly method: Caller['method']; readonly secondFactor: boolean }
    | undefined;
  readonly agreement?: { readonly id: string; readonly version: number; readonly sha256: string } | undefined;
  readonly policies?: string | undefined;
  readonly purpose?: string | undefined;
  readonly reason?: string | undefined;
  readonly basis?: { readonly provider: string; readonly consumer: string } | undefined;
  readonly special?: readonly string[] | undefined;
  readonly emergency: boolean;
  readonly dataset?: string | undefined;
  readonly operation?: string | undefined;
  readonly lookups?: readonly string[] | undefined;
}

/** What only some kinds carry. */
export interface ExchangeResult {
  /** `refused`, `failed`: why. */
  readonly code?: ReasonCode;
  /** `refused`: after which step. */
  readonly after?: 'request' | 'decision' | 'limit' | 'fetch';
  /** `released`: 1 for the first part. `failed`, `recovered`: how many parts had gone. */
  readonly part?: number;
  readonly last?: boolean;
  /** Leaf hash of the `sent` entry, standard base64. */
  readonly sent?: string | undefined;
  /** HTTP status that leaves. */
  readonly status?: number;
  /** What came of the request to the provider; `attempts` only where it was sent twice. */
  readonly upstream?:
    | { readonly status?: number; readonly ms?: number; readonly attempts?: number }
    | undefined;
  readonly records?: number;
  readonly fields?: readonly string[];
  readonly withheld?: number;
  readonly bytes?: number;
}

/** What names a person or could: it reaches the leaf only as salted commitments, the sealed row as tags and cipher text. */
export interface SealedFacts {
  /** Commitments of the exchange's first entry: a later entry repeats them, and its sealed row holds no name again. */
  readonly named?: NameCommitments | undefined;
  readonly person?: string | undefined;
  readonly caseReference?: string | undefined;
  /** Reference of the person's consent: in the sealed text alone. */
  readonly consentReference?: string | undefined;
  readonly token?: string | undefined;
  readonly callerReference?: string | undefined;
  /** Identifiers that were asked with. */
  readonly asked?: readonly SubjectIdentifier[];
  /** Identifiers found in the records of this part, withheld ones included. */
  readonly subjects?: readonly SubjectIdentifier[];
  /** What else the sealed text says, in words: of a note, who asked for it and why. */
  readonly words?: Readonly<Record<string, string>> | undefined;
  /** Records that left no trace: the truth about an answer stands here and nowhere else. */
  readonly screened?: Screened | undefined;
  /** SHA-256 of the body's bytes of this part. */
  readonly bodySha256?: Uint8Array;
}

/** What became of records that the exchange treats as not there. */
export interface Screened {
  /** Records that did not meet the agreement's conditions. */
  readonly conditions: number;
  /** Identifiers in records about people who are held back. */
  readonly people: readonly SubjectIdentifier[];
  /** Records that were held back for who was asked with, and that name nobody. */
  readonly nameless?: number;
}

/** An identifier in its normal spelling, within a namespace such as "NHS number". */
export interface SubjectIdentifier {
  readonly namespace: string;
  readonly id: string;
}

/** One limit that an append must count inside its transaction (formats §3). */
export interface LimitToCount {
  /** Plain words: "checks by one person". */
  readonly name: string;
  /** What is counted together, e.g. agreement and system; person identifiers only as tags made by the audit log. */
  readonly agreement: string;
  readonly person?: string | undefined;
  /** Each counts once in a window: a limit of different people. Its entry is a `released` one. */
  readonly people?: readonly SubjectIdentifier[] | undefined;
  readonly most: number;
  readonly per: 'hour' | 'day';
  /** The exact text of the answer where it is reached: the refusal that is stored then commits to it. */
  readonly answer?: string | undefined;
}

/** What may be shown once: the proof that a request carried (RFC 9449 section 11.1). */
export interface ShownOnce {
  /** One text for one proof; nothing can be read from it. */
  readonly hash: string;
  /** The same of a second one, where a request shows two: the one used before spoils both. */
  readonly also?: string | undefined;
  /** The exact text of the answer where it was shown before: the refusal that is stored then commits to it. */
  readonly answer?: string | undefined;
}

export interface EntryDraft {
  readonly kind: ExchangeKind;
  readonly facts: ExchangeFacts;
  readonly result: ExchangeResult;
  readonly sealed: SealedFacts;
  /**
   * Conditions. When one is over, a `refused` entry is stored in its place: `after: limit` for `sent`, and `after: fetch`
   * for `released`, of which nothing may leave then.
   */
  readonly limits?: readonly LimitToCount[];
  /** Where it was shown before, a `refused` entry with the code `proof-used` is stored in its place. Of first entries only. */
  readonly once?: ShownOnce | undefined;
}
