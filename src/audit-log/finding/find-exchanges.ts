/** Finds the exchanges and notes that name somebody, each whole, with what its sealed rows say of them. */
import { toBase64 } from '../../encoding/base64.ts';
import type { LogReader, StoredEntry } from '../ports.ts';
import { openSealedRow, type SealedRow } from '../sealing/sealed-row.ts';
import type { NamedKey } from '../sealing/sealing-keys.ts';
import {
  type Candidate,
  isScreened,
  leafOf,
  rowOf,
  type Searched,
  type VisitCandidates,
} from './candidates.ts';
import type { NamedIn, Wanted } from './wanted.ts';

export interface FoundEntry {
  readonly index: number;
  /** Standard base64. */
  readonly leafHash: string;
  readonly atMs: number;
  readonly leaf: Readonly<Record<string, unknown>>;
  readonly came: readonly NamedIn[];
  readonly screened: boolean;
  /** The acting person, only where that was asked for. */
  readonly staff?: string | undefined;
  /** Tags of the identifiers that were asked with, to count how many different ones there were. */
  readonly askedTags: readonly string[];
  /** Tag of the acting person, to count how many different ones there were. */
  readonly personTag: string | undefined;
}

export interface FoundExchanges extends Searched {
  /** Every entry of each exchange, in the order of the log; of a note, the note. */
  readonly exchanges: readonly (readonly FoundEntry[])[];
}

export interface FindParts {
  readonly log: LogReader;
  readonly visit: VisitCandidates;
  /** A sealing key by its id. */
  readonly sealingKey: (id: string) => NamedKey | undefined;
  /** Whether to open the words for who asked. */
  readonly withStaff: boolean;
}

/**
 * @throws {GatewayError} `log-unavailable` where the log or its index cannot be read.
 */
export async function findExchanges(wanted: Wanted, parts: FindParts): Promise<FoundExchanges> {
  const exchanges = new Set<string>();
  const notes = new Map<number, Candidate>();
  const searched = await parts.visit(wanted.tags, (candidate) => {
    const { exchange, index } = candidate.entry;
    if ((exchange !== undefined && exchanges.has(exchange)) || wanted.named(candidate.row).length === 0)
      return;
    if (exchange === undefined) notes.set(index, candidate);
    else exchanges.add(exchange);
  });
  const found: FoundEntry[][] = [];
  for (const exchange of exchanges) {
    const entries = await parts.log.entriesOfExchange(exchange);
    found.push(entries.map((entry) => foundEntry(entry, rowOf(entry), wanted, parts)));
  }
  for (const { entry, row } of notes.values()) found.push([foundEntry(entry, row, wanted, parts)]);
  return { ...searched, exchanges: found };
}

function foundEntry(
  entry: StoredEntry,
  row: SealedRow | undefined,
  wanted: Wanted,
  parts: FindParts,
): FoundEntry {
  const { index, atMs } = entry;
  const told = { index, atMs, leafHash: toBase64(entry.leafHash), leaf: leafOf(entry.leaf) };
  if (row === undefined) return { ...told, came: [], screened: false, askedTags: [], personTag: undefined };
  const staff = parts.withStaff && row.person !== undefined ? staffOf(entry, row, parts) : undefined;
  return {
    ...{ ...told, staff },
    came: wanted.named(row),
    screened: isScreened(entry, row),
    askedTags: row.asked.flatMap((subject) => ('tag' in subject ? [textOf(subject.tag)] : [])),
    personTag: row.person === undefined ? undefined : textOf(row.person.tag),
  };
}

/** Words whose key is not at hand, or that somebody spoiled, name nobody; the report of everything else goes on. */
function staffOf(entry: StoredEntry, row: SealedRow, { sealingKey }: FindParts): string | undefined {
  const { exchange, id, part, after, limit } = leafOf(entry.leaf);
  const of = {
    kind: entry.kind,
    ...(typeof exchange === 'string' ? { exchange } : {}),
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof part === 'number' ? { part } : {}),
    ...(typeof after === 'string' ? { after } : {}),
    ...(typeof limit === 'string' ? { limit } : {}),
  };
  try {
    return openSealedRow(row, of, sealingKey)?.person;
  } catch {
    return UNREADABLE;
  }
}

const UNREADABLE = '(the sealed words cannot be read)';

function textOf(tag: Uint8Array): string {
  return Buffer.from(tag).toString('base64url');
}
