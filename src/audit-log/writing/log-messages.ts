/** What the gateway's threads and the writer thread say to one another over message ports. */
import type { MessagePort } from 'node:worker_threads';
import type { ShownOnce } from '../../domain/audit-entry.ts';
import type { ErasedPlaces } from '../keeping/erased-places.ts';
import type { StandingFact } from '../ports.ts';

/** One limit of one `sent` or `released` entry, its people as tags. */
export interface TaggedLimit {
  readonly name: string;
  readonly agreement: string;
  /** Base64url of the person's tag, or the empty text. */
  readonly person: string;
  /** Base64url of the tags of those who count once each; undefined where every entry counts. */
  readonly people?: readonly string[] | undefined;
  readonly most: number;
  readonly per: 'hour' | 'day';
  /** The exact text of the answer where the limit is reached; undefined where the answer is cut. */
  readonly answer?: string | undefined;
}

/** What is taken from an entry that is stored already. */
export interface Erasure {
  readonly index: number;
  readonly places: ErasedPlaces;
}

/** What an `erased` entry does to older entries, in its own transaction. */
export interface OlderEntriesChange {
  readonly erase?: readonly Erasure[];
  /** Indexes of entries that are dropped, ascending. */
  readonly drop?: readonly number[];
}

/** Entries to store, in order. */
export interface AppendMessage {
  readonly type: 'append';
  /** Laid out by `EntryFrame`; comes back once its entries are durable. */
  readonly frame: ArrayBuffer;
  readonly count: number;
  /** Limits by the entry's place in the frame; undefined where no entry has any. */
  readonly limits: ReadonlyMap<number, readonly TaggedLimit[]> | undefined;
  /** What may be shown once, by the entry's place in the frame; undefined where no entry has any. */
  readonly once?: ReadonlyMap<number, ShownOnce> | undefined;
  /** Facts that change with an entry, in order, by its place in the frame; undefined where none does. */
  readonly facts?: ReadonlyMap<number, readonly StandingFact[]> | undefined;
  /** What entries of the frame do to older ones, by their place in it; undefined where none does anything. */
  readonly changes?: ReadonlyMap<number, OlderEntriesChange> | undefined;
}

export type MessageToWriter =
  | AppendMessage
  | { readonly type: 'connect'; readonly port: MessagePort }
  /** No checkpoint is signed any more; entries are still taken. */
  | { readonly type: 'stop-signing' }
  | { readonly type: 'close' };

/** The oldest waiting entries of this port are durable: as many as `runs` counts. */
export interface DurableMessage {
  readonly type: 'durable';
  /** Index in the log of the batch's first entry. */
  readonly first: number;
  /** Number of entries in the batch. */
  readonly size: number;
  /** Hashes of the batch's tree, level after level from the leaves up. */
  readonly levels: ArrayBuffer;
  /** The signed note over the root of the batch. */
  readonly note: string;
  /** Frames of this port that the writer needs no more. */
  readonly frames: readonly ArrayBuffer[];
  /** This port's entries in the batch: place of the first and how many, pair after pair. */
  readonly runs: readonly number[];
  /** Entries that were stored as refused, by place in the batch. */
  readonly limited: ReadonlyMap<number, ReachedLimit | ShownBefore> | undefined;
  readonly newestAtMs: number;
}

/** A refusal was stored, because what the request showed was shown before. */
export interface ShownBefore {
  readonly shownBefore: true;
  readonly bodySalt: string | undefined;
}

export interface ReachedLimit {
  readonly limit: string;
  readonly retryAfterSeconds: number;
  /** Salt of the commitment to the answer, base64url; undefined where the refusal commits to none. */
  readonly bodySalt: string | undefined;
}

export type MessageFromWriter =
  | DurableMessage
  /** The oldest `count` waiting entries were certainly not stored; the writer goes on. */
  | { readonly type: 'not-stored'; readonly count: number; readonly message: string }
  /** Nobody knows what was stored; the writer has stopped for good. */
  | { readonly type: 'poisoned'; readonly message: string }
  | { readonly type: 'opened'; readonly newestAtMs: number; readonly verifierKeys: readonly string[] }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'closed' };
