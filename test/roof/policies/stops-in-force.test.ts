/** The stops that stand: orders one after the other, kept as facts, read again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StandingFact } from '../../../src/audit-log/ports.ts';
import { type Stop, type StopOrder, stopText } from '../../../src/domain/stop.ts';
import { StopsInForce, type StopsInForceOptions } from '../../../src/roof/policies/stops-in-force.ts';
import { NOON, policies } from '../../support/judge-fixtures.ts';

const KEYS = {
  northmere: 'key of northmere',
  westhaven: 'key of westhaven',
  eastmoor: 'key of eastmoor',
} as const;
type Party = keyof typeof KEYS;

class Ground {
  readonly facts = new Map<string, StandingFact>();
  readonly entries: unknown[] = [];
  shown: readonly Stop[] = [];
  failing = false;

  stops(more: Partial<StopsInForceOptions> = {}): StopsInForce {
    return new StopsInForce({
      readSignature: async (signature) => JSON.parse(signature),
      pins: () => new Map(Object.entries(KEYS).map(([id, key]) => [id, new Set([key])])),
      facts: () => [...this.facts.values()],
      append: async (members, facts) => {
        if (this.failing) throw new Error('the log cannot write');
        this.entries.push(members);
        for (const fact of facts) this.facts.set(fact.key, fact);
      },
      policies: () => policies(),
      now: () => NOON,
      onChange: (stops) => {
        this.shown = stops;
      },
      ...more,
    });
  }
}

function signed(
  by: Party,
  order: StopOrder['order'],
  atMs: number = NOON,
  agreement = 'DSA-2026-014',
): string {
  return JSON.stringify({
    fingerprint: KEYS[by],
    text: stopText({ order, agreement, by, reason: 'why', atMs }),
  });
}

test('a stop is an entry and a fact, and a later run reads it', async () => {
  const ground = new Ground();
  assert.deepEqual(await ground.stops().take(signed('westhaven', 'suspend')), {
    taken: 'DSA-2026-014 is suspended by westhaven',
  });
  assert.deepEqual(ground.entries, [
    { policies: 'cd'.repeat(32), code: 'suspend', agreement: 'DSA-2026-014', by: 'westhaven' },
  ]);
  const later = ground.stops();
  await later.refresh();
  assert.deepEqual(later.standing(), ground.shown);
  assert.equal(later.standing()[0]?.by, 'westhaven');
});

test('both parties suspend: both must resume', async () => {
  const ground = new Ground();
  const stops = ground.stops();
  await stops.take(signed('westhaven', 'suspend', NOON - 2));
  await stops.take(signed('northmere', 'suspend', NOON - 2));
  const first = await stops.take(signed('westhaven', 'resume'));
  assert.match('taken' in first ? first.taken : '', /still DSA-2026-014 is suspended by northmere/);
  assert.equal(ground.shown.length, 1);
  await stops.take(signed('northmere', 'resume'));
  assert.equal(ground.shown.length, 0);
});

test('orders that come at once are taken up one after the other', async () => {
  const ground = new Ground();
  const stops = ground.stops();
  const taken = await Promise.all([
    stops.take(signed('westhaven', 'suspend', NOON - 2)),
    stops.take(signed('westhaven', 'resume', NOON - 1)),
    stops.take(signed('westhaven', 'suspend', NOON - 2)),
  ]);
  assert.deepEqual(
    taken.map((one) => 'taken' in one),
    [true, true, false],
  );
  assert.equal(ground.shown.length, 0);
});

test('an order that cannot be entered is not in force, and the next one is taken up', async () => {
  const ground = new Ground();
  const stops = ground.stops();
  ground.failing = true;
  await assert.rejects(stops.take(signed('westhaven', 'end')), /cannot write/);
  assert.equal(stops.standing().length, 0);
  ground.failing = false;
  await stops.take(signed('westhaven', 'end'));
  assert.equal(stops.standing().length, 1);
});

test('an agreement that no file holds can be stopped by anybody pinned, and where no set is in force', async () => {
  const ground = new Ground();
  const taken = await ground.stops().take(signed('eastmoor', 'end', NOON, 'DSA-2026-999'));
  assert.ok('taken' in taken);
  const none = await ground.stops({ policies: () => undefined }).take(signed('westhaven', 'end'));
  assert.ok('taken' in none);
  assert.ok(JSON.stringify(ground.entries[1]).includes('e3b0c44298fc1c14'), 'the hash of no files');
});

test('what another process stored is taken up, and a fact that cannot be read is an error', async () => {
  const ground = new Ground();
  const stops = ground.stops();
  await ground.stops().take(signed('westhaven', 'revoke'));
  assert.equal(stops.standing().length, 0);
  await stops.refresh();
  assert.equal(stops.standing().length, 1);
  ground.facts.set('x', { kind: 'stop', key: 'x', value: Buffer.from('{"stop":{"order":"resume"}}') });
  await assert.rejects(() => stops.refresh());
  assert.equal(stops.standing().length, 1);
});
