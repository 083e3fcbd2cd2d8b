import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { takeWriterLock } from '../../../../src/adapters/storage/sqlite/writer-lock.ts';

function newFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'writer-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a lock is held by one at a time and can be taken again when it was released', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const lock = takeWriterLock(file);
  assert.throws(() => takeWriterLock(file), { name: 'GatewayError', code: 'log-unavailable' });
  lock.release();
  takeWriterLock(file).release();
});

test('a second writer is refused with a clear error, in this process and from another; a reader is not', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const store = openSqliteStore(file);
  assert.throws(() => openSqliteStore(file), { name: 'GatewayError', message: /another process writes/ });
  const other = spawnSync(process.execPath, ['--input-type=module', '-e', openElsewhere(file)], {
    encoding: 'utf8',
  });
  assert.match(other.stderr, /another process writes/);
  assert.notEqual(other.status, 0);
  const reader = openSqliteReader(file);
  assert.equal(reader.state().size, 0);
  reader.close();
  store.close();
  openSqliteStore(file).close();
});

function openElsewhere(file: string): string {
  const source = new URL('../../../../src/adapters/storage/sqlite/sqlite-store.ts', import.meta.url);
  return `const { openSqliteStore } = await import(${JSON.stringify(source.href)}); openSqliteStore(${JSON.stringify(file)});`;
}
