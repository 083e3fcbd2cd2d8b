import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DEEPEST,
  MALFORMED,
  NOT_SCALAR,
  REPEATED,
  TOO_DEEP,
  UNFINISHED,
} from '../../src/disclosure/layout.ts';
import { compilePlan } from '../../src/disclosure/plan.ts';
import { Workspace } from '../../src/disclosure/workspace.ts';
import { rulesOf } from './filtering.ts';

const space = new Workspace();
const NOTHING = new Uint8Array(0);

/** The result of a scan over the text: how many bytes the value has, or a negative result. */
function scan(text: string | Uint8Array, mostDepth = 64): number {
  const bytes = Buffer.from(text);
  space.fill(NOTHING, bytes, 0, bytes.length);
  const after = space.scan(space.memory.window, mostDepth, false);
  return after < 0 ? after : after - space.memory.window;
}

/** Texts that RFC 8259 allows, by the part of it that says so. */
const ALLOWED = {
  'section 3, values': ['true ', 'false', 'null', '""', '{}', '[]', '0 '],
  'section 2, white space': [' [ ] ', '\t{\n"a"\r:\t1 }\n', '[\n\n1\t,\r2 ]'],
  'section 4, objects': ['{"":0}', '{"a":{"b":{}}}', '{"a":1,"a":2}', '{"a":[],"b":""}'],
  'section 5, arrays': ['[[]]', '[1,"x",null,{},[true]]', '[[[[[[]]]]]]', '["a",[],{}]'],
  'section 6, numbers': [
    '[-0]',
    '[0.0]',
    '[1e5]',
    '[1E+05]',
    '[1.5e-3]',
    '[-123456789012345678901234567890]',
    '[1e99999]',
  ],
  'section 7, strings': [
    '"\\u0000\\uFFFF\\uabCD"',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\u007f"',
    '"\\ud800"',
    '"a long one over sixteen bytes, with \\n in it"',
  ],
};

/** Texts that it does not allow. */
const MALFORMED_TEXTS = {
  'section 3, values': [
    'True',
    'nul]',
    'nulL',
    'tru ',
    'fals}',
    'undefined',
    'NaN',
    'Infinity',
    'a',
    "'a'",
    '\u0000',
    '@',
  ],
  'section 2, white space': ['[\u00a01]', '[\v1]', '[\f]', '\ufeff1', '[1\u2028]'],
  'section 4, objects': [
    '{a:1}',
    '{1:1}',
    '{"a" 1}',
    '{"a",1}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{"a":1 "b":2}',
    '{"a":1]',
    '{]',
    '{"a"::1}',
    '{"a":1;}',
    '{null:1}',
    '{[]:1}',
  ],
  'section 5, arrays': ['[1,]', '[,1]', '[,]', '[1 2]', '[1}', '[}', '[1,,2]', '[1:2]', '["a" "b"]', '[1;2]'],
  'section 6, numbers': [
    '[01]',
    '[-01]',
    '[1.]',
    '[.5]',
    '[-]',
    '[+1]',
    '[1e]',
    '[1e+]',
    '[1.e5]',
    '[0x1]',
    '[1_0]',
    '[--1]',
    '[1.2.3]',
    '[1e5.5]',
    '[-a]',
    '[00]',
    '[1a]',
    '[１]',
  ],
  'section 7, strings': [
    '"\n"',
    '"\u0000"',
    '"\u001f"',
    '"\\x41"',
    '"\\u12"',
    '"\\u00g0"',
    '"\\u 123"',
    '"\\a"',
    '"\\U0041"',
    '"\\\u0000"',
    '"\\u+123"',
    '"a long one over sixteen bytes \t with a tab"',
    '{"\n":1}',
    '{"\\q":1}',
  ],
};

for (const [section, texts] of Object.entries(ALLOWED)) {
  test(`what RFC 8259 allows is read to its end: ${section}`, () => {
    for (const text of texts) {
      JSON.parse(text);
      assert.equal(scan(`${text} `), Buffer.byteLength(text.trimEnd()), text);
    }
  });
}

for (const [section, texts] of Object.entries(MALFORMED_TEXTS)) {
  test(`what RFC 8259 does not allow is malformed: ${section}`, () => {
    for (const text of texts) {
      assert.throws(() => JSON.parse(text), text);
      assert.equal(scan(`${text} `), MALFORMED, text);
      assert.equal(scan(`[{"a":[${text}]}] `), MALFORMED, text);
    }
  });
}

test('every beginning of a value is unfinished, and no beginning of it is malformed', () => {
  for (const text of Object.values(ALLOWED).flat()) {
    const value = Buffer.from(text.trim());
    const whole = /^[-0-9]/.test(text) ? value.length + 1 : value.length;
    for (let length = 0; length < whole; length += 1) {
      assert.equal(scan(value.subarray(0, length)), UNFINISHED, `${text} cut after ${length} bytes`);
    }
  }
});

test('random bytes of JSON are allowed and malformed as JSON.parse says', () => {
  const piece = fc.constantFrom(
    ...'{}[],:"\\ \n0123456789.eE+-truefalsn\u001fé'.split(''),
    '"a":',
    'true',
    'null',
    '\\u00',
    '"x"',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const result = scan(`${text}\n`);
      const whole =
        result >= 0 && text.slice(Buffer.from(text).subarray(0, result).toString().length).trim() === '';
      assert.equal(whole, isJson(text), text);
    }),
    { numRuns: 20_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('as many objects and arrays as allowed stand inside one another, and no more', () => {
  for (const depth of [1, 2, 17, DEEPEST]) {
    const text = `${'[{"a":'.repeat(depth / 2)}${'['.repeat(depth % 2)}${']'.repeat(depth % 2)}${depth > 1 ? '1' : ''}`;
    const closed = depth > 1 && depth % 2 === 0 ? `${text}${'}]'.repeat(depth / 2)}` : undefined;
    if (closed !== undefined) assert.equal(scan(closed, depth), closed.length);
    assert.equal(scan('['.repeat(depth) + ']'.repeat(depth), depth), depth * 2);
    assert.equal(scan('['.repeat(depth + 1), depth), TOO_DEEP);
  }
  assert.equal(scan('[]', 0), TOO_DEEP);
});

test('as a record it finds what stands twice and what is no scalar, and only where the plan looks', () => {
  const plan = compilePlan(rulesOf({ agreed: ['a'], declared: ['b.c'] }));
  const asRecord = (text: string) => {
    space.follow(plan);
    space.fill(NOTHING, Buffer.from(text), 0, text.length);
    return space.scan(space.memory.window, 9, true);
  };
  assert.equal(asRecord('{"a":1,"a":1}'), REPEATED);
  assert.equal(asRecord('{"b":[{"c":1},{"c":1,"c":1}]}'), REPEATED);
  assert.equal(asRecord('{"a":[1,{}]}'), NOT_SCALAR);
  assert.equal(asRecord('{"b":{"c":{}}}'), NOT_SCALAR);
  assert.ok(asRecord('{"u":{"a":{},"a":1},"u":1,"b":{"b":1}}') > 0);
});
