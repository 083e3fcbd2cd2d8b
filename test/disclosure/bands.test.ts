import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ageBands, amountBands, wholePart } from '../../src/disclosure/bands.ts';

test('bands of ages are called by the first and the last year in them', () => {
  const bandOf = ageBands([0, 16, 18, 19, 65]);
  assert.deepEqual([0, 15, 16, 17, 18, 19, 64, 65, 120].map(bandOf), [
    '0 to 15',
    '0 to 15',
    '16 to 17',
    '16 to 17',
    '18',
    '19 to 64',
    '19 to 64',
    '65 or over',
    '65 or over',
  ]);
  assert.deepEqual([15, 16].map(ageBands([16])), ['under 16', '16 or over']);
});

test('bands of amounts are called by where they begin and where the next one does', () => {
  const bandOf = amountBands([0, 10_000, 50_000]);
  assert.deepEqual([-1, 0, 9_999, 10_000, 49_999, 50_000].map(bandOf), [
    'under 0',
    '0 to under 10000',
    '0 to under 10000',
    '10000 to under 50000',
    '10000 to under 50000',
    '50000 or over',
  ]);
});

test('the whole part of an amount stands on the same side of every whole bound as the amount', () => {
  assert.equal(wholePart('-0.5'), -1);
  assert.equal(wholePart('-1.0'), -1);
  assert.equal(Math.abs(wholePart('-0') ?? 1), 0);
  assert.equal(wholePart('999999999999999.999999999'), 999_999_999_999_999);
  assert.equal(wholePart('9007199254740991'), Number.MAX_SAFE_INTEGER);
  const digits = fc.tuple(fc.constantFrom('', '-'), fc.nat(2_000_000), fc.nat(999));
  fc.assert(
    fc.property(digits, fc.integer({ min: -2_000_000, max: 2_000_000 }), ([sign, whole, rest], bound) => {
      const amount = `${sign}${whole}.${String(rest).padStart(3, '0')}`;
      assert.equal((wholePart(amount) ?? Number.NaN) >= bound, Number(amount) >= bound, `${amount} ${bound}`);
    }),
  );
});

test('what is no amount has no whole part', () => {
  for (const text of [
    '',
    '-',
    '1e5',
    '0x10',
    '1.',
    '.5',
    '1 000',
    '9007199254740992',
    '12345678901234567',
    'NaN',
    '+1',
  ])
    assert.equal(wholePart(text), undefined, text);
});
