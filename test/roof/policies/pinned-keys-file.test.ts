/** The file that pins signing keys. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pinChanges, readPinnedKeys } from '../../../src/roof/policies/pinned-keys-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'pins-'));
const file = join(folder, 'pins');
after(() => rmSync(folder, { recursive: true, force: true }));

const [ONE, TWO] = ['A'.repeat(43), 'B'.repeat(43)] as const;

function read(text: string) {
  writeFileSync(file, text);
  return readPinnedKeys(file);
}

test('the file is JSON or YAML, and {} pins nobody', () => {
  const pins = new Map([['northmere', new Set([ONE, TWO])]]);
  assert.deepEqual(read(JSON.stringify({ northmere: [ONE, TWO] })), pins);
  assert.deepEqual(read(`northmere:\n  - ${ONE}\n  - ${TWO}\n`), pins);
  assert.equal(read('{}').size, 0);
});

test('anything else in it is refused', () => {
  for (const text of [
    '',
    '[]',
    'northmere',
    `northmere: ${ONE}`,
    `{"northmere":["short"]}`,
    `{"A b":["${ONE}"]}`,
    '{',
  ])
    assert.throws(() => read(text), /PINNED_KEYS_FILE is not a list/, text);
  assert.throws(() => readPinnedKeys(join(folder, 'nowhere')), /PINNED_KEYS_FILE/);
});

test('what was pinned and what was unpinned is told key by key', () => {
  const before = new Map([['a', new Set([ONE])]]);
  const now = new Map([
    ['a', new Set([TWO])],
    ['b', new Set([ONE])],
  ]);
  assert.deepEqual(pinChanges(before, now), [
    { organisation: 'a', fingerprint: TWO, change: 'pinned' },
    { organisation: 'b', fingerprint: ONE, change: 'pinned' },
    { organisation: 'a', fingerprint: ONE, change: 'unpinned' },
  ]);
  assert.deepEqual(pinChanges(now, now), []);
});
