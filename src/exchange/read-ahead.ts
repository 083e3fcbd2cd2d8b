/** Reads parts ahead of whoever takes them, so that filtering goes on while the entries of others become durable. */
import type { Part } from '../disclosure/rules.ts';
import { GatewayError } from '../domain/gateway-error.ts';

/**
 * Yields `first` and then what `rest` yields, in order, each time all that is ready by then: one part at least and `most`
 * at most. Where nobody takes them the reading stops there.
 *
 * @throws what `rest` throws, once all that came before it is taken; but `caller-gone` at once: nobody is there to have it.
 */
export async function* readAhead(
  first: Part,
  rest: AsyncGenerator<Part>,
  most: number,
): AsyncGenerator<readonly Part[]> {
  const ahead = new PartsAhead(first, most);
  // Not awaited when the taking ends early: it may wait for bytes that only cancelling the answer ends.
  void ahead.fill(rest);
  try {
    for (;;) {
      const ready = ahead.take();
      if (ready.length > 0) yield ready;
      else if (ahead.ended) return;
      else await ahead.moved();
    }
  } finally {
    ahead.stop();
  }
}

/** Parts between who reads and who takes. At most one of the two waits: there is nothing to take, or no room. */
class PartsAhead {
  readonly #most: number;
  #ready: Part[];
  #failure: { readonly error: unknown } | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  ended = false;

  constructor(first: Part, most: number) {
    this.#ready = [first];
    this.#most = most;
  }

  /** Never rejects: `take` throws what went wrong. */
  async fill(parts: AsyncGenerator<Part>): Promise<void> {
    try {
      for await (const part of parts) {
        this.#ready.push(part);
        this.#tell();
        // INVARIANT: memory stays flat: nothing more is read while so many parts wait.
        if (this.#ready.length >= this.#most && !this.#stopped) await this.moved();
        if (this.#stopped) return;
      }
    } catch (error) {
      this.#failure = { error };
      if (error instanceof GatewayError && error.code === 'caller-gone') this.#ready = [];
    }
    this.ended = true;
    this.#tell();
  }

  /** All that is ready, or nothing. @throws what the reading ended with, when nothing is left before it. */
  take(): readonly Part[] {
    const ready = this.#ready;
    if (ready.length === 0 && this.#failure !== undefined) throw this.#failure.error;
    this.#ready = [];
    this.#tell();
    return ready;
  }

  stop(): void {
    this.#stopped = true;
    this.#ready = [];
    this.#tell();
  }

  /** Resolves when the other side has done something. */
  moved(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
