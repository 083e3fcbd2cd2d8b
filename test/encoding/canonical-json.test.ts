import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type Json } from '../../src/encoding/canonical-json.ts';

test('sorts members by UTF-16 code units, as the example of RFC 8785 section 3.2.3 does', () => {
  const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'];
  const value = Object.fromEntries([...sorted].reverse().map((name) => [name, 0]));
  assert.equal(canonicalJson(value), `{${sorted.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`);
});

test('writes numbers as RFC 8785 section 3.2.2.3 does', () => {
  assert.equal(
    canonicalJson([JSON.parse('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0]),
    '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
  );
});

test('leaves out members that are undefined', () => {
  assert.equal(canonicalJson({ b: undefined, a: null }), '{"a":null}');
});

test('refuses what canonical JSON cannot write', () => {
  for (const value of ['\ud800', { '\udfff': 1 }, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => canonicalJson(value), TypeError);
  }
});

test('reads back to the same value and is one text for one value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as Json;
      const text = canonicalJson(json);
      assert.deepEqual(JSON.parse(text), json);
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
  );
});
