import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LimitCounts, limitKeys } from '../../src/audit-log/limit-counts.ts';

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
  assert.deepEqual(counts.reached([byPerson], AT), { limit: 'checks by one person', retryAfterSeconds: 1 });
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
  });
  assert.equal(counts.reached([one], lastSecond)?.retryAfterSeconds, 1);
  assert.equal(counts.reached([one], lastSecond + 1000), undefined);
});
