/** Keeps the search index abreast of the log: full blocks go into the file, the newest entries wait in memory until theirs is full. */
import type { IndexPage, IndexProgress } from '../../../audit-log/finding/entry-index.ts';
import { PostingsOfEntries, type WholeEntry } from '../../../audit-log/finding/entry-postings.ts';
import type { LogReader } from '../../../audit-log/ports.ts';
import { type IndexedBlocks, walk } from './block-walk.ts';
import { erasedReach } from './erased-reach.ts';
import { FillingBlock, type PostingBlock } from './posting-block.ts';
import { BLOCK_ENTRIES, BLOCK_LEVEL } from './posting-set.ts';
import { openSearchFile, removeSearchFile, type SearchFile, TornIndex } from './search-file.ts';

/** Entries read at once; between two pages others have their turn. */
const ENTRIES_AT_ONCE = 1024;

/** While nobody asks, how long it rests for the time that a page took. */
const REST = 9;
/** Whoever asks how far the index is waits for it, and asks again within this time. */
const WATCHED_MS = 5000;

export interface IndexFollowerParts {
  readonly log: LogReader;
  readonly file: string;
}

/** INVARIANT: a full block is stored only after all that the log erased from older blocks was taken out of them. */
export class IndexFollower implements IndexedBlocks {
  readonly #log: LogReader;
  readonly #path: string;
  #file: SearchFile;
  #filling = new FillingBlock();
  /** Entries of the log when the filling block was begun: what was erased before is not in it. */
  #fillingReadAt = 0;
  #covered = 0;
  /** Blocks whose roots were compared with the log's; the newest is compared each time. */
  #compared = 0;
  #postings: PostingsOfEntries;
  /** `erased` entries whose tags may still stand in a block. */
  #erasures: WholeEntry[] = [];
  #last: Promise<unknown> = Promise.resolve();
  /** Questions that wait for an answer. */
  #waiting = 0;
  /** Until then somebody looks how far the index is, by `performance.now()`. */
  #watchedUntil = 0;
  #endPause: () => void = () => undefined;

  constructor({ log, file }: IndexFollowerParts) {
    this.#log = log;
    this.#path = file;
    this.#file = openSearchFile(file);
    this.#postings = new PostingsOfEntries(log);
    this.#covered = this.#file.blocks * BLOCK_ENTRIES;
  }

  /** Entries that the index covers. */
  get covered(): number {
    return this.#covered;
  }

