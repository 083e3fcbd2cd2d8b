import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, pairedRatio, percentile } from '../../bench/statistics.ts';
import { figure, markdownTable } from '../../bench/table.ts';

test('the median of an even count lies between the two in the middle', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([9, 1, 5]), 5);
});

test('a percentile is a value that was measured', () => {
  const sorted = Array.from({ length: 100 }, (_, index) => index);
  assert.equal(percentile(sorted, 0.5), 50);
  assert.equal(percentile(sorted, 0.99), 99);
});

test('ratios are paired round by round before their median is taken', () => {
  // The medians alone would say 2; the rounds say 4.
  const ratio = pairedRatio([10, 40, 20], [10, 10, 5]);
  assert.deepEqual(ratio, { median: 4, least: 1, most: 4 });
});

test('figures show as many digits as mean anything, and what is not known says so', () => {
  assert.deepEqual([12_345.6, 42.34, 1.234, Number.NaN].map(figure), ['12,346', '42.3', '1.23', 'not known']);
});

test('tables line up', () => {
  const [head, rule, row] = markdownTable(['name', 'n'], [['a longer name', '1']]).split('\n');
  assert.equal(head?.length, rule?.length);
  assert.equal(head?.length, row?.length);
});
