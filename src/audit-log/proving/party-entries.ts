/** The entries that one organisation may read: those of exchanges in which it was provider or consumer. */
import { isObject } from '../../domain/leaf-shape.ts';
import type { LogReader, StoredEntry } from '../ports.ts';

/** Whose entries: of one organisation, or all. */
export type Sees = 'all' | { readonly organisation: string };

export interface EntryPage {
  readonly entries: readonly StoredEntry[];
  /** Where the next page begins; the size of the log at its end. */
  readonly next: number;
  /** True where nothing follows the page now. */
  readonly end: boolean;
}

/** Entries that one page looks at, at most, and how many are read at once before others get their turn. */
const MOST_LOOKED_AT = 8192;
const READ_AT_ONCE = 256;

/**
 * The entries from index `from` on that the reader may see, oldest first, at most `most`. A page may hold fewer, or none,
 * and still not be the end: how far is looked for one page is bounded.
 *
 * @param upTo entries of the newest checkpoint: later ones cannot be proved yet and belong to a later page.
 */
export async function partyEntries(
  reader: LogReader,
  sees: Sees,
  from: number,
  most: number,
  upTo: number,
): Promise<EntryPage> {
  const found: StoredEntry[] = [];
  const until = Math.min(upTo, from + MOST_LOOKED_AT);
  let next = from;
  while (next < until && found.length < most) {
    const read = await reader.entries(next, Math.min(READ_AT_ONCE, until - next));
    if (read.length === 0) break;
    for (const entry of read) {
      if (found.length === most || entry.index >= upTo) break;
      if (await maySee(reader, entry, sees)) found.push(entry);
      next = entry.index + 1;
    }
    await othersTurn();
  }
  return { entries: found, next, end: next >= upTo };
}

/** True where the entry is of an exchange in which the reader's organisation is provider or consumer. */
export async function maySee(reader: LogReader, entry: StoredEntry, sees: Sees): Promise<boolean> {
  if (sees === 'all') return true;
  if (entry.exchange === undefined) return false;
  if (entry.kind !== 'recovered') return isParty(entry.leaf, sees.organisation);
  // What is written at a start after a crash names its exchange alone: its first entry says who the parties are.
  const [first] = await reader.entriesOfExchange(entry.exchange);
  return first !== undefined && isParty(first.leaf, sees.organisation);
}

function isParty(leaf: Uint8Array, organisation: string): boolean {
  const said: unknown = JSON.parse(Buffer.from(leaf).toString());
  return isObject(said) && (said['provider'] === organisation || said['consumer'] === organisation);
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
