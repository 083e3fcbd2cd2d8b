import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instantText } from '../../../src/audit-log/writing/instant-text.ts';

test('an instant is written as ISO 8601 in UTC with milliseconds, whatever came before it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) })), (instants) => {
      for (const ms of instants)
        for (const near of [ms, ms + 1, ms + 999])
          assert.equal(instantText(near), new Date(near).toISOString());
    }),
  );
});

test('what is no whole millisecond of a year with four digits is refused', () => {
  for (const ms of [0.5, Number.NaN, Number.POSITIVE_INFINITY, Date.UTC(10_000, 0, 1)])
    assert.throws(() => instantText(ms), RangeError);
});
