import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeId } from '../../src/exchange/exchange-id.ts';

test('is a UUID of version 7 that begins with its time', () => {
  const id = exchangeId(0x0123456789ab);
  assert.match(id, /^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('is never the same twice and sorts by time', () => {
  const ids = Array.from({ length: 20_000 }, (_, at) => exchangeId(1_790_000_000_000 + at));
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
});
