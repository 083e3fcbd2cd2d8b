import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ENTRY_KINDS } from '../../src/domain/audit-entry.ts';
import { leafMembers } from '../../src/domain/leaf.ts';
import {
  count,
  group,
  type LeafShape,
  matching,
  mayHoldLongText,
  oneOf,
  position,
  text,
  texts,
  yesOrNo,
} from '../../src/domain/leaf-shape.ts';
import { canonicalJson, type Json } from '../../src/encoding/canonical-json.ts';
import { SampleEntries } from '../support/sample-log.ts';

function spells(shape: LeafShape, spelling: string): boolean {
  return new RegExp(`^${shape.spelling}$`).test(spelling);
}

const code = matching('a code', '[a-z]+(?:-[a-z]+)*');
const pair = group({ b: { shape: count, must: true }, a: { shape: text, must: false } });
const SHAPES = [text, texts, yesOrNo, count, position, code, oneOf([1, 'two']), pair];

test('what a shape holds and its spelling agree for any JSON value', () => {
  const value = fc.oneof(
    fc.jsonValue({ depthSize: 'small' }),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.array(fc.string({ unit: 'grapheme', maxLength: 4 }), { maxLength: 4 }),
    fc.record({ a: fc.string({ maxLength: 3 }), b: fc.nat() }, { requiredKeys: [] }),
    fc.nat(),
    fc.constantFrom<Json>(1, 'two', 'a-b', true, 0, -1, 0.5, ''),
  );
  fc.assert(
    fc.property(fc.constantFrom(...SHAPES), value, (shape, any) => {
      const spelling = canonicalText(any as Json);
      if (spelling === undefined) return;
      assert.equal(spells(shape, spelling), shape.holds(JSON.parse(spelling)), spelling);
    }),
    { numRuns: 1000 },
  );
});

function canonicalText(value: Json): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

test('no other spelling of a value is taken', () => {
  for (const spelling of [
    '"\\u0041"',
    '"\\/"',
    '"\\u0008"',
    '"\\u001F"',
    '"\\ud83d\\ude00"',
    ' "a"',
    '"a\u0001"',
    '""',
  ]) {
    assert.ok(!spells(text, spelling), spelling);
  }
  for (const spelling of ['01', '1.0', '1e3', '+1', '-0', '1 '])
    assert.ok(!spells(count, spelling), spelling);
  assert.ok(!spells(position, '0'));
  assert.ok(!spells(texts, '["a", "b"]'));
  for (const spelling of [
    '{"b":1,"a":"x"}',
    '{"b":1,"b":1}',
    '{,"b":1}',
    '{"b":1,}',
    '{"a":"x""b":1}',
    '{}',
  ]) {
    assert.ok(!spells(pair, spelling), spelling);
  }
});

test('a text has from 1 to 1,024 characters, escapes counted as one', () => {
  for (const [length, taken] of [
    [1024, true],
    [1025, false],
  ] as const) {
    for (const character of ['a', '\n', '"', '\u0001']) {
      const value = character.repeat(length);
      assert.equal(text.holds(value), taken);
      const json = JSON.stringify(value);
      assert.equal(spells(text, json) && !(mayHoldLongText(json) && !taken), taken);
    }
  }
});

test('wherever a text stands that is too long, it is seen before spellings are tried; an ordinary leaf is never suspected', () => {
  for (let before = 0; before < 1200; before += 1) {
    const short = '"ab",'.repeat(before / 5).padEnd(before, ' ');
    assert.ok(mayHoldLongText(`[${short}"${'a'.repeat(1025)}"]`), String(before));
  }
  for (const { leaf } of new SampleEntries().exchange(1))
    assert.ok(!mayHoldLongText(Buffer.from(leaf).toString()));
});

test('a hostile leaf is judged in time that grows no faster than its length', () => {
  const released = group(Object.fromEntries(leafMembers('released')?.byName ?? []));
  const whole = new RegExp(`^${released.spelling}$`);
  const [, entry] = new SampleEntries().exchange(1);
  const leaf = Buffer.from(entry?.leaf ?? []).toString();
  assert.ok(whole.test(leaf));
  const began = performance.now();
  for (const name of ['a', '\\n', 'a\\n', 'a\\u0001'.repeat(100), 'a'.repeat(900), '{', ',', '\\"']) {
    const list = `"fields":[${Array.from({ length: 400_000 / name.length / 8 }, () => `"${name}"`).join(',')}]`;
    const long = leaf.replace(/"fields":\[[^\]]*\]/, () => list);
    assert.ok(whole.test(long), name);
    assert.ok(!whole.test(`${long.slice(0, -1)} }`), name);
    assert.ok(!whole.test(long.replace('"]', '"a]')), name);
  }
  assert.ok(performance.now() - began < 3000);
});

test('names in every list are plain letters, so that they spell the same in JSON and in an expression', () => {
  for (const kind of ENTRY_KINDS) {
    for (const name of leafMembers(kind)?.byName.keys() ?? []) assert.match(name, /^[a-z0-9_]+$/);
  }
});
