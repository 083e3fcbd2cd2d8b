/** The entries of one commit as the values of `append_entries` (migrations/0001-audit-log.sql). */
import type { StoredEntry } from '../../../audit-log/ports.ts';
import { HASH_BYTES } from '../../../merkle/hash.ts';

export interface AppendValues {
  readonly kinds: readonly string[];
  readonly ats: readonly number[];
  readonly exchanges: readonly (string | null)[];
  /** Leaf hashes, leaves and sealed rows, one behind the other. */
  readonly hashes: Buffer;
  readonly leaves: Buffer;
  readonly sealed: Buffer;
  /** Where each leaf and each sealed row ends. */
  readonly leafEnds: readonly number[];
  readonly sealedEnds: readonly number[];
}

/** @throws {Error} for entries that do not follow one another from `first` on, or a hash of another length than 32 bytes. */
export function appendValues(first: number, entries: readonly StoredEntry[]): AppendValues {
  const none = Buffer.alloc(0);
  for (const [nth, { index, leafHash }] of entries.entries()) {
    if (index !== first + nth) throw new Error('a commit leaves a gap in the log');
    if (leafHash.length !== HASH_BYTES) throw new Error('a leaf hash is not 32 bytes long');
  }
  return {
    kinds: entries.map(({ kind }) => kind),
    ats: entries.map(({ atMs }) => atMs),
    exchanges: entries.map(({ exchange }) => exchange ?? null),
    hashes: Buffer.concat(entries.map(({ leafHash }) => leafHash)),
    leaves: Buffer.concat(entries.map(({ leaf }) => leaf)),
    sealed: Buffer.concat(entries.map(({ sealed }) => sealed ?? none)),
    leafEnds: ends(entries.map(({ leaf }) => leaf.length)),
    sealedEnds: ends(entries.map(({ sealed }) => sealed?.length ?? 0)),
  };
}

function ends(lengths: readonly number[]): number[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end;
  });
}
