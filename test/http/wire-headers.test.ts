import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerBit, looksWatched, watchedHeader } from '../../src/http/wire-headers.ts';

test('a watched header is known in any case', () => {
  for (const name of ['Exchange-Purpose', 'exchange-purpose', 'EXCHANGE-PURPOSE', 'eXchange-purposE']) {
    assert.equal(watchedHeader(name), 'exchange-purpose');
  }
  assert.equal(watchedHeader('DPoP'), 'dpop');
});

test('any other header is not', () => {
  for (const name of ['Accept', '__proto__', 'constructor', '', 'Exchange-Purposes', 'x'.repeat(99)]) {
    assert.equal(watchedHeader(name), undefined);
  }
});

test('a name with underscores for hyphens looks like a watched one', () => {
  assert.ok(looksWatched('Exchange_Purpose'));
  assert.ok(looksWatched('exchange-case_reference'));
  assert.ok(!looksWatched('X_Forwarded_User'));
  assert.ok(!looksWatched('Exchange-Purpose'));
});

test('every watched header has a bit of its own', () => {
  const names = ['host', 'authorization', 'dpop', 'exchange-id', 'traceparent', 'exchange-person'] as const;
  assert.equal(new Set(names.map(headerBit)).size, names.length);
  for (const name of names) assert.ok(headerBit(name) > 0);
});
