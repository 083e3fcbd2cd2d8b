/** The questions that the log answers, as plain data that one thread can hand to another; each has one kind of answer. */
import type { EntryFilter } from '../../audit-log/finding/entry-filter.ts';
import type { IndexProgress } from '../../audit-log/finding/entry-index.ts';
import type { Sees } from '../../audit-log/proving/party-entries.ts';
import type { FailureCode } from '../../domain/reason.ts';
import type { ReportAnswer, ReportQuestion } from './reports.ts';

/** Question by name: what is asked, and what comes back. Long answers come in pages, each asked for when the one before was read. */
export interface LogQuestions {
  readonly progress: { readonly asked: Record<string, never>; readonly answer: IndexProgress };
  readonly search: { readonly asked: SearchQuestion; readonly answer: SearchAnswer };
  readonly list: { readonly asked: ListQuestion; readonly answer: SearchAnswer };
  readonly report: { readonly asked: ReportQuestion; readonly answer: ReportAnswer };
  readonly leaf: { readonly asked: LeafQuestion; readonly answer: LeafAnswer };
  readonly lines: { readonly asked: LinesQuestion; readonly answer: LinesAnswer };
}

export type QuestionName = keyof LogQuestions;
export type Asked<Name extends QuestionName> = LogQuestions[Name]['asked'];
export type Answer<Name extends QuestionName> = LogQuestions[Name]['answer'];

/** Answers questions, wherever the log is read. */
export interface LogAnswering {
  /** @throws {GatewayError} `log-unavailable` where the log or its index cannot be read. */
  ask<Name extends QuestionName>(name: Name, asked: Asked<Name>): Promise<Answer<Name>>;
}

export interface SearchQuestion {
  /** Without tags: they are made from `person` and `caseReference`, which go no further. */
  readonly filter: Omit<EntryFilter, 'tagged'>;
  /** Acting person or reader, as any of these issuers names them, or one that only the log remembers. */
  readonly person?: { readonly issuers: readonly string[]; readonly id: string } | undefined;
  /** Case reference, as any of these consumers writes it, or one that only the log remembers. */
  readonly caseReference?: { readonly consumers: readonly string[]; readonly id: string } | undefined;
  readonly before?: number | undefined;
  readonly most: number;
}

/** Where the entry with a leaf hash stands. */
export interface LeafQuestion {
  readonly leafHash: Uint8Array;
}

export interface LeafAnswer {
  /** Undefined where the log has no such entry. */
  readonly index: number | undefined;
}

/** Entries for whoever may see them, as the lines of an export. */
export interface LinesQuestion {
  readonly sees: Sees;
  /** The first index that is looked at. */
  readonly from: number;
  readonly most: number;
  /** Entries from this index on are left out. */
  readonly upTo: number;
}

export interface LinesAnswer {
  readonly lines: string;
  /** Where the next page begins. */
  readonly next: number;
}

export interface ListQuestion {
  readonly exchange: string;
  readonly kind?: string | undefined;
  /** Organisation that must be the provider or the consumer of the exchange. */
  readonly party?: string | undefined;
  readonly before?: number | undefined;
  readonly most: number;
}

export interface SearchAnswer {
  /** Newest first. */
  readonly entries: readonly AnsweredEntry[];
  /** `before` of the next page; undefined after the last. */
  readonly next: number | undefined;
  /** Number of entries that the log had: what was searched. */
  readonly size: number;
}

export interface AnsweredEntry {
  readonly index: number;
  /** Standard base64. */
  readonly leafHash: string;
  /** The exact text that is hashed. */
  readonly leaf: string;
}

/** What the gateway's thread says to the one that reads. */
export type MessageToReader =
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly name: QuestionName;
      readonly asked: Asked<QuestionName>;
    }
  | { readonly type: 'close' };

/** What the reading thread answers. */
export type MessageFromReader =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | {
      readonly type: 'refused';
      readonly id: number;
      readonly code: FailureCode;
      readonly message: string;
      /** Where a defect showed itself, for the operator's log. */
      readonly fault: string | undefined;
    };