  async progress(): Promise<IndexProgress> {
    this.#watchedUntil = performance.now() + WATCHED_MS;
    const { size } = await this.#log.state();
    return { indexed: Math.min(this.#covered, size), size };
  }

  block(number: number): PostingBlock {
    return number === this.#file.blocks ? this.#filling : this.#file.block(number);
  }

  /** Values of the terms of this name. */
  valuesOf(name: string): readonly string[] {
    const terms = new Set([...this.#file.terms(), ...this.#filling.terms()]);
    return [...terms]
      .filter((term) => term.startsWith(`${name} `))
      .map((term) => term.slice(name.length + 1));
  }

  /** Follows to the end that the log has when it is called; resolves to that. */
  follow(): Promise<number> {
    return this.#asked(() => this.#inTurn(() => this.#catchUp()));
  }

  /** Follows as `follow` does, but leaves the processor to others nine tenths of the time while nobody asks. */
  async followQuietly(): Promise<void> {
    if (this.#waiting === 0) await this.#inTurn(() => this.#catchUp());
  }

  /** Does the work on an index that is abreast; where the file turns out to be damaged it is built anew, once. */
  ask<T>(work: () => T): Promise<T> {
    return this.#asked(() => this.#inTurn(() => this.#answered(work)));
  }

  async #answered<T>(work: () => T): Promise<T> {
    await this.#catchUp();
    try {
      return work();
    } catch (error) {
      await this.#recover(error);
      await this.#catchUp();
      return work();
    }
  }

  close(): void {
    this.#file.close();
  }

  async #asked<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    this.#endPause();
    try {
      return await work();
    } finally {
      this.#waiting -= 1;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #catchUp(): Promise<number> {
    try {
      return await this.#readOn();
    } catch (error) {
      await this.#recover(error);
      return this.#readOn();
    }
  }

  async #readOn(): Promise<number> {
    const { size } = await this.#log.state();
    if (!(await this.#isOfThisLog(size))) this.#beginAnew();
    if (this.#covered % BLOCK_ENTRIES === 0) this.#fillingReadAt = size;
    while (this.#covered < size) await this.#readPage(size);
    await this.#takeOutErased();
    return size;
  }

  /** A log that was restored from an older copy, or is another one altogether, has other roots: all are compared once. */
  async #isOfThisLog(size: number): Promise<boolean> {
    const { blocks } = this.#file;
    if (this.#covered > size) return false;
    for (let block = this.#compared; block < blocks; block += 1) {
      const { root } = this.#file.stamp(block);
      if (Buffer.compare(await this.#log.hashAt(BLOCK_LEVEL, block), root) !== 0) return false;
    }
    this.#compared = Math.max(0, blocks - 1);
    return true;
  }

  async #readPage(size: number): Promise<void> {
    const begun = performance.now();
    const most = Math.min(ENTRIES_AT_ONCE, size - this.#covered);
    const entries = await this.#log.entries(this.#covered, most);
    for (const entry of entries) {
      if (entry.index >= size) break;
      await this.#moveTo(entry.index, size);
      const read = this.#postings.of(entry);
      this.#add(read instanceof Promise ? await read : read);
    }
    // What retention dropped is passed over: where nothing is left the rest has no entries.
    const last = entries.at(-1);
    await this.#moveTo(last === undefined ? size : Math.min(size, last.index + 1), size);
    await this.#pause(performance.now() - begun);
  }

  #pause(workedMs: number): Promise<void> {
    const hurried = this.#waiting > 0 || performance.now() < this.#watchedUntil;
    return new Promise((resolve) => {
      if (hurried) return void setImmediate(resolve);
      this.#endPause = resolve;
      setTimeout(resolve, REST * workedMs);
    });
  }

  #add(whole: WholeEntry): void {
    const { index, leafHash } = whole.entry;
    this.#filling.add(index % BLOCK_ENTRIES, whole, leafHash);
    this.#covered = index + 1;
    if (whole.leaf['kind'] === 'erased') this.#erasures.push(whole);
  }

  /** Stores every block that ends before or at the index. */
  async #moveTo(index: number, size: number): Promise<void> {
    for (let end = (this.#file.blocks + 1) * BLOCK_ENTRIES; end <= index; end += BLOCK_ENTRIES) {
      await this.#takeOutErased();
      const root = await this.#log.hashAt(BLOCK_LEVEL, this.#file.blocks);
      this.#file.put(this.#file.blocks, this.#filling, { readAt: this.#fillingReadAt, root });
      this.#filling = new FillingBlock();
      this.#fillingReadAt = size;
    }
    this.#covered = Math.max(this.#covered, index);
  }

  /** Reads the blocks again from which something was erased after they were read. */
  async #takeOutErased(): Promise<void> {
    const erasures = this.#erasures;
    if (erasures.length === 0) return;
    const newest = erasures.at(-1)?.entry.index ?? 0;
    const reach = await erasedReach(
      erasures.map(({ leaf }) => leaf),
      this.#log,
      (hashes) => walk(this, { terms: [], tagged: [hashes] }, EVERY),
    );
    const stale = [...reach].filter((block) => this.#readAt(block) <= newest);
    for (const block of stale) await this.#readBlockAgain(block);
    this.#erasures = [];
    // Exchanges that are still open may have been remembered with a tag that is erased now.
    this.#postings = new PostingsOfEntries(this.#log);
  }

  #readAt(block: number): number {
    if (block === this.#file.blocks) return this.#fillingReadAt;
    return block < this.#file.blocks ? this.#file.stamp(block).readAt : Number.POSITIVE_INFINITY;
  }

  async #readBlockAgain(block: number): Promise<void> {
    const { size: readAt } = await this.#log.state();
    const filled = new FillingBlock();
    const postings = new PostingsOfEntries(this.#log);
    const end = Math.min(this.#covered, (block + 1) * BLOCK_ENTRIES);
    for (let at = block * BLOCK_ENTRIES; at < end; ) {
      const entries = await this.#log.entries(at, Math.min(ENTRIES_AT_ONCE, end - at));
      for (const entry of entries.filter(({ index }) => index < end))
        filled.add(entry.index % BLOCK_ENTRIES, await postings.of(entry), entry.leafHash);
      at = (entries.at(-1)?.index ?? end) + 1;
      await new Promise(setImmediate);
    }
    if (block < this.#file.blocks) {
      this.#file.put(block, filled, { readAt, root: this.#file.stamp(block).root });
    } else {
      this.#filling = filled;
      this.#fillingReadAt = readAt;
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (!(error instanceof TornIndex || error instanceof RangeError)) throw error;
    this.#beginAnew();
  }

  #beginAnew(): void {
    this.#file.close();
    removeSearchFile(this.#path);
    this.#file = openSearchFile(this.#path);
    this.#filling = new FillingBlock();
    this.#postings = new PostingsOfEntries(this.#log);
    this.#erasures = [];
    this.#covered = 0;
    this.#compared = 0;
    this.#fillingReadAt = 0;
  }
}

const EVERY: IndexPage = { order: 'oldest first', most: Number.MAX_SAFE_INTEGER };
