import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSearch } from '../../../src/audit-log/finding/search-asked.ts';

test('what is asked for becomes a filter, and only the names of it are told', () => {
  const search = readSearch({
    consumer: ' westhaven-district-council ',
    agreement: 'DSA-2026-014/3',
    outcome: 'refused',
    person: 'staff-9001',
    from: '2026-06-01',
    to: '2026-06-30',
    most: '20',
    before: '17',
  });
  assert.ok(!('wrong' in search));
  assert.equal(search.filter.consumer, 'westhaven-district-council');
  assert.deepEqual(search.filter.agreement, { id: 'DSA-2026-014', version: 3 });
  assert.equal(search.person, 'staff-9001');
  assert.equal(search.most, 20);
  assert.equal(search.before, 17);
  assert.deepEqual(search.names, ['outcome', 'consumer', 'agreement', 'from', 'to', 'person']);
});

test('a day is a day in London, from its first instant to its last; an instant is itself', () => {
  const search = readSearch({ from: '2026-06-01', to: '2026-06-01' });
  assert.ok(!('wrong' in search));
  assert.equal(search.filter.fromMs, Date.parse('2026-05-31T23:00:00Z'));
  assert.equal(search.filter.toMs, Date.parse('2026-06-01T23:00:00Z'));
  const instant = readSearch({ from: '2026-06-01T09:30+01:00' });
  assert.ok(!('wrong' in instant));
  assert.equal(instant.filter.fromMs, Date.parse('2026-06-01T08:30:00Z'));
});

test('nothing asked for is everything, newest first, fifty at a time', () => {
  const search = readSearch({});
  assert.ok(!('wrong' in search));
  assert.equal(search.most, 50);
  assert.deepEqual(search.names, []);
  assert.ok(Object.values(search.filter).every((value) => value === undefined));
});

test('what is not understood is refused in words that repeat none of it', () => {
  for (const [asked, words] of [
    [{ subject: 'QQ123456C' }, /is written with kind, outcome/],
    [{ consumer: 7 }, /^consumer: write a text/],
    [{ person: 'x'.repeat(1025) }, /^person: write a text/],
    [{ person: '  ' }, /^person: write a text/],
    [{ kind: 'QQ123456C' }, /^kind: write one of refused, sent/],
    [{ outcome: 'sent' }, /^outcome: write one of released, refused, failed$/],
    [{ agreement: 'DSA-2026-014/x' }, /^agreement: write its id/],
    [{ from: '2026-02-30' }, /^from: write a day/],
    [{ to: 'yesterday' }, /^to: write a day/],
    [{ from: '2026-06-02', to: '2026-06-01' }, /not before `to`/],
    [{ most: 0 }, /^most: write a number from 1 to 500/],
    [{ most: '501' }, /^most: write/],
    [{ before: '-1' }, /^before: write/],
  ] as const) {
    const search = readSearch(asked);
    assert.ok('wrong' in search, JSON.stringify(asked));
    assert.match(search.wrong, words);
    assert.ok(!search.wrong.includes('QQ123456C'));
  }
});
