/** What questions to the log need of an index: which entries carry a term or a tag. An index finds; it never proves. */
import type { EntryFilter } from './entry-filter.ts';

/** A page of entry indexes. */
export interface IndexPage {
  readonly order: 'newest first' | 'oldest first';
  /** Entries with a smaller index only; newest first, the last index of the page before. */
  readonly before?: number | undefined;
  /** Entries with a larger index only; oldest first, the last index of the page before. */
  readonly after?: number | undefined;
  readonly most: number;
}

export interface IndexProgress {
  readonly indexed: number;
  readonly size: number;
}

/**
 * Finds entries by what `entry-terms.ts` says that they carry. The index is derived from the log and may be thrown away.
 * Every question follows the log to its end before it is answered, so that what was durable when it was asked is found.
 *
 * The tags of an exchange's first entry (who asked, under which case, about whom) are carried by all of its entries, since
 * the later ones repeat only their commitments. What comes back are candidates: whoever shows one reads the entry from the
 * store and judges it by that (`find-entries.ts`), because an index can be older than an erasure, or be tampered with.
 *
 * Questions reject with a GatewayError `log-unavailable` where log or index cannot be read.
 */
export interface EntryIndex {
  /** Follows the log to its end; resolves to the number of entries that the log has. */
  follow(): Promise<number>;
  /** How many entries are indexed by now, and how many the log has: answered at once, also while the index is built. */
  progress(): Promise<IndexProgress>;
  /** Entries that carry any of the tags (32 bytes each), as asked with, found, acting person, case reference or reader. */
  withTags(tags: readonly Uint8Array[], page: IndexPage): Promise<readonly number[]>;
  /** How many entries carry any of the tags. */
  countTags(tags: readonly Uint8Array[]): Promise<number>;
  /** Entries that carry every term and tags of the filter; its times are not looked at: see `firstIndexAt`. */
  find(filter: EntryFilter, page: IndexPage): Promise<readonly number[]>;
  /** The entries with this leaf hash (32 bytes): one, but for entries with equal leaves. */
  withLeafHash(leafHash: Uint8Array): Promise<readonly number[]>;
  /** Ids of the keys with which the tags of rows were made, as the rows name them. */
  tagKeys(): Promise<readonly string[]>;
  /** Values of the terms of a name, such as `issuer`, that entries carry or have carried. */
  values(name: string): Promise<readonly string[]>;
  close(): void;
}
