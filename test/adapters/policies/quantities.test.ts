/** Quantities in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, milliseconds, rate } from '../../../src/adapters/policies/quantities.ts';

test('times are read with their unit', () => {
  assert.equal(milliseconds('5 seconds'), 5_000);
  assert.equal(milliseconds('1 minute'), 60_000);
  assert.equal(milliseconds('72 hours'), 259_200_000);
  assert.equal(milliseconds('3 days'), 259_200_000);
});

test('sizes are read as memory is counted', () => {
  assert.equal(bytes('256 KB'), 262_144);
  assert.equal(bytes('4 MB'), 4_194_304);
  assert.equal(bytes('512 bytes'), 512);
});

test('rates are read in an hour or in a day', () => {
  assert.deepEqual(rate('60 an hour'), { most: 60, per: 'hour' });
  assert.deepEqual(rate('1,500 a day'), { most: 1500, per: 'day' });
});

test('anything else is not a quantity', () => {
  for (const words of ['', '5', '5s', '0 seconds', '-1 minute', '5  seconds', '1e3 days', 'soon']) {
    assert.equal(milliseconds(words), undefined, words);
  }
  for (const words of ['256', '256 kB', '0 KB', '1.5 MB', '1 GB'])
    assert.equal(bytes(words), undefined, words);
  for (const words of ['60', '0 an hour', '60 per hour', '60 a hour', 'many a day', '5 an day']) {
    assert.equal(rate(words), undefined, words);
  }
});
