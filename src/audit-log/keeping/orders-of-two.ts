/** Orders that two different people must give: the first one stands as a fact of the store, the second carries it out. */
import type { LogReader, StandingFact } from '../ports.ts';
import type { NamedKey } from '../sealing/sealing-keys.ts';
import { SubjectTags } from '../sealing/subject-tags.ts';

export interface OrdersOfTwoParts {
  /** Keys of subject tags, the one in use first. */
  readonly tagKeys: readonly NamedKey[];
  readonly fact: LogReader['fact'];
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** What an order comes to, and the fact that changes in the transaction of the entry that says so. */
export type SettledOrder =
  | { readonly state: 'first' | 'second'; readonly facts: readonly StandingFact[] }
  | { readonly state: 'same person' };

interface FirstOrder {
  readonly since: string;
  /** Tag of the person who gave it. */
  readonly by: string;
}

export const ORDERS_OF_TWO = 'order that a second person must give too';
/** An order that nobody confirmed for so long counts no more. */
const STANDS_MS = 30 * 24 * 60 * 60 * 1000;

/** INVARIANT: neither what is ordered nor who ordered it can be read from the fact: it holds tags alone. */
export class OrdersOfTwo {
  readonly #parts: OrdersOfTwoParts;
  readonly #taggers: readonly { readonly id: string; readonly tags: SubjectTags }[];

  constructor(parts: OrdersOfTwoParts) {
    this.#parts = parts;
    this.#taggers = parts.tagKeys.map(({ id, bytes }) => ({ id, tags: new SubjectTags(bytes) }));
  }

  /**
   * Whether the order is the first of its kind or the second person's.
   *
   * @param order all that is ordered, in one spelling.
   * @param by who orders it, as a name or as an issuer names them.
   */
  async settle(order: string, by: string): Promise<SettledOrder> {
    const own = { kind: ORDERS_OF_TWO, key: this.#key(0, order) };
    for (const nth of this.#taggers.keys()) {
      const key = this.#key(nth, order);
      const value = await this.#parts.fact(ORDERS_OF_TWO, key);
      if (value === undefined) continue;
      if (this.#hasLapsed(value)) {
        const first = { ...own, value: this.#first(by), replaces: nth === 0 ? value : ('nothing' as const) };
        return {
          state: 'first',
          facts: nth === 0 ? [first] : [{ kind: own.kind, key, value: undefined }, first],
        };
      }
      if (read(value).by === this.#by(nth, by)) return { state: 'same person' };
      return { state: 'second', facts: [{ kind: own.kind, key, value: undefined, replaces: value }] };
    }
    return { state: 'first', facts: [{ ...own, value: this.#first(by), replaces: 'nothing' }] };
  }

  #first(by: string): Uint8Array {
    const since = new Date(this.#parts.now()).toISOString();
    return Buffer.from(JSON.stringify({ since, by: this.#by(0, by) } satisfies FirstOrder));
  }

  #hasLapsed(value: Uint8Array): boolean {
    return Date.parse(read(value).since) + STANDS_MS <= this.#parts.now();
  }

  #key(nth: number, order: string): string {
    return `${this.#taggers[nth]?.id} ${this.#tag(nth, 'order that two people give', order)}`;
  }

  #by(nth: number, by: string): string {
    return this.#tag(nth, 'who gives an order of two', by);
  }

  #tag(nth: number, namespace: string, value: string): string {
    return this.#taggers[nth]?.tags.of(namespace, value).toString('base64url') ?? '';
  }
}

function read(value: Uint8Array): FirstOrder {
  return JSON.parse(Buffer.from(value).toString());
}
