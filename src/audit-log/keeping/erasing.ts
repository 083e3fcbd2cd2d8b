/** Erasing (docs/keeping.md): takes what leads to one person out of entries, by order of two people, and leaves every proof whole. */
import type { Keeping } from '../../domain/keeping.ts';
import { keptUntil, monthOf } from '../../domain/period.ts';
import type { EntriesAbout, EntryAbout, Person, Where } from '../finding/entries-about.ts';
import type { StandingFact } from '../ports.ts';
import type { StartedLog } from '../writing/start-log-writer.ts';
import type { ErasureList, ListedErasure } from './erasure-list.ts';
import type { Holds, StandingHolds } from './holds.ts';
import { membersOf, type OrderGiver, sealedOf, whoIs } from './order-giver.ts';
import type { OrdersOfTwo } from './orders-of-two.ts';
import { placesMember } from './replay-erasures.ts';

export interface ErasureOrder {
  readonly person: Person;
  readonly where: Where;
  readonly by: OrderGiver;
  readonly because: string;
  /** True erases although the entries are to be kept still. */
  readonly althoughKept: boolean;
}

/** What became of an order. No identifier stands in it. */
export type ErasureAnswer =
  | { readonly state: 'asked' | 'erased'; readonly entries: number; readonly places: number }
  | { readonly state: 'nothing there' | 'held' | 'same person' }
  /** The entries are kept until this instant, in milliseconds. */
  | { readonly state: 'kept'; readonly untilMs: number };

export interface ErasingParts {
  readonly entriesAbout: EntriesAbout;
  readonly holds: Holds;
  readonly orders: OrdersOfTwo;
  readonly list: ErasureList;
  readonly append: StartedLog['notes']['append'];
  /** Undefined where no policy set says how long entries are kept: then they count as kept. */
  readonly keeping: () => Keeping | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** So many entries are reduced in one transaction. */
const AT_ONCE = 256;
const FOR_EVER_MS = 8.64e15;

/** INVARIANT: the person reaches the log as nothing at all: an order stands as a tag, and an entry names places alone. */
export class Erasing {
  readonly #parts: ErasingParts;

  constructor(parts: ErasingParts) {
    this.#parts = parts;
  }

  /**
   * The first of two people asks for it, the second has it done. Resolves when that is durable.
   *
   * @throws what `append` throws. Erasures that were listed by then are carried out at the next start.
   */
  async order(order: ErasureOrder): Promise<ErasureAnswer> {
    const about = await this.#parts.entriesAbout.of(order.person, order.where);
    if (about.length === 0) return { state: 'nothing there' };
    if (isHeld(about, await this.#parts.holds.standing())) return { state: 'held' };
    const untilMs = this.#keptUntil(about);
    if (untilMs > this.#parts.now() && !order.althoughKept) return { state: 'kept', untilMs };
    const settled = await this.#parts.orders.settle(inOneSpelling(order), whoIs(order.by));
    if (settled.state === 'same person') return { state: 'same person' };
    const counted = { entries: about.length, places: about.reduce((sum, one) => sum + placesIn(one), 0) };
    if (settled.state === 'first') {
      await this.#note('subject-asked', order, settled.facts, about.length);
      return { state: 'asked', ...counted };
    }
    await this.#erase(order, settled.facts, about);
    return { state: 'erased', ...counted };
  }

  #note(
    code: string,
    order: ErasureOrder,
    facts: readonly StandingFact[],
    records: number,
  ): Promise<unknown> {
    const { by, because } = order;
    const members = { ...membersOf(by), code, records };
    return this.#parts.append('erased', members, facts, sealedOf(by, { because }));
  }

  /**
   * INVARIANT: an erasure is listed apart from the store before it is done, so that no backup of the store can lose it.
   */
  async #erase(
    order: ErasureOrder,
    facts: readonly StandingFact[],
    about: readonly EntryAbout[],
  ): Promise<void> {
    this.#parts.list.add(about.map(listed));
    for (let from = 0; from < about.length; from += AT_ONCE) {
      const together = about.slice(from, from + AT_ONCE);
      // What is appended in one turn is one transaction.
      await Promise.all(
        together.map((one, nth) => this.#eraseOne(order, from + nth === 0 ? facts : [], one)),
      );
    }
  }

  #eraseOne(order: ErasureOrder, facts: readonly StandingFact[], one: EntryAbout): Promise<unknown> {
    const { by, because, althoughKept } = order;
    const { asked, found } = one.places;
    const code = althoughKept ? 'subject-although-kept' : 'subject';
    const members = { ...membersOf(by), code, entry: listed(one).entry, places: placesMember(asked, found) };
    const erase = [{ index: one.entry.index, places: one.places }];
    return this.#parts.append('erased', members, facts, sealedOf(by, { because }), { erase });
  }

  /** The last instant until which any of the entries is to be kept. */
  #keptUntil(about: readonly EntryAbout[]): number {
    const keeping = this.#parts.keeping();
    if (keeping === undefined) return FOR_EVER_MS;
    return Math.max(
      ...about.map(({ entry, agreement }) => keptUntil(monthOf(entry.atMs), keeping.of(agreement))),
    );
  }
}

function isHeld(about: readonly EntryAbout[], holds: StandingHolds): boolean {
  return about.some(({ entry, agreement, tags }) =>
    holds.holds({ exchange: entry.exchange, agreement, tags }),
  );
}

function placesIn({ places: { asked, found, heldBack } }: EntryAbout): number {
  return asked.length + found.length + heldBack.length;
}

function listed({ entry: { index, leafHash }, places }: EntryAbout): ListedErasure {
  return { entry: Buffer.from(leafHash).toString('base64'), index, places };
}

/** Two people who order the same must be understood as ordering the same; their reasons may differ. */
function inOneSpelling({ person, where, althoughKept }: ErasureOrder): string {
  const people = [...person.telling, ...person.shared]
    .map(({ namespace, id }) => JSON.stringify([namespace, id]))
    .sort();
  return JSON.stringify(['erase', people, where, althoughKept]);
}
