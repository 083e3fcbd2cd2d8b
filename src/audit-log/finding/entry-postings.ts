/** What the index keeps of each entry: its terms and tags, with those that it takes over from the first entry of its exchange. */
import { isObject } from '../../domain/leaf-shape.ts';
import type { LogReader, StoredEntry } from '../ports.ts';
import { readSealedRow, type SealedRow } from '../sealing/sealed-row.ts';
import { tagsOfRow, tagsOfWhoAsked, termsOfLeaf, termsOfRow } from './entry-terms.ts';

export interface EntryPostings {
  readonly terms: readonly string[];
  readonly tags: readonly Uint8Array[];
}

/** An entry with its leaf read, and what it takes over. */
export interface WholeEntry extends EntryPostings {
  readonly entry: StoredEntry;
  /** The leaf's members; none where the leaf was dropped or spoiled. */
  readonly leaf: Leaf;
  /** Members of the exchange's first entry, which those of `leaf` come before. */
  readonly whole: Leaf;
}

type Leaf = Readonly<Record<string, unknown>>;

/** What later entries of an exchange take over. */
interface FirstEntry {
  readonly leaf: Leaf;
  readonly tags: readonly Uint8Array[];
}

const MOST_OPEN = 4096;
const NOTHING: Leaf = {};
const NOBODY: FirstEntry = { leaf: NOTHING, tags: [] };

/** Reads entries in the order of the log; one that names a `sent` entry which was not read just before is looked up. */
export class PostingsOfEntries {
  readonly #log: Pick<LogReader, 'entriesOfExchange'>;
  /** First entries of exchanges that have not ended yet, oldest first. */
  readonly #open = new Map<string, FirstEntry>();

  constructor(log: Pick<LogReader, 'entriesOfExchange'>) {
    this.#log = log;
  }

  /** What the entry carries; a promise only where the first entry of its exchange must be looked up. */
  of(entry: StoredEntry): WholeEntry | Promise<WholeEntry> {
    const leaf = leafMembers(entry.leaf);
    if (leaf['sent'] === undefined || entry.exchange === undefined) return this.#own(entry, leaf);
    const first = this.#open.get(entry.exchange);
    if (first !== undefined) return this.#later(entry, leaf, first);
    return this.#lookedUp(entry.exchange).then((found) => this.#later(entry, leaf, found));
  }

  #own(entry: StoredEntry, leaf: Leaf): WholeEntry {
    const row = readRow(entry.sealed);
    if (leaf['kind'] === 'sent' && entry.exchange !== undefined) {
      if (this.#open.size >= MOST_OPEN) this.#open.delete(this.#open.keys().next().value ?? '');
      this.#open.set(entry.exchange, { leaf, tags: row === undefined ? [] : tagsOfWhoAsked(row) });
    }
    return {
      entry,
      leaf,
      whole: leaf,
      terms: [...termsOfLeaf(leaf), ...rowTerms(row)],
      tags: row === undefined ? [] : tagsOfRow(row),
    };
  }

  #later(entry: StoredEntry, leaf: Leaf, first: FirstEntry): WholeEntry {
    if (leaf['kind'] !== 'released' || leaf['last'] === true) this.#open.delete(entry.exchange ?? '');
    const whole = { ...first.leaf, ...leaf };
    const row = readRow(entry.sealed);
    const tags = row === undefined ? first.tags : [...tagsOfRow(row), ...first.tags];
    return { entry, leaf, whole, terms: [...termsOfLeaf(whole), ...rowTerms(row)], tags };
  }

  async #lookedUp(exchange: string): Promise<FirstEntry> {
    const first = (await this.#log.entriesOfExchange(exchange)).find(({ kind }) => kind === 'sent');
    if (first === undefined) return NOBODY;
    const row = readRow(first.sealed);
    return { leaf: leafMembers(first.leaf), tags: row === undefined ? [] : tagsOfWhoAsked(row) };
  }
}

/** The members of a leaf. One that somebody spoiled has none: `verify` names it, a search goes on. */
export function leafMembers(bytes: Uint8Array): Leaf {
  try {
    const leaf: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    return isObject(leaf) ? leaf : NOTHING;
  } catch {
    return NOTHING;
  }
}

function rowTerms(row: SealedRow | undefined): readonly string[] {
  return row === undefined ? [] : termsOfRow(row);
}

function readRow(bytes: Uint8Array | undefined): SealedRow | undefined {
  try {
    return bytes === undefined ? undefined : readSealedRow(bytes);
  } catch {
    return undefined;
  }
}
