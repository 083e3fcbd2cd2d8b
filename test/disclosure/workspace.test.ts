import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { SAID_OBJECTS } from '../../src/disclosure/layout.ts';
import { compilePlan } from '../../src/disclosure/plan.ts';
import { NotFilterable } from '../../src/disclosure/rules.ts';
import { Workspace } from '../../src/disclosure/workspace.ts';
import { rulesOf } from './filtering.ts';

const space = new Workspace();
const NOTHING = new Uint8Array(0);

function fillWith(bytes: Uint8Array): void {
  space.fill(NOTHING, bytes, 0, bytes.length);
}

test('a window is any stretch of what was held followed by the chunk', () => {
  const first = Buffer.from('abcdef');
  const second = Buffer.from('GHIJ');
  const whole = 'abcdefGHIJ';
  for (let start = 0; start <= whole.length; start += 1) {
    for (let size = 1; size <= whole.length; size += 1) {
      space.fill(first, second, start, size);
      assert.equal(space.text(space.memory.window, space.end), whole.slice(start, start + size));
      assert.equal(space.memory.bytes[space.end], 0);
    }
  }
});

test('a window is text where its bytes are UTF-8, but for a character cut by its end', () => {
  for (const text of ['', 'plain', 'é€😀', 'x'.repeat(40)]) {
    const bytes = Buffer.from(text);
    for (let length = 0; length <= bytes.length; length += 1) {
      fillWith(bytes.subarray(0, length));
      assert.equal(space.isText(), true);
    }
  }
  for (const bad of [
    [0xff],
    [0x80],
    [0xc3, 0x28],
    [0xe2, 0x28, 0xa1],
    [0xf0, 0x28, 0x8c, 0xbc],
    [0xed, 0xa0, 0x80],
    [0xc0, 0xaf],
    [0xf5, 0x80, 0x80, 0x80],
  ]) {
    fillWith(Buffer.from([...bad, 0x20]));
    assert.equal(space.isText(), false, String(bad));
  }
});

test('random bytes that end in a whole character are text as the runtime says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (random) => {
      const bytes = Uint8Array.of(...random, 0x20);
      fillWith(bytes);
      assert.equal(space.isText(), isUtf8(bytes));
    }),
  );
});

test('what an unfinished scan counted is not counted twice', () => {
  const plan = compilePlan(rulesOf({ declared: ['a'] }));
  const text = Buffer.from('{"u":1,"v":2,"a":3}');
  const counts: number[] = [];
  space.follow(plan);
  for (const length of [10, 15, text.length]) {
    fillWith(text.subarray(0, length));
    space.scan(space.memory.window, 9, true);
  }
  space.takeUndeclared((node, count) => counts.push(node, count));
  assert.deepEqual(counts, [0, 2]);
  space.takeUndeclared(() => assert.fail('counted once more'));
});

test('a plan of any size is followed, and its names are found through escapes', () => {
  const names = Array.from({ length: 3000 }, (_, index) => `a name of some length ${index}`);
  const large = compilePlan(rulesOf({ declared: names.map((name) => `'${name}'`) }));
  const small = compilePlan(rulesOf({ declared: ['a'] }));
  for (const [plan, undeclared] of [
    [large, 1],
    [small, 2],
    [large, 1],
  ] as const) {
    const text = Buffer.from('{"a name of some length 2\\u0039\\u0039\\u0039":1,"b":2}');
    space.follow(plan);
    fillWith(text);
    assert.equal(space.scan(space.memory.window, 9, true), space.end);
    let counted = 0;
    space.takeUndeclared((_, count) => {
      counted += count;
    });
    assert.equal(counted, undeclared);
  }
});

test('a name is decoded, and refused if it holds a lone surrogate', () => {
  fillWith(Buffer.from('"\\u00e9\\ud83d\\ude00""\\ude00"'));
  const { window } = space.memory;
  assert.equal(space.decodeName(window, window + 20), 'é😀');
  assert.throws(() => space.decodeName(window + 20, window + 28), NotFilterable);
});

test('bytes stand where all of them do and no more', () => {
  fillWith(Buffer.from('abcd'));
  const { window } = space.memory;
  assert.equal(space.stands(Buffer.from('bc'), window + 1, window + 3), true);
  assert.equal(space.stands(Buffer.from('bx'), window + 1, window + 3), false);
  assert.equal(space.stands(Buffer.from('bc'), window + 1, window + 4), false);
});

test('objects are numbered anew before their numbers run out, and no old number is mistaken for a new one', () => {
  const plan = compilePlan(rulesOf({ declared: ['a'] }));
  const text = Buffer.from('{"a":1}');
  const scan = () => {
    space.follow(plan);
    fillWith(text);
    return space.scan(space.memory.window, 9, true);
  };
  const objects = SAID_OBJECTS >> 2;
  space.follow(compilePlan(rulesOf({})));
  assert.equal(scan(), space.end);
  assert.equal(space.memory.words[objects], 1);
  space.memory.words[objects] = 2 ** 30;
  assert.equal(scan(), space.end);
  assert.equal(space.memory.words[objects], 1);
});
