/** Holds (docs/keeping.md): entries that must stay whole, whatever else says that they may go. */
import type { SubjectIdentifier } from '../../domain/audit-entry.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import type { LogReader, StandingFact } from '../ports.ts';
import type { NamedKey } from '../sealing/sealing-keys.ts';
import { SubjectTags } from '../sealing/subject-tags.ts';
import type { StartedLog } from '../writing/start-log-writer.ts';
import { membersOf, type OrderGiver, sealedOf, whoIs } from './order-giver.ts';
import type { OrdersOfTwo } from './orders-of-two.ts';

/** What is held: one exchange, all of one agreement, or all about one person. */
export type Held =
  | { readonly exchange: string }
  | { readonly agreement: string }
  | { readonly person: SubjectIdentifier };

export interface HoldOrder {
  readonly held: Held;
  readonly by: OrderGiver;
  readonly because: string;
}

/** `asked`: a second person must ask for the same before the hold is lifted. */
export type HoldChange =
  | 'added'
  | 'there already'
  | 'asked'
  | 'lifted'
  | 'not there'
  | 'same person'
  | 'unknown';

/** One hold as it is listed: of a person the kind of identifier alone. */
export interface ListedHold {
  readonly what: 'exchange' | 'agreement' | 'person';
  /** Id of the exchange or the agreement; of a person the kind of identifier. */
  readonly of: string;
  readonly since: string;
  /** Of a person: false where tags are made by a key now that the hold does not know. */
  readonly coversNewEntries: boolean;
}

export interface HoldsParts {
  /** Keys of subject tags, the one in use first. */
  readonly tagKeys: readonly NamedKey[];
  readonly log: Pick<LogReader, 'facts' | 'fact' | 'entriesOfExchange'>;
  readonly append: StartedLog['notes']['append'];
  readonly orders: OrdersOfTwo;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

const HOLD = 'hold';

interface HoldFact {
  readonly since: string;
  /** Of a person: the kind of identifier, and the tags by key, base64url. */
  readonly kind?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What is known of entries when it is asked whether they are held. */
export interface HoldableEntries {
  readonly exchange: string | undefined;
  /** Id of the agreement. */
  readonly agreement: string | undefined;
  /** Every tag of their sealed rows. */
  readonly tags: readonly Uint8Array[];
}

/** The holds that stand at one moment. */
export class StandingHolds {
  readonly #keys: ReadonlySet<string>;
  readonly #tags: ReadonlySet<string>;
  /** Equal for equal holds. */
  readonly mark: string;

