import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CHECKPOINT_SENT,
  CheckpointOutbox,
  dueDate,
  type Outbox,
} from '../../../src/audit-log/witnessing/checkpoint-outbox.ts';
import { SignedTree } from '../../support/signed-tree.ts';

const tree = new SignedTree('gateway.northmere.example/audit/2026h2').grow(7);
const NOON = Date.parse('2026-11-23T12:00:00Z');
const DAY = 86_400_000;

class Died extends Error {}

/** What outlives the process: the folder and the log. `diesAt` counts down the steps that last, and ends the process there. */
class World implements Outbox {
  readonly held = new Map<string, string>();
  readonly gone: string[] = [];
  readonly texts: string[] = [];
  readonly entries: unknown[] = [];
  readonly facts = new Map<string, Uint8Array>();
  nowMs = NOON;
  diesAt = Number.POSITIVE_INFINITY;
  addresses: Record<string, string | undefined> = {
    'northmere-city-council': 'dpo@northmere.example',
    'westhaven-district-council': 'dpo@westhaven.example',
  };

  step<Result>(act: () => Result): Result {
    if (this.diesAt === 0) throw new Died();
    this.diesAt -= 1;
    return act();
  }

  stage = (name: string, text: string) => void this.step(() => this.held.set(name, text));
  staged = () => [...this.held.keys()];
  drop = (name: string) => void this.step(() => this.held.delete(name));
  release = (name: string) =>
    this.step(() => {
      assert.ok(this.held.has(name));
      this.gone.push(name);
      this.texts.push(this.held.get(name) ?? '');
      this.held.delete(name);
    });

  open(): CheckpointOutbox {
    return new CheckpointOutbox({
      reader: { fact: (kind, key) => (kind === CHECKPOINT_SENT ? this.facts.get(key) : undefined) },
      outbox: this,
      parties: () =>
        Object.entries(this.addresses).map(([organisation, address]) => ({
          organisation,
          name: organisation,
          address,
        })),
      checkpoint: async () => ({ note: tree.checkpoint(), size: 7 }),
      countersigned: () => 'Nothing is countersigned.',
      ...{ key: tree.key, operatorContact: 'gateway@northmere.example', hour: 6, now: () => this.nowMs },
      append: async (kind, members, facts) =>
        this.step(() => {
          this.entries.push({ kind, ...members });
          for (const { key, value } of facts) this.facts.set(key, value ?? new Uint8Array());
        }),
    });
  }
}

test('the message of a day is due from its hour in London on, summer and winter', () => {
  assert.equal(dueDate(Date.parse('2026-11-23T05:59:59Z'), 6), '2026-11-22');
  assert.equal(dueDate(Date.parse('2026-11-23T06:00:00Z'), 6), '2026-11-23');
  assert.equal(dueDate(Date.parse('2026-07-23T04:59:59Z'), 6), '2026-07-22');
  assert.equal(dueDate(Date.parse('2026-07-23T05:00:00Z'), 6), '2026-07-23');
  assert.equal(dueDate(Date.parse('2026-11-23T00:00:00Z'), 0), '2026-11-23');
  assert.equal(dueDate(Date.parse('2026-11-23T22:59:59Z'), 23), '2026-11-22');
});

test('due dates follow one another without a gap, also where clocks change', () => {
  for (let hour = 0; hour < 24; hour += 1) {
    let last = dueDate(Date.parse('2026-03-25T12:00:00Z'), hour);
    for (
      let at = Date.parse('2026-03-25T12:00:00Z');
      at < Date.parse('2026-04-02T12:00:00Z');
      at += 900_000
    ) {
      const date = dueDate(at, hour);
      const next = new Date(Date.parse(`${last}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
      assert.ok(date === last || date === next, `${last} then ${date} at hour ${hour}`);
      last = date;
    }
  }
});

test('each party gets one message a day, and an entry says so', async () => {
  const world = new World();
  const outbox = world.open();
  for (const hours of [0, 1, 5, 11, 17, 18.5, 30]) {
    world.nowMs = NOON + hours * 3_600_000;
    await outbox.look();
  }
  assert.deepEqual(world.gone, [
    '2026-11-23-northmere-city-council.eml',
    '2026-11-23-westhaven-district-council.eml',
    '2026-11-24-northmere-city-council.eml',
    '2026-11-24-westhaven-district-council.eml',
  ]);
  assert.deepEqual(world.entries[1], {
    kind: 'report',
    code: 'checkpoint-sent',
    organisation: 'westhaven-district-council',
    size: 7,
  });
  assert.equal(world.entries.length, 4);
});

test('after a week without the gateway one message is made up for, not seven', async () => {
  const world = new World();
  await world.open().look();
  world.nowMs += 7 * DAY;
  await world.open().look();
  assert.deepEqual(world.gone.slice(2), [
    '2026-11-30-northmere-city-council.eml',
    '2026-11-30-westhaven-district-council.eml',
  ]);
});

test('a party without an address is told to the operator, and the others get theirs', async () => {
  const world = new World();
  world.addresses['northmere-city-council'] = undefined;
  world.addresses['hillcrest-primary-school'] = 'a@b\nBcc: everybody@elsewhere.example';
  const outbox = world.open();
  await outbox.look();
  assert.deepEqual(world.gone, ['2026-11-23-westhaven-district-council.eml']);
  assert.equal(outbox.attention().length, 2);
  assert.match(outbox.attention()[0] ?? '', /cannot be sent to northmere-city-council/);
});

test('wherever the process dies, each message goes once: never twice, never not at all', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ diesAt: fc.nat(8), hours: fc.integer({ min: 1, max: 40 }) }), { maxLength: 8 }),
      async (runs) => {
        const world = new World();
        const due = new Set<string>();
        for (const { diesAt, hours } of [...runs, { diesAt: Number.POSITIVE_INFINITY, hours: 1 }]) {
          world.diesAt = diesAt;
          await world
            .open()
            .look()
            .catch((error: unknown) => assert.ok(error instanceof Died));
          world.nowMs += hours * 3_600_000;
        }
        due.add(dueDate(world.nowMs - 3_600_000, 6));
        assert.equal(new Set(world.gone).size, world.gone.length, 'a message went twice');
        assert.equal(world.held.size, 0, 'a message was left behind');
        const told = world.entries.length;
        assert.equal(world.gone.length, told, 'entries and messages do not agree');
        for (const date of due)
          for (const organisation of Object.keys(world.addresses))
            assert.ok(
              world.gone.includes(`${date}-${organisation}.eml`),
              `${date} ${organisation} did not go`,
            );
      },
    ),
    { numRuns: 500 },
  );
});

test('before the first checkpoint nothing is sent, and nothing is said to be', async () => {
  const world = new World();
  const outbox = new CheckpointOutbox({
    reader: { fact: () => undefined },
    outbox: world,
    parties: () => [{ organisation: 'a', name: 'A', address: 'a@a.example' }],
    checkpoint: async () => undefined,
    countersigned: () => '',
    ...{ key: tree.key, operatorContact: '', hour: 6, now: () => NOON },
    append: () => Promise.reject(new Error('never')),
  });
  await outbox.look();
  assert.equal(world.gone.length + world.held.size, 0);
});
