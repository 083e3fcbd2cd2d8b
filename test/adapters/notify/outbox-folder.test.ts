import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openOutboxFolder } from '../../../src/adapters/notify/outbox-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const messages = () => readdirSync(folder).filter((name) => !name.startsWith('.'));

test('a message that is held ready is not in the folder, survives a restart, and is there whole once it was let go', () => {
  openOutboxFolder(folder).stage('one.eml', 'first');
  openOutboxFolder(folder).stage('one.eml', 'second');
  assert.deepEqual(messages(), []);
  const outbox = openOutboxFolder(folder);
  assert.deepEqual(outbox.staged(), ['one.eml']);
  outbox.release('one.eml');
  assert.deepEqual(messages(), ['one.eml']);
  assert.equal(readFileSync(join(folder, 'one.eml'), 'utf8'), 'second');
  assert.deepEqual(outbox.staged(), []);
});

test('a message that was thrown away never comes', () => {
  const outbox = openOutboxFolder(folder);
  outbox.stage('two.eml', 'text');
  outbox.drop('two.eml');
  assert.deepEqual(outbox.staged(), []);
  assert.throws(() => outbox.release('two.eml'));
});
