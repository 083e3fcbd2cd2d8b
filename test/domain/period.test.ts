import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptUntil, monthOf, periodInWords, readPeriod } from '../../src/domain/period.ts';

test('years and months are read, and anything else is not', () => {
  assert.deepEqual(readPeriod('6 years'), { months: 72 });
  assert.deepEqual(readPeriod('1 year'), { months: 12 });
  assert.deepEqual(readPeriod('18 months'), { months: 18 });
  for (const words of ['', '6', '0 years', 'six years', '6 years ', '1.5 years', '6 weeks', '1000 years'])
    assert.equal(readPeriod(words), undefined, words);
});

test('a period reads as an agreement writes it', () => {
  for (const words of ['6 years', '1 year', '18 months', '1 month'])
    assert.equal(periodInWords(readPeriod(words) ?? { months: 0 }), words);
});

test('every entry of a month is kept for the period at least, and the month goes as a whole', () => {
  const atMs = Date.UTC(2026, 10, 1);
  assert.equal(monthOf(atMs), '2026-11');
  assert.equal(monthOf(atMs - 1), '2026-10');
  assert.equal(keptUntil('2026-11', { months: 72 }), Date.UTC(2032, 11, 1));
  assert.equal(keptUntil('2026-12', { months: 1 }), Date.UTC(2027, 1, 1));
  assert.equal(keptUntil('2026-12', { months: 12e9 }), Number.POSITIVE_INFINITY);
});
