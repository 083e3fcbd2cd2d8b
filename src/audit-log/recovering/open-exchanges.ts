/** The exchanges of this run that were sent and have not ended, so that a stop can say of each what may have gone. */
import type { EntryKind } from '../../domain/audit-entry.ts';

/** An exchange without an end. */
export interface UnfinishedExchange {
  readonly exchange: string;
  /** Leaf hash of its `sent` entry, standard base64. */
  readonly sent: string;
  /** Parts whose entries are durable: treat them as disclosed. 0: nothing was released. */
  readonly part: number;
}

/** Follows the entries of one run as they are stored. */
export class OpenExchanges {
  readonly #open = new Map<string, { readonly leafHash: Uint8Array; part: number }>();

  /** Notes one stored entry. @param part of a `released` entry. @param ends true where nothing follows it. */
  note(kind: EntryKind, exchange: string, leafHash: Uint8Array, part: number, ends: boolean): void {
    if (kind === 'sent') {
      this.#open.set(exchange, { leafHash, part: 0 });
      return;
    }
    if (ends) this.#open.delete(exchange);
    else {
      const open = this.#open.get(exchange);
      if (open !== undefined) open.part = part;
    }
  }

  /** What is open now, in the order in which it was sent. */
  all(): UnfinishedExchange[] {
    return Array.from(this.#open, ([exchange, { leafHash, part }]) => ({
      exchange,
      part,
      sent: Buffer.from(leafHash).toString('base64'),
    }));
  }
}
