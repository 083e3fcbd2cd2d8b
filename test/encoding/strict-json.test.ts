import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrictJson, StrictJsonError } from '../../src/encoding/strict-json.ts';

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      if (/\\u[dD][89a-fA-F]/.test(text)) return;
      assert.equal(JSON.stringify(parseStrictJson(text, 100)), JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('refuses a name that stands twice, however it is spelled', () => {
  for (const text of ['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"x":{"__proto__":1,"__proto__":2}}']) {
    assert.throws(() => parseStrictJson(text), /a name stands twice/);
  }
});

test('keeps `__proto__` as a name like any other', () => {
  const object = parseStrictJson('{"__proto__":{"admin":true}}');
  assert.ok(typeof object === 'object' && object !== null && !Array.isArray(object));
  assert.deepEqual(Object.keys(object), ['__proto__']);
  assert.equal('admin' in object, false);
});

test('refuses what RFC 8259 does not allow', () => {
  const texts = [
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '01',
    '1.',
    '.5',
    '+1',
    'NaN',
    'tru',
    '"\n"',
    '"\\x"',
    '"\\ud800"',
    '1 2',
    '[1]x',
    '\ufeff1',
    '{"a" 1}',
    '/**/1',
  ];
  for (const text of texts) assert.throws(() => parseStrictJson(text), StrictJsonError, text);
});

test('refuses bad UTF-8 and more depth than allowed', () => {
  assert.throws(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22])), /not UTF-8/);
  assert.throws(() => parseStrictJson(`${'['.repeat(40)}${']'.repeat(40)}`), /too deep/);
  assert.doesNotThrow(() => parseStrictJson(`${'['.repeat(32)}${']'.repeat(32)}`));
});