  constructor(facts: readonly StandingFact[]) {
    this.#keys = new Set(facts.map(({ key }) => key));
    this.#tags = new Set(facts.flatMap(({ value }) => Object.values(wordsOf(value).tags ?? {})));
    this.mark = JSON.stringify([...this.#keys]);
  }

  /** True where any of the holds is about these entries. */
  holds({ exchange, agreement, tags }: HoldableEntries): boolean {
    if (exchange !== undefined && this.#keys.has(`exchange ${exchange}`)) return true;
    if (agreement !== undefined && this.#keys.has(`agreement ${agreement}`)) return true;
    return this.#tags.size > 0 && tags.some((tag) => this.#tags.has(Buffer.from(tag).toString('base64url')));
  }
}

/** INVARIANT: a person reaches the store only as tags, and no entry says about whom a hold is. */
export class Holds {
  readonly #parts: HoldsParts;
  readonly #taggers: readonly { readonly id: string; readonly tags: SubjectTags }[];

  constructor(parts: HoldsParts) {
    this.#parts = parts;
    this.#taggers = parts.tagKeys.map(({ id, bytes }) => ({ id, tags: new SubjectTags(bytes) }));
  }

  async standing(): Promise<StandingHolds> {
    return new StandingHolds(await this.#parts.log.facts(HOLD));
  }

  /** In the order in which they came. */
  async list(): Promise<readonly ListedHold[]> {
    const facts = await this.#parts.log.facts(HOLD);
    return facts.map((fact) => this.#listed(fact)).sort((one, other) => (one.since < other.since ? -1 : 1));
  }

  /** Holds entries from now on. Resolves when it is durable. */
  async add({ held, by, because }: HoldOrder): Promise<HoldChange> {
    if ('exchange' in held && (await this.#entry(held)) === undefined) return 'unknown';
    if ((await this.#find(held)) !== undefined) return 'there already';
    const fact = {
      kind: HOLD,
      key: this.#keys(held)[0] ?? '',
      value: this.#value(held),
      replaces: 'nothing' as const,
    };
    await this.#append('hold-added', held, by, because, [fact]);
    return 'added';
  }

  /** Lifts a hold once two different people have asked for it. */
  async lift({ held, by, because }: HoldOrder): Promise<HoldChange> {
    const found = await this.#find(held);
    if (found === undefined) return 'not there';
    const order = await this.#parts.orders.settle(JSON.stringify(['lift', held]), whoIs(by));
    if (order.state === 'same person') return 'same person';
    const lifted = order.state === 'second';
    const gone: StandingFact = { kind: HOLD, key: found.key, value: undefined, replaces: found.value };
    const facts = lifted ? [...order.facts, gone] : order.facts;
    await this.#append(lifted ? 'hold-lifted' : 'hold-lift-asked', held, by, because, facts);
    return lifted ? 'lifted' : 'asked';
  }

  async #append(
    code: string,
    held: Held,
    by: OrderGiver,
    because: string,
    facts: readonly StandingFact[],
  ): Promise<void> {
    const about = 'agreement' in held ? { agreement: held.agreement } : { entry: await this.#entry(held) };
    await this.#parts.append('hold', { ...membersOf(by), code, ...about }, facts, sealedOf(by, { because }));
  }

  /** Leaf hash of the first entry of an exchange; undefined where nothing is held by that. */
  async #entry(held: Held): Promise<string | undefined> {
    if (!('exchange' in held)) return undefined;
    const [first] = await this.#parts.log.entriesOfExchange(held.exchange);
    return first === undefined ? undefined : Buffer.from(first.leafHash).toString('base64');
  }

  async #find(held: Held): Promise<{ readonly key: string; readonly value: Uint8Array } | undefined> {
    for (const key of this.#keys(held)) {
      const value = await this.#parts.log.fact(HOLD, key);
      if (value !== undefined) return { key, value };
    }
    return undefined;
  }

  /** The keys under which it may stand, the one that is given now first. */
  #keys(held: Held): readonly string[] {
    if ('exchange' in held) return [`exchange ${held.exchange}`];
    if ('agreement' in held) return [`agreement ${held.agreement}`];
    const { namespace, id } = held.person;
    return this.#taggers.map(
      ({ id: key, tags }) => `person ${key} ${tags.of(namespace, id).toString('base64url')}`,
    );
  }

  #value(held: Held): Uint8Array {
    const since = new Date(this.#parts.now()).toISOString();
    const person = 'person' in held ? { kind: held.person.namespace, tags: this.#tags(held.person) } : {};
    return Buffer.from(JSON.stringify({ since, ...person } satisfies HoldFact));
  }

  #tags({ namespace, id }: SubjectIdentifier): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#taggers.map(({ id: key, tags }) => [key, tags.of(namespace, id).toString('base64url')]),
    );
  }

  #listed({ key, value }: StandingFact): ListedHold {
    const { since, kind, tags } = wordsOf(value);
    const [what = '', of = ''] = /^(\S+) (.*)$/s.exec(key)?.slice(1) ?? [];
    if (kind === undefined) {
      return { what: what === 'exchange' ? 'exchange' : 'agreement', of, since, coversNewEntries: true };
    }
    const newest = this.#taggers[0]?.id ?? '';
    return { what: 'person', of: kind, since, coversNewEntries: tags?.[newest] !== undefined };
  }
}

function wordsOf(value: Uint8Array | undefined): HoldFact {
  const words: unknown = JSON.parse(Buffer.from(value ?? []).toString());
  if (!isObject(words)) throw new TypeError('a hold of the store cannot be read');
  return { since: '', ...words };
}
