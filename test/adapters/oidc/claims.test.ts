/** Claims are found by their whole name first, then by dots going down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asList, claimAt } from '../../../src/adapters/oidc/claims.ts';

test('a claim is found by its whole name, dots and all, before they go down', () => {
  const claims = { 'https://roles.example/all': ['a'], 'a.b': 1, a: { b: 2, c: { d: 3 } } };
  assert.deepEqual(claimAt(claims, 'https://roles.example/all'), ['a']);
  assert.equal(claimAt(claims, 'a.b'), 1);
  assert.equal(claimAt(claims, 'a.c.d'), 3);
});

test('nothing is found below a text, a list or what is not there', () => {
  for (const path of ['a.b', 'l.0', 'n.x', 'no.such'])
    assert.equal(claimAt({ a: 'text', l: ['x'], n: null }, path), undefined);
});

test('one value and a list of values are both a list', () => {
  assert.deepEqual([asList(undefined), asList('a'), asList(['a', 'b'])], [[], ['a'], ['a', 'b']]);
});
