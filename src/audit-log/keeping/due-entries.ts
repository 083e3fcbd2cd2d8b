/** Which entries retention drops now: by month and agreement, whole exchanges, nothing that is held or still stands. */
import type { EntryKind } from '../../domain/audit-entry.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import { keptUntil, monthOf, type Period } from '../../domain/period.ts';
import { tagsOfRow } from '../finding/entry-terms.ts';
import type { LogReader, StoredEntry } from '../ports.ts';
import { readSealedRow } from '../sealing/sealed-row.ts';
import type { StandingHolds } from './holds.ts';

export interface DueEntriesParts {
  readonly log: Pick<LogReader, 'entries'>;
  readonly holds: StandingHolds;
  /** How long entries under an agreement are kept; without one, all others. */
  readonly keep: (agreement: string | undefined) => Period;
  /** The shortest of these. */
  readonly leastKept: Period;
  readonly nowMs: number;
}

/** Entries of one month under one agreement, or of none; at most `PIECE`, but for the last exchange of them. */
export interface DuePiece {
  readonly month: string;
  readonly agreement: string | undefined;
  /** Ascending by index. */
  readonly entries: readonly { readonly index: number; readonly leafHash: Uint8Array }[];
}

/** So many entries are dropped in one transaction: a fraction of a second. */
export const PIECE = 1024;
/**
 * Fewer where they lie far apart: a store writes again what stands beside them in their commits. A piece reaches into so many
 * stretches of 256 entries at most.
 */
const MOST_STRETCHES = 32;
const STRETCH = 256;
const PAGE = 256;
/** An exchange that has not ended so long after the last month that is due is left for the next time. */
const LONGEST_EXCHANGE_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Kinds of the gateway's own entries that go. Those of policies, keys, holds, erasures and alarms stay: what they say still
 * stands, or says why something is not there.
 */
const GOES: ReadonlySet<string> = new Set<EntryKind>([
  'started',
  'stopped',
  'heartbeat',
  'read',
  'report',
  'emergency-review',
  'summary',
]);

/** Entries that stay or go together: one exchange, or one entry of the gateway's own. */
interface Unit {
  readonly month: string;
  readonly agreement: string | undefined;
  readonly entries: { readonly index: number; readonly leafHash: Uint8Array }[];
  held: boolean;
}

interface FillingPiece {
  readonly unit: Unit;
  readonly entries: Unit['entries'];
  /** Where its entries lie. */
  readonly stretches: Set<number>;
}

/** Reads the log from its first entry on to the first that cannot be due, in memory that does not grow with it. */
export async function* dueEntries(parts: DueEntriesParts): AsyncGenerator<DuePiece> {
  const search = new DueSearch(parts);
  const end = notDueFrom(parts);
  for (let from = 0; ; ) {
    const page = await parts.log.entries(from, PAGE);
    for (const entry of page) {
      const piece = search.take(entry, end);
      if (piece !== undefined) yield piece;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || search.isDone(last.atMs, end)) break;
    from = last.index + 1;
  }
  yield* search.rest();
}

/** No entry is due that is of the month of this instant, or later. */
function notDueFrom({ nowMs, leastKept }: DueEntriesParts): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - leastKept.months);
}

class DueSearch {
  readonly #parts: DueEntriesParts;
  readonly #open = new Map<string, Unit>();
  readonly #pieces = new Map<string, FillingPiece>();

  constructor(parts: DueEntriesParts) {
    this.#parts = parts;
  }

  /** A piece that is full with this entry, if one is. */
  take(entry: StoredEntry, end: number): DuePiece | undefined {
    const { exchange, atMs } = entry;
    const leaf = leafOf(entry);
    if (exchange === undefined) {
      return atMs < end && isDroppable(entry, leaf) ? this.#due(this.#unit(entry, undefined)) : undefined;
    }
    const open = this.#open.get(exchange);
    if (open === undefined && atMs >= end) return undefined;
    const unit = open ?? this.#unit(entry, agreementOf(leaf));
    if (open !== undefined) this.#add(open, entry);
    if (!isEnd(leaf)) {
      this.#open.set(exchange, unit);
      return undefined;
    }
    this.#open.delete(exchange);
    return this.#due(unit);
  }

  /** True where nothing that comes can be due. */
  isDone(atMs: number, end: number): boolean {
    return atMs >= end && (this.#open.size === 0 || atMs >= end + LONGEST_EXCHANGE_MS);
  }

  *rest(): Generator<DuePiece> {
    for (const { unit, entries } of this.#pieces.values()) yield pieceOf(unit, entries);
  }

  #unit(entry: StoredEntry, agreement: string | undefined): Unit {
    const unit: Unit = { month: monthOf(entry.atMs), agreement, entries: [], held: false };
    this.#add(unit, entry);
    return unit;
  }

  #add(unit: Unit, entry: StoredEntry): void {
    const { index, leafHash, exchange } = entry;
    unit.entries.push({ index, leafHash });
    unit.held ||= this.#parts.holds.holds({ exchange, agreement: unit.agreement, tags: tagsOf(entry) });
  }

  #due(unit: Unit): DuePiece | undefined {
    const { month, agreement, entries, held } = unit;
    if (held || keptUntil(month, this.#parts.keep(agreement)) > this.#parts.nowMs) return undefined;
    const key = `${month} ${agreement ?? ''}`;
    const piece = this.#pieces.get(key) ?? { unit, entries: [], stretches: new Set() };
    for (const { index } of entries) piece.stretches.add(Math.floor(index / STRETCH));
    piece.entries.push(...entries);
    if (piece.entries.length < PIECE && piece.stretches.size < MOST_STRETCHES) {
      this.#pieces.set(key, piece);
      return undefined;
    }
    this.#pieces.delete(key);
    return pieceOf(unit, piece.entries);
  }
}

function pieceOf({ month, agreement }: Unit, entries: Unit['entries']): DuePiece {
  return { month, agreement, entries: entries.sort((one, other) => one.index - other.index) };
}

type Leaf = Readonly<Record<string, unknown>>;

/** A leaf that cannot be read is spoiled: it is not dropped, so that it can be found. */
function leafOf({ leaf }: StoredEntry): Leaf | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(leaf).toString());
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function agreementOf(leaf: Leaf | undefined): string | undefined {
  const agreement = leaf?.['agreement'];
  return isObject(agreement) && typeof agreement['id'] === 'string' ? agreement['id'] : undefined;
}

/** INVARIANT: an entry that put a fact there, or took one away, stays as long as the log. */
function isDroppable({ kind }: StoredEntry, leaf: Leaf | undefined): boolean {
  const facts = leaf?.['facts'];
  const changes = isObject(facts) && (facts['put'] !== undefined || facts['dropped'] !== undefined);
  return leaf !== undefined && GOES.has(kind) && !changes;
}

/** `sent` goes on, and so does a part that is not the last; a spoiled leaf keeps its exchange open, and so in the log. */
function isEnd(leaf: Leaf | undefined): boolean {
  if (leaf === undefined || leaf['kind'] === 'sent') return false;
  return leaf['kind'] !== 'released' || leaf['last'] === true;
}

/** A row that cannot be read counts as one without tags; the hold of an exchange or an agreement holds it all the same. */
function tagsOf({ sealed }: StoredEntry): readonly Uint8Array[] {
  try {
    return sealed === undefined ? [] : tagsOfRow(readSealedRow(sealed));
  } catch {
    return [];
  }
}
