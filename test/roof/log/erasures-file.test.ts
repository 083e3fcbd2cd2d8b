import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ListedErasure } from '../../../src/audit-log/keeping/erasure-list.ts';
import { openErasuresFile } from '../../../src/roof/log/erasures-file.ts';

function newFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'erasures-file-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'head.erasures');
}

function erasure(index: number): ListedErasure {
  const places = { asked: [], found: [index], heldBack: [], words: false };
  return { entry: `${'A'.repeat(42)}A=`, index, places };
}

test('what was added is there when the file is opened again, once, in order, and for its owner alone', (t) => {
  const file = newFile(t);
  const list = openErasuresFile(file);
  assert.deepEqual(list.all(), []);
  assert.ok(!existsSync(file));
  list.add([erasure(1), erasure(2)]);
  list.add([erasure(2), erasure(3), erasure(3)]);
  const all = [1, 2, 3].map(erasure);
  assert.deepEqual(list.all(), all);
  assert.deepEqual(openErasuresFile(file).all(), all);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a line that was cut while it was written is no erasure, and the next one takes its place', (t) => {
  const file = newFile(t);
  openErasuresFile(file).add([erasure(1)]);
  appendFileSync(file, `{"asked":[],"entry":"${'A'.repeat(500)}`);
  const list = openErasuresFile(file);
  assert.deepEqual(list.all(), [erasure(1)]);
  list.add([erasure(2)]);
  assert.deepEqual(openErasuresFile(file).all(), [erasure(1), erasure(2)]);
  assert.match(readFileSync(file, 'utf8'), /^(?:\{[^\n]*\}\n){2}$/);
});

test('a whole line that cannot be read stops the start, and says which it is', (t) => {
  const file = newFile(t);
  openErasuresFile(file).add([erasure(1)]);
  appendFileSync(file, 'spoiled\n');
  assert.throws(() => openErasuresFile(file), /line 2 of the file of erasures cannot be read/);
  writeFileSync(file, '\n');
  assert.throws(() => openErasuresFile(file), /line 1/);
});
