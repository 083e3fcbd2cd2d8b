/** Where entries that may name somebody are looked for: in the whole log, entry by entry, or where the index says. */
import { isObject } from '../../domain/leaf-shape.ts';
import type { LogReader, StoredEntry } from '../ports.ts';
import { readSealedRow, type SealedRow } from '../sealing/sealed-row.ts';
import type { EntryIndex } from './entry-index.ts';
import { tagsOfRow } from './entry-terms.ts';

/** An entry with its sealed row read; its leaf has not been looked at. */
export interface Candidate {
  readonly entry: StoredEntry;
  readonly row: SealedRow;
}

/** What was gone through. */
export interface Searched {
  /** Number of entries, from the first on. */
  readonly entries: number;
  /** Ids of the keys with which the rows' tags were made. */
  readonly tagKeys: readonly string[];
}

/** Gives `take` every entry whose row carries one of the tags; perhaps others too, so that each must be judged by its row. */
export type VisitCandidates = (
  tags: readonly Uint8Array[],
  take: (candidate: Candidate) => void,
) => Promise<Searched>;

const PAGE = 1000;

/** Reads the whole log. It needs no index, and so it is what an index is checked by. */
export function everyEntry(log: LogReader): VisitCandidates {
  return async (tags, take) => {
    const { size } = await log.state();
    const wanted = new Set(tags.map(textOf));
    const tagKeys = new Set<string>();
    for (let from = 0; from < size; ) {
      const entries = (await log.entries(from, PAGE)).filter(({ index }) => index < size);
      // Between two pages exchanges have their turn.
      await new Promise(setImmediate);
      // Entries that retention dropped are passed over by the log.
      from = (entries.at(-1)?.index ?? size) + 1;
      for (const entry of entries) {
        const row = rowOf(entry);
        if (row === undefined) continue;
        tagKeys.add(row.tagKey);
        if (tagsOfRow(row).some((tag) => wanted.has(textOf(tag)))) take({ entry, row });
      }
    }
    return { entries: size, tagKeys: [...tagKeys] };
  };
}

/** Asks the index, and reads of the log what it names. */
export function byIndex(log: LogReader, index: EntryIndex): VisitCandidates {
  return async (tags, take) => {
    const entries = await index.follow();
    for (let after = -1; ; ) {
      const page = await index.withTags(tags, { order: 'oldest first', after, most: PAGE });
      for (const at of page) {
        const [entry] = await log.entries(at, 1);
        const row = entry?.index === at ? rowOf(entry) : undefined;
        if (entry !== undefined && row !== undefined) take({ entry, row });
      }
      if (page.length < PAGE) break;
      after = page.at(-1) ?? after;
    }
    return { entries, tagKeys: await index.tagKeys() };
  };
}

/**
 * True for an entry that says in its sealed words that records were held back: words stand in the first entry of an exchange
 * for its names, and in a later one for nothing else.
 */
export function isScreened({ kind, leaf }: StoredEntry, { text, heldBack }: SealedRow): boolean {
  if (heldBack.length > 0) return true;
  if (text === undefined || kind === 'sent') return false;
  return kind === 'released' || (LATER.has(kind) && leafOf(leaf)['sent'] !== undefined);
}

const LATER = new Set(['refused', 'failed', 'recovered']);

/** The row, or undefined where there is none, or somebody spoiled it. */
export function rowOf({ sealed }: StoredEntry): SealedRow | undefined {
  try {
    return sealed === undefined ? undefined : readSealedRow(sealed);
  } catch {
    return undefined;
  }
}

/** The leaf's members; none for bytes that are no leaf any more. */
export function leafOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const leaf: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    return isObject(leaf) ? leaf : {};
  } catch {
    return {};
  }
}

function textOf(tag: Uint8Array): string {
  return Buffer.from(tag.buffer, tag.byteOffset, tag.length).toString('latin1');
}
