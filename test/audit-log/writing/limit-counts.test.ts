import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LimitCounts, limitKeys, onceKeys } from '../../../src/audit-log/writing/limit-counts.ts';

const byPerson = {
  name: 'checks by one person',
  agreement: 'DSA-2026-014',
  person: 'tag',
  most: 2,
  per: 'hour',
} as const;
const byOrganisation = {
  ...byPerson,
  name: 'checks by the organisation',
  person: '',
  most: 3,
  per: 'day',
} as const;
const AT = Date.UTC(2026, 10, 23, 16, 59, 59, 1);

test('a limit lets just so many pass, and says in how many seconds its window ends', () => {
  const counts = new LimitCounts(new Map());
  assert.equal(counts.reached([byPerson], AT), undefined);
  assert.equal(counts.reached([byPerson], AT), undefined);
  assert.deepEqual(counts.reached([byPerson], AT), {
    limit: 'checks by one person',
    retryAfterSeconds: 1,
    answer: undefined,
  });
  assert.deepEqual(counts.changed(), [{ key: limitKeys([byPerson], AT)[0], count: 2 }]);
});

test('what the store counted before is counted on', () => {
  const counts = new LimitCounts(new Map([[limitKeys([byPerson], AT)[0]!, 1]]));
  assert.equal(counts.reached([byPerson], AT), undefined);
  assert.notEqual(counts.reached([byPerson], AT), undefined);
});

test('where one of two limits is reached neither is counted, and the one that ends last is named', () => {
  const counts = new LimitCounts(new Map([[limitKeys([byPerson], AT)[0]!, 2]]));
  assert.equal(counts.reached([byPerson, byOrganisation], AT)?.limit, 'checks by one person');
  assert.deepEqual(counts.changed(), []);
  for (let nth = 0; nth < 3; nth += 1) assert.equal(counts.reached([byOrganisation], AT), undefined);
  assert.deepEqual(counts.reached([byPerson, byOrganisation], AT), {
    limit: 'checks by the organisation',
    retryAfterSeconds: 7 * 3600 + 1,
    answer: undefined,
  });
});

test('each person, agreement, limit and window counts apart', () => {
  const others = [
    byPerson,
    { ...byPerson, person: 'other' },
    { ...byPerson, agreement: 'DSA-2026-021' },
    { ...byPerson, name: 'other' },
    { ...byPerson, per: 'day' as const },
  ];
  assert.equal(new Set(limitKeys(others, AT)).size, others.length);
  assert.notDeepEqual(limitKeys([byPerson], AT), limitKeys([byPerson], AT + 1000));
  assert.deepEqual(limitKeys([byOrganisation], AT), limitKeys([byOrganisation], AT + 1000));
});

test('a day of a limit is a day of London, also when the clocks change', () => {
  const lastSecond = Date.UTC(2026, 9, 25, 23, 59, 59);
  const counts = new LimitCounts(new Map());
  const one = { ...byOrganisation, most: 1 };
  assert.equal(counts.reached([one], Date.UTC(2026, 9, 24, 23)), undefined);
  assert.deepEqual(counts.reached([one], Date.UTC(2026, 9, 24, 23)), {
    limit: one.name,
    retryAfterSeconds: 25 * 3600,
    answer: undefined,
  });
  assert.equal(counts.reached([one], lastSecond)?.retryAfterSeconds, 1);
  assert.equal(counts.reached([one], lastSecond + 1000), undefined);
});

test('on the day on which clocks go forward the window of a day has 23 hours', () => {
  const counts = new LimitCounts(new Map());
  const one = { ...byOrganisation, most: 1 };
  const midnight = Date.UTC(2026, 2, 29);
  assert.equal(counts.reached([one], midnight), undefined);
  assert.equal(counts.reached([one], midnight)?.retryAfterSeconds, 23 * 3600);
  assert.equal(counts.reached([one], midnight + 23 * 3_600_000 - 1)?.retryAfterSeconds, 1);
  assert.equal(counts.reached([one], midnight + 23 * 3_600_000), undefined);
});

test('across the hour that comes twice a window of an hour ends twice', () => {
  const counts = new LimitCounts(new Map());
  const one = { ...byPerson, most: 1 };
  for (const instant of [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)]) {
    assert.equal(counts.reached([one], instant), undefined);
    assert.equal(counts.reached([one], instant)?.retryAfterSeconds, 1800);
  }
});

test('what may be shown once was shown before the second time, in whatever window, and its counter is kept for minutes', () => {
  const counts = new LimitCounts(new Map());
  const once = { hash: 'a-proof', answer: 'used' };
  assert.equal(counts.shownBefore(undefined), undefined);
  assert.equal(counts.shownBefore(once), undefined);
  assert.deepEqual(counts.shownBefore(once), { shownBefore: true, answer: 'used' });
  assert.equal(counts.shownBefore({ hash: 'another' }), undefined);
  const stored = new Map(counts.changed().map(({ key, count }) => [key, count]));
  assert.deepEqual(new LimitCounts(stored).shownBefore(once), { shownBefore: true, answer: 'used' });
  assert.ok(onceKeys(once).every((key) => stored.has(key)));
  for (const { forMs } of counts.changed()) assert.equal(forMs, 600_000);
});

test('what is shown is used even where a limit refuses its request', () => {
  const counts = new LimitCounts(new Map());
  const once = { hash: 'a-proof' };
  const reached = [{ ...byOrganisation, most: 0 }];
  assert.ok(counts.shownBefore(once) ?? counts.reached(reached, AT));
  assert.deepEqual(counts.shownBefore(once), { shownBefore: true, answer: undefined });
});

const people = { ...byOrganisation, name: 'different people looked up', most: 3 } as const;
const looked = (...tags: string[]) => [{ ...people, people: tags }];

test('different people: each counts once in a window, and who was seen already costs nothing', () => {
  const counts = new LimitCounts(new Map());
  for (const tags of [['a'], ['a', 'b'], ['b'], ['c'], ['a', 'b', 'c'], []])
    assert.equal(counts.reached(looked(...tags), AT), undefined, tags.join());
  assert.deepEqual(counts.reached(looked('d'), AT), {
    limit: 'different people looked up',
    retryAfterSeconds: 7 * 3600 + 1,
    answer: undefined,
  });
  assert.equal(counts.reached(looked('a'), AT), undefined);
  assert.equal(counts.reached(looked('d'), AT + 8 * 3_600_000), undefined);
});

test('different people: a part over the limit counts none of its people', () => {
  const counts = new LimitCounts(new Map());
  assert.equal(counts.reached(looked('a', 'b'), AT), undefined);
  assert.notEqual(counts.reached(looked('b', 'c', 'd'), AT), undefined);
  assert.equal(counts.reached(looked('c'), AT), undefined);
  assert.notEqual(counts.reached(looked('d'), AT), undefined);
});

test('different people: one key for each who was seen and one for their number, which the store counts on', () => {
  const before = new LimitCounts(new Map());
  before.reached(looked('a', 'b'), AT);
  const stored = new Map(before.changed().map(({ key, count }) => [key, count]));
  assert.deepEqual([...stored.values()].sort(), [1, 1, 2]);
  assert.deepEqual([...stored.keys()].sort(), [...limitKeys(looked('a', 'b'), AT)].sort());
  const after = new LimitCounts(stored);
  assert.equal(after.reached(looked('a'), AT), undefined);
  assert.deepEqual(after.changed(), []);
  assert.equal(after.reached(looked('c'), AT), undefined);
  assert.notEqual(after.reached(looked('d'), AT), undefined);
});
