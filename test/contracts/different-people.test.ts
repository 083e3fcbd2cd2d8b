/** The limit on different people over HTTP: exact under many requests at once, across a restart, and at the edge of a window. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askBadge,
  askingGateway,
  type FileChange,
  isProved,
  KERBSIDE,
  OFFICER,
} from '../support/asking-gateway.ts';
import { json, type WholeGateway } from '../support/whole-gateway.ts';

const NO_OTHER_LIMIT: readonly FileChange[] = [
  [KERBSIDE, 'checks by one person: 60 an hour', 'checks by one person: 100000 an hour'],
  [KERBSIDE, 'checks by the organisation: 150 a day', 'checks by the organisation: 100000 a day'],
];
const limitedTo = (rate: string): readonly FileChange[] => [
  ...NO_OTHER_LIMIT,
  [KERBSIDE, '  checks by one person:', `  different people looked up: ${rate}\n  checks by one person:`],
];

function badge(number: number): string {
  return `ZZ${String(number).padStart(4, '0')}`;
}

test('500 requests at once for 500 people against a limit of 150 release exactly 150, and a restart forgets nobody', async (t) => {
  let gateway = await askingGateway(limitedTo('150 a day'));
  t.after(() => gateway.close());
  const token = await gateway.token(OFFICER);
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, number) => askBadge(gateway, { badge: badge(number), token })),
  );
  const released = answers.flatMap(({ code }, number) => (code === 'released' ? [number] : []));
  assert.equal(released.length, 150);
  const leaves = gateway.leaves();
  for (const { code, status, headers, text } of answers) {
    if (code === 'released') continue;
    assert.deepEqual([code, status], ['limit-reached', 429]);
    assert.ok(Number(headers.get('retry-after')) > 0);
    assert.ok(headers.get('audit-receipt') !== null && text.includes('different people looked up'));
    assert.ok(!text.includes('ISSUED'));
    assert.ok(isProved({ headers, text }, leaves));
  }
  assert.equal(leaves.filter(({ kind }) => kind === 'released').length, 150);
  const refused = leaves.filter(({ kind }) => kind === 'refused');
  assert.equal(refused.length, 350);
  for (const leaf of refused) {
    const { after: step, code, limit, part, sent } = leaf;
    assert.deepEqual([step, code, limit, part], ['fetch', 'limit-reached', 'different people looked up', 0]);
    assert.ok(sent !== undefined && !('fields' in leaf));
  }

  // The same people again cost nothing, and nobody new is released, before and after a restart.
  const seen = badge(released[0] ?? 0);
  assert.equal((await askBadge(gateway, { badge: seen, token })).code, 'released');
  gateway = await gateway.restarted();
  assert.equal((await askBadge(gateway, { badge: seen })).code, 'released');
  for (const number of [600, 601, 602])
    assert.equal((await askBadge(gateway, { badge: badge(number) })).code, 'limit-reached');
});

test('a window ends on the hour, and at midnight in London', async (t) => {
  const day = 24 * 3_600_000;
  // Two days ahead, so that the clock of the test is never behind that of the log.
  const midnight = Math.floor(Date.now() / day) * day + 2 * day;
  for (const [rate, end] of [
    ['1 an hour', midnight + 13 * 3_600_000],
    ['1 a day', londonMidnightAfter(midnight)],
  ] as const) {
    let now = end - 1000;
    const gateway = await askingGateway(limitedTo(rate), { now: () => now });
    t.after(() => gateway.close());
    assert.equal((await askBadge(gateway, { badge: badge(1) })).code, 'released', rate);
    const refused = await askBadge(gateway, { badge: badge(2) });
    assert.deepEqual([refused.code, refused.headers.get('retry-after')], ['limit-reached', '1'], rate);
    now = end - 1;
    assert.equal((await askBadge(gateway, { badge: badge(2) })).code, 'limit-reached', rate);
    now = end;
    assert.equal((await askBadge(gateway, { badge: badge(2) })).code, 'released', rate);
    assert.equal((await askBadge(gateway, { badge: badge(1) })).code, 'limit-reached', rate);
  }
});

/** The next midnight in London after an instant, by the calendar of the runtime. */
function londonMidnightAfter(atMs: number): number {
  const hour = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/London',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  let at = atMs + 3_600_000;
  while (hour.format(at) !== '00') at += 3_600_000;
  return at;
}

const TAX_BASE = 'agreements/DSA-2026-033-v1-council-tax-base.yaml';
const TAX_ASKING = {
  'exchange-purpose': 'council tax base',
  'exchange-reason': 'yearly council tax base',
};

test('an answer of many people that goes over the limit leaves nothing, and one that has begun is cut', async (t) => {
  const gateway = await askingGateway([
    [TAX_BASE, 'checks by one person:', 'different people looked up: 1000 a day, checks by one person:'],
  ]);
  t.after(() => gateway.close());
  const who = { system: 'westhaven-revenues-system', person: 'staff-7', roles: ['REV'] };
  const authorization = `Bearer ${await gateway.token(who)}`;
  const ask = async (from: number, count: number): Promise<{ status: number; length: number | 'cut' }> => {
    gateway.answerWith(accounts(from, count));
    const response = await fetch(`${gateway.url}/council-tax-accounts/accounts?band=B`, {
      headers: { ...TAX_ASKING, authorization },
    });
    const length = await response.text().then(
      ({ length: characters }) => characters,
      () => 'cut' as const,
    );
    return { status: response.status, length };
  };
  // Two parts of 500 leave; of the third nothing does, and the answer does not end as if it were whole.
  assert.deepEqual(await ask(0, 1200), { status: 200, length: 'cut' });
  assert.deepEqual(story(gateway), ['sent', 'released 1', 'released 2', 'refused 2 fetch limit-reached']);
  // The thousand were seen, so they may come again; one more may not, and then not even the status line leaves.
  assert.equal((await ask(0, 900)).status, 200);
  assert.equal((await ask(999, 2)).status, 429);
  assert.deepEqual(story(gateway), ['sent', 'refused 0 fetch limit-reached']);
  // Only what is answered is committed to: of the two refusals, the second.
  const refused = gateway.leaves().filter(({ kind }) => kind === 'refused');
  assert.deepEqual(
    refused.map((leaf) => 'body' in leaf),
    [false, true],
  );
});

/** Accounts of band B with numbers of their own. */
function accounts(from: number, count: number): Parameters<WholeGateway['answerWith']>[0] {
  const data = Array.from({ length: count }, (_, nth) => ({
    accountReference: `ACC${String(from + nth).padStart(6, '0')}`,
    band: 'B',
  }));
  return json({ data, total: count });
}

/** The entries of the newest exchange. */
function story(gateway: WholeGateway): string[] {
  const leaves = gateway.leaves();
  const { exchange } = leaves.findLast((leaf) => 'exchange' in leaf) ?? {};
  return leaves
    .filter((leaf) => leaf['exchange'] === exchange)
    .map((leaf) =>
      ['kind', 'part', 'after', 'code'].flatMap((name) => (name in leaf ? String(leaf[name]) : [])).join(' '),
    );
}
