/** Looks while the gateway runs whether the facts of the store are those that entries put there; ends it where they are not. */

import { factsFault } from '../../audit-log/facts/standing-facts-check.ts';
import type { LogReader } from '../../audit-log/ports.ts';

export interface FactsWatchParts {
  readonly reader: Pick<LogReader, 'committedFacts' | 'fact'>;
  /** Told once: nothing may go by such facts any more, so the process must end. A start would be refused. */
  readonly onFault: (why: string) => void;
}

const LOOK_EVERY_MS = 2000;
/** Looking takes this part of the time at most, however many facts stand. */
const MOST_OF_TIME = 1 / 50;

export class FactsWatch {
  readonly #parts: FactsWatchParts;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(parts: FactsWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#lookIn(LOOK_EVERY_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Looks now. INVARIANT: a stop that was taken out of the store behind the log's back ends the gateway. */
  async look(): Promise<void> {
    const why = await factsFault(this.#parts.reader);
    if (why === undefined || this.#stopped) return;
    this.stop();
    this.#parts.onFault(why);
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(async () => {
      const startedMs = performance.now();
      // A store that is busy is asked again.
      await this.look().catch(() => undefined);
      const tookMs = performance.now() - startedMs;
      if (!this.#stopped) this.#lookIn(Math.max(LOOK_EVERY_MS, tookMs / MOST_OF_TIME));
    }, ms);
    this.#timer.unref();
  }
}
