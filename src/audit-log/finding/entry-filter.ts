/** What a search of the log asks for, and whether an entry is what was asked for: pure, judged by the leaf alone. */

/** What is left out matches every entry; what stands together must all be true. */
export interface EntryFilter {
  readonly kind?: string | undefined;
  /** How an exchange ended: its last entry. Parts before the last and what was only sent match none. */
  readonly outcome?: EntryOutcome | undefined;
  readonly consumer?: string | undefined;
  readonly provider?: string | undefined;
  /** Organisation that received, shared, or read the log. */
  readonly organisation?: string | undefined;
  /** Organisation that must be the provider or the consumer of the exchange: the bound of a reader. */
  readonly party?: string | undefined;
  readonly system?: string | undefined;
  readonly dataset?: string | undefined;
  readonly agreement?: { readonly id: string; readonly version?: number | undefined } | undefined;
  readonly purpose?: string | undefined;
  /** The reason that the consumer gave, in the agreement's words. */
  readonly reason?: string | undefined;
  /** Why an exchange was refused or failed; of a read or report, what was read. */
  readonly code?: string | undefined;
  readonly role?: string | undefined;
  /** Milliseconds since 1970 UTC; entries not older. */
  readonly fromMs?: number | undefined;
  /** Milliseconds since 1970 UTC; entries older than this. */
  readonly toMs?: number | undefined;
  /** Each list: tags of one person or case, one for each epoch's key. Of every list the entry must carry one. */
  readonly tagged?: readonly (readonly Uint8Array[])[] | undefined;
}

export const ENTRY_OUTCOMES = ['released', 'refused', 'failed'] as const;
export type EntryOutcome = (typeof ENTRY_OUTCOMES)[number];
