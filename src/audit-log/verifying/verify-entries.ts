/** What `verify` checks of entries beside their hashes: that they tell one story, of all facts, without a gap in time. */

import type { StoredEntry } from '../ports.ts';
import { Completeness } from './completeness.ts';
import { type FactsReader, FactTrail, type KeptSetFault } from './verify-facts.ts';
import { Findings } from './verify-findings.ts';
import type { ReadLeaf } from './verify-leaf.ts';
import { LogStory } from './verify-story.ts';

export class EntryChecks {
  readonly #story: LogStory;
  readonly #facts: FactTrail;
  readonly #completeness: Completeness;
  readonly #gaps = new Findings();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#story = new LogStory(findings);
    this.#facts = new FactTrail(findings);
    this.#completeness = new Completeness(findings, this.#gaps);
  }

  /** What may have an innocent reason: a sentence each. */
  get gaps(): readonly string[] {
    return this.#gaps.sentences();
  }

  /**
   * The head file is behind what the store holds signed. Of several gateways each has a head file of its own, and one signs last;
   * of one alone the file was put back.
   */
  oldHead(words: string): void {
    if (this.#completeness.isShared)
      this.#gaps.add(`${words}: it is of a gateway that did not sign last, or an old copy`);
    else this.#findings.add(`${words}: the head file is an old copy`);
  }

  /** Entries that are missing, dropped or cannot be read, which is said elsewhere. */
  skip(entries: number): void {
    this.#story.skip(entries);
    this.#completeness.skip();
  }

  /** The next entry, its leaf, and the leaf hash of its bytes as they are. */
  add(
    { index, leaf: bytes, atMs }: Pick<StoredEntry, 'index' | 'leaf' | 'atMs'>,
    leaf: ReadLeaf,
    hash: Buffer,
  ): void {
    this.#story.add(index, leaf, hash);
    this.#completeness.add(index, leaf, atMs, bytes);
    if (leaf.exchange === undefined) this.#facts.add(index, bytes);
  }

  /** Compares what stands beside the entries with them. */
  finish(source: FactsReader, fault: KeptSetFault | undefined): Promise<void> {
    return this.#facts.finish(source, fault);
  }
}
