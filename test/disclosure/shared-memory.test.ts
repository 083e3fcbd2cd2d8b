import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLON_AT, COMMA_AT, DEEPEST, ENTRY, PLAN } from '../../src/disclosure/layout.ts';
import { SharedMemory, WINDOW_BYTES } from '../../src/disclosure/shared-memory.ts';

/** Every region stands behind the one before it and has room for the worst that a window of `size` bytes can hold. */
function assertLaid(memory: SharedMemory, plan: number, size: number): void {
  const entries = Math.ceil(size / 2) + DEEPEST;
  assert.ok(memory.window >= PLAN + plan);
  assert.ok(memory.tape > memory.window + size + 16);
  assert.ok(memory.ranges >= memory.tape + entries * ENTRY);
  assert.ok(memory.rangesEnd >= memory.ranges + entries * 5 * 8);
  assert.ok(memory.gathered >= memory.rangesEnd);
  assert.ok(memory.made >= memory.gathered + size + 16);
  assert.ok(memory.madeEnd > memory.made);
  assert.ok(memory.bytes.length >= memory.madeEnd + 16);
  assert.equal(memory.words.length * 4, memory.bytes.length);
  assert.equal(memory.bytes[COMMA_AT], 0x2c);
  assert.equal(memory.bytes[COLON_AT], 0x3a);
}

test('the regions never overlap, whatever grows', () => {
  const memory = new SharedMemory(() => 0);
  assertLaid(memory, 0, WINDOW_BYTES);
  assert.equal(memory.reserveWindow(WINDOW_BYTES), false);
  assert.equal(memory.reserveWindow(1_000_001), true);
  assertLaid(memory, 0, 1_000_001);
  assert.equal(memory.reservePlan(100), false);
  assert.equal(memory.reservePlan(500_000), true);
  assertLaid(memory, 500_000, 1_000_001);
});

test('a window of nothing but opening brackets and one of the shortest values have room on the tape', () => {
  const memory = new SharedMemory(() => 0);
  for (const text of ['['.repeat(DEEPEST), `[${'1,'.repeat(WINDOW_BYTES / 2 - 2)}1]`]) {
    memory.bytes.fill(0, memory.window, memory.tape);
    memory.buffer.write(text, memory.window);
    memory.scanner.scan(memory.window, memory.window + text.length, DEEPEST, 0, memory.tape);
    assert.ok(text.length / 2 + DEEPEST <= (memory.ranges - memory.tape) / ENTRY + DEEPEST);
  }
});
