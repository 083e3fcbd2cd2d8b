/** Mints the receipt of one entry: the only place that does. */
import { DurableReceipt, type NameCommitments } from '../../domain/receipt.ts';
import { HASH_BYTES } from '../../merkle/hash.ts';
import type { ReachedLimit, ShownBefore } from '../writing/log-messages.ts';
import { type BatchProof, receiptHeader } from './receipt.ts';

/** What the gateway thread kept of an entry while it waited. */
export interface KeptOfEntry {
  readonly bodySalt: string | undefined;
  readonly commitments: NameCommitments;
}

/** INVARIANT: called only for entries that the writer reported durable. */
export function mintReceipt(
  index: number,
  batch: BatchProof,
  place: number,
  { bodySalt, commitments }: KeptOfEntry,
  limited: ReachedLimit | ShownBefore | undefined,
): DurableReceipt {
  const at = place * HASH_BYTES;
  return DurableReceipt.mint({
    index,
    leafHash: batch.levels.toString('base64', at, at + HASH_BYTES),
    stored: limited === undefined ? 'as drafted' : 'shownBefore' in limited ? 'shown before' : limited,
    bodySalt: limited === undefined ? bodySalt : limited.bodySalt,
    commitments,
    header: () => receiptHeader(batch, place),
  });
}
