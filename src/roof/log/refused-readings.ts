/** Entries about those who may not read the log: each one while they are few, and a number of them where they come in a flood. */
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';

export interface RefusedReadingsParts {
  readonly append: StartedLog['notes']['append'];
  /** Milliseconds in which so many are entered one by one; after that the others are entered as a number. */
  readonly windowMs?: number;
}

const WINDOW_MS = 60_000;
const MOST_ONE_BY_ONE = 30;

/** Refusals of readers whom nothing proves: anybody can make them, so they must not fill the disk. */
export class RefusedReadings {
  readonly #append: StartedLog['notes']['append'];
  readonly #windowMs: number;
  #entered = 0;
  #counted = 0;
  #window: NodeJS.Timeout | undefined;

  constructor({ append, windowMs = WINDOW_MS }: RefusedReadingsParts) {
    this.#append = append;
    this.#windowMs = windowMs;
  }

  /** Resolves once the entry is durable; at once for one that is only counted. */
  async note(): Promise<void> {
    this.#window ??= setTimeout(() => void this.#endWindow(), this.#windowMs).unref();
    if (this.#entered >= MOST_ONE_BY_ONE) {
      this.#counted += 1;
      return;
    }
    this.#entered += 1;
    await this.#append('read', { code: 'refused', assurance: 'unproved' });
  }

  async #endWindow(): Promise<void> {
    const records = this.#counted;
    this.#window = undefined;
    this.#entered = 0;
    this.#counted = 0;
    if (records === 0) return;
    // What cannot be entered now is counted on, and entered with the next.
    await this.#append('read', { code: 'refused', assurance: 'unproved', records }).catch(() => {
      this.#counted += records;
    });
  }
}
