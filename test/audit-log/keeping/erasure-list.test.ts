import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { erasureOf, lineOf } from '../../../src/audit-log/keeping/erasure-list.ts';

const places = fc.array(fc.nat(), { maxLength: 5 });
const erasures = fc
  .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(), places, places, places, fc.boolean())
  .map(([bytes, index, asked, found, heldBack, words]) => {
    const entry = Buffer.from(bytes).toString('base64');
    return { entry, index, places: { asked, found, heldBack, words } };
  });

test('what is written is read back, on one line', () => {
  fc.assert(
    fc.property(erasures, (erasure) => {
      const line = lineOf(erasure);
      assert.ok(!line.includes('\n'));
      assert.deepEqual(erasureOf(line), erasure);
    }),
  );
});

test('a line of another format is none, whatever it is', () => {
  const [good] = fc.sample(erasures, 1);
  const line = JSON.parse(lineOf(good!));
  for (const change of [
    { entry: 'short' },
    { index: -1 },
    { index: '1' },
    { asked: [1.5] },
    { found: undefined },
    { held_back: 'all' },
    { words: 1 },
  ])
    assert.equal(erasureOf(JSON.stringify({ ...line, ...change })), undefined, JSON.stringify(change));
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => erasureOf(text) === undefined));
});
