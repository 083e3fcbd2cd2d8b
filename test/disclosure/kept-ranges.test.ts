import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptRanges } from '../../src/disclosure/kept-ranges.ts';
import { NotFilterable } from '../../src/disclosure/rules.ts';
import { SharedMemory } from '../../src/disclosure/shared-memory.ts';

const memory = new SharedMemory(() => 0);
const at = memory.window;
memory.buffer.write('the quick brown fox jumps over the lazy dog', at);

test('ranges, marks and made text are gathered in their order', () => {
  const kept = new KeptRanges(memory);
  kept.keep(at, at + 3);
  kept.keep(at + 3, at + 9);
  kept.keepComma();
  kept.keepMade('"é"');
  kept.keepColon();
  kept.keep(at + 40, at + 43);
  assert.equal(kept.length, 18);
  assert.equal(kept.gather()?.toString(), 'the quick,"é":dog');
  assert.equal(kept.gather(), undefined);
});

test('what was kept since a mark is forgotten, a range that grew since too', () => {
  const kept = new KeptRanges(memory);
  kept.keep(at, at + 3);
  const { kept: mark, lastEnd, length } = kept;
  kept.keep(at + 3, at + 9);
  kept.keep(at + 20, at + 22);
  kept.keepMade('"made"');
  kept.forget(mark, lastEnd, length);
  assert.equal(kept.gather()?.toString(), 'the');
});

test('made text that there is no room for is kept all the same', () => {
  const kept = new KeptRanges(memory);
  const long = JSON.stringify('é'.repeat(20_000));
  kept.keepMade('"short"');
  kept.keepMade(long);
  kept.keep(at, at + 3);
  kept.keepMade(long);
  assert.equal(kept.gather()?.toString(), `"short"${long}the${long}`);
});

test('more ranges than there is room for are refused and not written over something else', () => {
  const kept = new KeptRanges(memory);
  assert.throws(() => {
    for (let index = 0; index < 10_000_000; index += 1)
      kept.keep(at + (index % 2) * 10, at + 1 + (index % 2) * 10);
  }, NotFilterable);
});
