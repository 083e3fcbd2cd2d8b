import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64, fromBase64url, toBase64, toBase64url } from '../../src/encoding/base64.ts';

test('writes the examples of RFC 4648 section 10', () => {
  assert.deepEqual(
    ['', 'f', 'fo', 'foo', 'foob'].map((text) => toBase64(Buffer.from(text))),
    ['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg=='],
  );
});

test('reads back what it writes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(fromBase64(toBase64(bytes)), Buffer.from(bytes));
      assert.deepEqual(fromBase64url(toBase64url(bytes)), Buffer.from(bytes));
    }),
  );
});

test('refuses every other spelling of the same bytes', () => {
  for (const text of ['Zg', 'Zh==', 'Zg==\n', 'Z g==', '-_8=', 'Zg==='])
    assert.equal(fromBase64(text), undefined, text);
  for (const text of ['Zg==', 'Zh', '+/8', 'Z g', 'Zg\n']) assert.equal(fromBase64url(text), undefined, text);
});
