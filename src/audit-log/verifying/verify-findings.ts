/** What `verify` found wrong: sentences, each naming the entry or the part of the log that it is about. */

const MOST_KEPT = 10_000;

/** Keeps the first ten thousand sentences and counts the rest, so that a log of rubbish does not fill the memory. */
export class Findings {
  readonly #sentences: string[] = [];
  #unsaid = 0;

  add(sentence: string): void {
    if (this.#sentences.length < MOST_KEPT) this.#sentences.push(sentence);
    else this.#unsaid += 1;
  }

  /** All that is kept, with a last sentence for what is not. */
  sentences(): readonly string[] {
    if (this.#unsaid === 0) return this.#sentences;
    return [...this.#sentences, `and ${this.#unsaid} more findings that are not listed`];
  }
}
