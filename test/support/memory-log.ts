/** A log in memory, for tests that erase from entries, drop them or swap the whole log: only reading it is like the real one. */
import type { DroppedEntry, LogReader, StandingFact, StoredEntry } from '../../src/audit-log/ports.ts';
import { canonicalJson, type Json } from '../../src/encoding/canonical-json.ts';
import { rootOfTree, treeHashes } from '../../src/merkle/batch-tree.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { SAMPLE_ORIGIN } from './sample-log.ts';

export const MEMORY_LOG_BEGINS = Date.UTC(2026, 10, 23, 9);

/** Types of the items of a sealed row that hold a tag. */
export type TaggedItem = readonly [type: 2 | 3 | 5 | 6, tag: Uint8Array];

export class MemoryLog implements LogReader {
  readonly #entries: (StoredEntry | undefined)[] = [];
  readonly #hashes: Uint8Array[] = [];
  /** How often pages of entries were read. */
  pagesRead = 0;

  /** Adds an entry, a second after the one before it; returns its index. */
  add(kind: string, members: Readonly<Record<string, Json>> = {}, ...items: readonly TaggedItem[]): number {
    const index = this.#entries.length;
    const atMs = MEMORY_LOG_BEGINS + index * 1000;
    const own = { v: 1, kind, log: SAMPLE_ORIGIN, seq: index + 1, at: new Date(atMs).toISOString() };
    const leaf = Buffer.from(canonicalJson({ ...own, ...members }));
    const exchange = typeof members['exchange'] === 'string' ? members['exchange'] : undefined;
    const hash = Buffer.from(leafHash(leaf));
    this.#hashes.push(hash);
    this.#entries.push({ index, leaf, leafHash: hash, kind, exchange, atMs, sealed: sealedRow(items) });
    return index;
  }

  fill(upTo: number): void {
    while (this.#entries.length < upTo) this.add('heartbeat');
  }

  leafHash(index: number): string {
    return Buffer.from(this.#hashes[index] ?? []).toString('base64');
  }

  /** Puts another sealed row beside an entry. */
  reseal(index: number, ...items: readonly TaggedItem[]): void {
    const entry = this.#entries[index];
    if (entry !== undefined) this.#entries[index] = { ...entry, sealed: sealedRow(items) };
  }

  drop(from: number, to: number): void {
    this.#entries.fill(undefined, from, to);
  }

  state() {
    return { size: this.#entries.length, range: [], seq: this.#entries.length, newestAtMs: 0 };
  }

  entries(from: number, most: number): readonly StoredEntry[] {
    this.pagesRead += 1;
    const page: StoredEntry[] = [];
    for (let at = Math.max(0, from); at < this.#entries.length && page.length < most; at += 1) {
      const entry = this.#entries[at];
      if (entry !== undefined) page.push(entry);
    }
    return page;
  }

  entriesOfExchange(exchange: string): readonly StoredEntry[] {
    return this.#entries
      .filter((entry) => entry !== undefined)
      .filter((entry) => entry.exchange === exchange);
  }

  hashAt(level: number, index: number): Uint8Array {
    const hashes = this.#hashes.slice(index * 2 ** level, (index + 1) * 2 ** level);
    if (hashes.length < 2 ** level) throw new RangeError('the store does not hold its leaves');
    return rootOfTree(treeHashes(Buffer.concat(hashes)));
  }

  dropped(): readonly DroppedEntry[] {
    return [];
  }

  checkpoint() {
    return undefined;
  }

  checkpoints() {
    return [];
  }

  facts(): readonly StandingFact[] {
    return [];
  }

  committedFacts() {
    return [];
  }

  fact() {
    return undefined;
  }

  tile() {
    return undefined;
  }

  close(): void {}
}

function sealedRow(items: readonly TaggedItem[]): Buffer | undefined {
  if (items.length === 0) return undefined;
  const head = Buffer.from('\x01\x04test', 'latin1');
  return Buffer.concat([
    head,
    ...items.flatMap(([type, tag]) => [Buffer.from([type, 0, 48]), Buffer.alloc(16, 7), tag]),
  ]);
}
