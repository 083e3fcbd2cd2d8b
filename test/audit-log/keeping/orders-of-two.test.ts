import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrdersOfTwo } from '../../../src/audit-log/keeping/orders-of-two.ts';
import type { StandingFact } from '../../../src/audit-log/ports.ts';
import { throwawayKeys } from '../../support/log-folder.ts';

const DAY = 24 * 60 * 60 * 1000;
const keys = [throwawayKeys().subjectTags, { ...throwawayKeys().subjectTags, id: '2026h1' }];

function orders(tagKeys = keys) {
  const facts = new Map<string, Uint8Array>();
  const clock = { now: 1_795_000_000_000 };
  const make = (by = tagKeys) =>
    new OrdersOfTwo({ tagKeys: by, fact: (_, key) => facts.get(key), now: () => clock.now });
  const give = async (order: string, by: string, of = make()) => {
    const settled = await of.settle(order, by);
    if (settled.state !== 'same person') for (const fact of settled.facts) store(facts, fact);
    return settled.state;
  };
  return { facts, clock, give, make };
}

/** As the writer does: a change is refused where something else stands than it was made from. */
function store(facts: Map<string, Uint8Array>, { key, value, replaces }: StandingFact): void {
  if (replaces !== undefined) assert.deepEqual(facts.get(key) ?? 'nothing', replaces);
  if (value === undefined) facts.delete(key);
  else facts.set(key, value);
}

test('the first person asks, the same one cannot confirm, the second one can, and then nothing stands any more', async () => {
  const { give, facts } = orders();
  assert.equal(await give('erase A', 'shah'), 'first');
  assert.equal(await give('erase A', 'shah'), 'same person');
  assert.equal(await give('erase B', 'owusu'), 'first');
  assert.equal(await give('erase A', 'owusu'), 'second');
  assert.equal(facts.size, 1);
  assert.equal(await give('erase A', 'owusu'), 'first');
});

test('an order that nobody confirmed for thirty days counts no more', async () => {
  const { give, clock, facts } = orders();
  await give('erase A', 'shah');
  clock.now += 30 * DAY;
  assert.equal(await give('erase A', 'owusu'), 'first');
  clock.now += 30 * DAY - 1;
  assert.equal(await give('erase A', 'shah'), 'second');
  assert.equal(facts.size, 0);
});

test('an order stands through a change of the key of tags, and can lapse after it', async () => {
  const { give, make, clock, facts } = orders();
  const before = make(keys.slice(1));
  await give('erase A', 'shah', before);
  await give('erase B', 'shah', before);
  assert.equal(await give('erase A', 'shah'), 'same person');
  assert.equal(await give('erase A', 'owusu'), 'second');
  clock.now += 31 * DAY;
  assert.equal(await give('erase B', 'owusu'), 'first');
  assert.equal(facts.size, 1);
});

test('neither what is ordered nor who ordered it stands in the fact', async () => {
  const { give, facts } = orders();
  await give('erase somebody', 'shah');
  const [[key, value] = ['', Buffer.alloc(0)]] = [...facts];
  assert.doesNotMatch(`${key} ${Buffer.from(value)}`, /somebody|shah/);
});
