/** Erasing, holds and retention in whatever order: what must go is gone, what must stay is whole, and every proof holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSealedRow } from '../../src/audit-log/sealing/sealed-row.ts';
import { SubjectTags } from '../../src/audit-log/sealing/subject-tags.ts';
import { subtreeRoot } from '../../src/merkle/subtree.ts';
import { alone, badge, type KeptLog, keptLog, OWUSU, SHAH } from '../support/kept-log.ts';
import { findingsOf } from '../support/whole-log.ts';

const PEOPLE = ['ZZ9Z01', 'ZZ9Z02', 'ZZ9Z03', 'ZZ9Z04'] as const;
const AGREEMENTS = ['DSA-1', 'DSA-2'] as const;
/** Times in a log never go back, so its story begins now and goes on in later months. */
const NOW = new Date();
const monthLater = (months: number, day = 15): number =>
  Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() + 1 + months, day);

type Person = (typeof PEOPLE)[number];

/** An exchange as it should stand. */
interface Expected {
  readonly id: string;
  readonly month: number;
  readonly agreement: string;
  people: Person[];
  dropped: boolean;
}

type Held = { readonly agreement: string } | { readonly person: Person } | { readonly exchange: number };
type Step =
  | { readonly do: 'exchange'; readonly people: Person[]; readonly later: number; readonly agreement: string }
  | { readonly do: 'erase'; readonly person: Person }
  | { readonly do: 'hold' | 'lift'; readonly held: Held }
  | { readonly do: 'retention'; readonly months: number };

const person = fc.constantFrom(...PEOPLE);
const held: fc.Arbitrary<Held> = fc.oneof(
  fc.constantFrom(...AGREEMENTS).map((agreement) => ({ agreement })),
  person.map((one) => ({ person: one })),
  fc.nat(5).map((exchange) => ({ exchange })),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.array(person, { maxLength: 4 }), fc.nat(1), fc.constantFrom(...AGREEMENTS))
      .map(([people, later, agreement]) => ({ do: 'exchange', people, later, agreement }) as const),
  },
  { weight: 2, arbitrary: person.map((one) => ({ do: 'erase', person: one }) as const) },
  { weight: 1, arbitrary: held.map((one) => ({ do: 'hold', held: one }) as const) },
  { weight: 1, arbitrary: held.map((one) => ({ do: 'lift', held: one }) as const) },
  { weight: 1, arbitrary: fc.nat(6).map((months) => ({ do: 'retention', months }) as const) },
);

/** The log and what it should hold, step by step. */
class Kept {
  readonly log: KeptLog;
  readonly exchanges: Expected[] = [];
  #holds: Held[] = [];
  #month = 0;

  constructor(log: KeptLog) {
    this.log = log;
  }

  async take(one: Step): Promise<void> {
    if (one.do === 'exchange') await this.#exchange(one);
    else if (one.do === 'erase') await this.#erase(one.person);
    else if (one.do === 'retention') await this.#retention(one.months);
    else await this.#hold(one.do, one.held);
  }

  async #exchange({ people, later, agreement }: Step & { do: 'exchange' }): Promise<void> {
    this.#month += later;
    const atMs = monthLater(this.#month);
    const id = await this.log.exchange(people, { atMs, agreement });
    this.exchanges.push({ id, month: this.#month, agreement, people, dropped: false });
  }

  async #erase(one: Person): Promise<void> {
    const about = this.exchanges.filter(({ people, dropped }) => !dropped && people.includes(one));
    const order = {
      ...{ person: { telling: [badge(one)], shared: [] }, where: 'everywhere' as const },
      ...{ because: 'any', althoughKept: true },
    };
    const states: string[] = [];
    for (const by of [SHAH, OWUSU]) states.push((await this.log.erasing.order({ ...order, by })).state);
    if (about.length === 0) return assert.deepEqual(states, ['nothing there', 'nothing there']);
    if (about.some((exchange) => this.#isHeld(exchange))) return assert.deepEqual(states, ['held', 'held']);
    assert.deepEqual(states, ['asked', 'erased']);
    for (const exchange of about) exchange.people = exchange.people.filter((other) => other !== one);
  }

  async #hold(what: 'hold' | 'lift', one: Held): Promise<void> {
    const named = this.#named(one);
    if (named === undefined) return;
    const [stands] = this.#holds.filter((other) => JSON.stringify(other) === JSON.stringify(one));
    const known = !('exchange' in one) || this.exchanges[one.exchange]?.dropped === false;
    if (what === 'hold') {
      const change = await this.log.holds.add({ held: named, by: SHAH, because: 'any' });
      assert.equal(change, known ? (stands === undefined ? 'added' : 'there already') : 'unknown');
      if (change === 'added') this.#holds.push(one);
      return;
    }
    const changes: string[] = [];
    for (const by of [SHAH, OWUSU])
      changes.push(await this.log.holds.lift({ held: named, by, because: 'any' }));
    assert.deepEqual(changes, stands === undefined ? ['not there', 'not there'] : ['asked', 'lifted']);
    this.#holds = this.#holds.filter((other) => other !== stands);
  }

  async #retention(months: number): Promise<void> {
    this.log.keeping = { of: () => ({ months: 12 }), least: { months: 12 } };
    this.log.clock = monthLater(months + 13, 1);
    await this.log.retention.run(SHAH, alone);
    for (const exchange of this.exchanges)
      exchange.dropped ||= exchange.month <= months && !this.#isHeld(exchange);
    this.log.clock = Date.now();
  }

  #isHeld(exchange: Expected): boolean {
    return this.#holds.some((one) => {
      if ('agreement' in one) return one.agreement === exchange.agreement;
      if ('person' in one) return exchange.people.includes(one.person);
      return this.exchanges[one.exchange] === exchange;
    });
  }

  #named(one: Held) {
    if ('agreement' in one) return one;
    if ('person' in one) return { person: badge(one.person) };
    const exchange = this.exchanges[one.exchange]?.id;
    return exchange === undefined ? undefined : { exchange };
  }
}

test('after any sequence of orders the log holds just what it should, and verifies', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 16 }), async (steps) => {
      const kept = new Kept(await keptLog(t));
      const { log } = kept;
      for (const one of steps) await kept.take(one);
      await log.close();
      const tagger = new SubjectTags(log.folder.keys.sealing.subjectTags.bytes);
      for (const { id, people, dropped } of kept.exchanges) {
        const rows = log.reader.entriesOfExchange(id);
        assert.equal(rows.length, dropped ? 0 : 2);
        const found = rows.flatMap(({ sealed }) => (sealed === undefined ? [] : readSealedRow(sealed).found));
        const left = found.flatMap((one) => ('tag' in one ? [Buffer.from(one.tag).toString('hex')] : []));
        const tags = people.map((one) => tagger.of('badge number', one).toString('hex'));
        assert.deepEqual(left, dropped ? [] : tags);
      }
      assert.deepEqual(await findingsOf(log.folder), []);
      const { size } = log.reader.state();
      assert.equal(subtreeRoot(0, size, (level, index) => log.reader.hashAt(level, index)).length, 32);
    }),
    { numRuns: 15 },
  );
});
