import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRAMES, PLAN, UNFINISHED } from '../../src/disclosure/layout.ts';
import { newScanner } from '../../src/disclosure/scanner.ts';

test('a scanner has a memory of its own, which can grow', () => {
  const one = newScanner(4, () => 0);
  const other = newScanner(4, () => 0);
  Buffer.from(one.memory.buffer).write('[1] ', PLAN);
  assert.equal(one.scanner.scan(PLAN, PLAN + 4, 1, 0, 0), PLAN + 3);
  assert.equal(other.scanner.scan(PLAN, PLAN, 1, 0, 0), UNFINISHED);
  one.memory.grow(2);
  assert.equal(one.memory.buffer.byteLength, 6 * 0x10000);
});

test('a name with a backslash is asked for, and what that throws stops the scan', () => {
  const asked: number[][] = [];
  const { scanner, memory } = newScanner(4, (...given) => {
    asked.push(given);
    if (asked.length === 2) throw new RangeError('stop');
    return 0;
  });
  const text = '{"\\n":{"b":1,"\\t":2}} ';
  Buffer.from(memory.buffer).write(text, PLAN);
  assert.throws(() => scanner.scan(PLAN, PLAN + text.length, 9, 0, FRAMES), RangeError);
  assert.deepEqual(asked, [
    [0, PLAN + 1, PLAN + 5],
    [0, PLAN + 13, PLAN + 17],
  ]);
});
