import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NODE_FIRST_GUESS, NODE_NEXT_GUESS, PLAN } from '../../src/disclosure/layout.ts';
import { compilePlan } from '../../src/disclosure/plan.ts';
import { nodeAddress } from '../../src/disclosure/plan-image.ts';
import { BYTE_FUNCTIONS } from '../../src/disclosure/scan-bytes.ts';
import { rulesOf } from './filtering.ts';
import { HERE, type RawFunctions, rawScanner } from './raw-scanner.ts';

const { functions, bytes } = rawScanner();
const THERE = HERE + 4096;

test('bytes are the same where all of them are, for every length and place of a difference', () => {
  for (let length = 1; length <= 50; length += 1) {
    bytes.fill(0x61, HERE, HERE + 64);
    bytes.fill(0x61, THERE, THERE + 64);
    bytes[HERE + length] = 0x62;
    assert.equal(functions.same(HERE, THERE, length), 1);
    for (let place = 0; place < length; place += 1) {
      bytes[THERE + place] = 0x63;
      assert.equal(functions.same(HERE, THERE, length), 0, `${length} bytes, other at ${place}`);
      bytes[THERE + place] = 0x61;
    }
  }
});

test('a member is found by its name, no other is, and it is guessed next time', () => {
  const plan = compilePlan(
    rulesOf({
      declared: ['first', 'second', 'a name that is longer than sixteen', 'other'].map((it) => `'${it}'`),
    }),
  );
  bytes.set(plan.image, PLAN);
  const find = (name: string, before = 0) => {
    bytes.write(`"${name}"`, THERE);
    return functions.member(PLAN, before, THERE, Buffer.byteLength(name) + 2);
  };
  for (const [name, node] of plan.record.members) assert.equal(find(name), nodeAddress(node));
  for (const name of ['firsT', 'firs', 'first ', '', 'a name that is longer than sixteeN'])
    assert.equal(find(name), 0);
  const other = find('other');
  assert.equal(bytes.readInt32LE(PLAN + NODE_FIRST_GUESS), other);
  const second = find('second', other);
  assert.equal(bytes.readInt32LE(other + NODE_NEXT_GUESS), second);
});

test('bytes above 0x7f are seen wherever they stand', () => {
  for (let length = 1; length < 40; length += 1) {
    bytes.fill(0x7f, HERE, HERE + 64);
    assert.equal(functions.isAscii(HERE, HERE + length), 1);
    bytes[HERE + length - 1] = 0x80;
    assert.equal(functions.isAscii(HERE, HERE + length), 0);
  }
});

test('ranges of any lengths are gathered one after the other', () => {
  const range = fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 80 }));
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 20 }), (ranges) => {
      for (let at = 0; at < 400; at += 1) bytes[HERE + at] = at;
      ranges.forEach(([start, length], index) => {
        bytes.writeInt32LE(HERE + start, THERE + index * 8);
        bytes.writeInt32LE(HERE + start + length, THERE + index * 8 + 4);
      });
      const to = THERE + 4096;
      const end = functions.gather(THERE, THERE + ranges.length * 8, to);
      const expected = ranges.map(([start, length]) => bytes.subarray(HERE + start, HERE + start + length));
      assert.deepEqual(Buffer.from(bytes.subarray(to, end)), Buffer.concat(expected));
    }),
    { numRuns: 300 },
  );
});

test('each function is exported under its name', () => {
  for (const { name } of BYTE_FUNCTIONS)
    assert.equal(typeof functions[name as keyof RawFunctions], 'function');
});
