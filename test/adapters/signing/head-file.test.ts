import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openHeadFile } from '../../../src/adapters/signing/head-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sharing-gateway-head-'));
after(() => rmSync(folder, { recursive: true }));

test('a head file that does not exist holds nothing, and is made by the first replacement', () => {
  const path = join(folder, 'first');
  const head = openHeadFile(path);
  assert.equal(head.read(), undefined);
  head.replace(undefined, 'one\n');
  assert.equal(head.read(), 'one\n');
  assert.equal(readFileSync(path, 'utf8'), 'one\n');
});

test('a head is replaced only by whoever knows the one before it', () => {
  const path = join(folder, 'swapped');
  const head = openHeadFile(path);
  head.replace(undefined, 'one\n');
  assert.throws(() => head.replace(undefined, 'two\n'), /changed by somebody else/);
  assert.throws(() => head.replace('zero\n', 'two\n'), /changed by somebody else/);
  assert.equal(head.read(), 'one\n');
  head.replace('one\n', 'two\n');
  assert.equal(head.read(), 'two\n');
});

test('what a stop left half written is never taken for the head', () => {
  const path = join(folder, 'stopped');
  const head = openHeadFile(path);
  head.replace(undefined, 'one\n');
  writeFileSync(`${path}.next`, 'tw');
  assert.equal(head.read(), 'one\n');
  head.replace('one\n', 'two\n');
  assert.equal(head.read(), 'two\n');
});

test('a folder that is not there is an error, not a new log', () => {
  const head = openHeadFile(join(folder, 'missing', 'head'));
  assert.throws(() => head.replace(undefined, 'one\n'), { code: 'ENOENT' });
});
