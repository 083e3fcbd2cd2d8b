import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { keptLeavesOf } from '../../../../src/adapters/storage/sqlite/kept-leaves.ts';

function newFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'kept-leaves-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function read(from: string): Promise<[number, string][]> {
  const all: [number, string][] = [];
  for await (const { index, leaf } of keptLeavesOf(from)()) all.push([index, Buffer.from(leaf).toString()]);
  return all;
}

test('lines give leaves by their text, or spelled canonically, with anything beside them', async (t) => {
  const file = join(newFolder(t), 'entries.jsonl');
  writeFileSync(
    file,
    '{"index":7,"leafHash":"…","leaf":{"v":1,"kind":"sent","at":"x"}}\n\n{"leaf":"{\\"a\\":1}","index":3}\r\n',
  );
  assert.deepEqual(await read(file), [
    [7, '{"at":"x","kind":"sent","v":1}'],
    [3, '{"a":1}'],
  ]);
});

test('a line that is no entry is named by its number', async (t) => {
  const file = join(newFolder(t), 'entries.jsonl');
  for (const line of [
    'nonsense',
    '[]',
    '{"index":-1,"leaf":{}}',
    '{"index":1.5,"leaf":{}}',
    '{"index":1}',
    '{"index":1,"leaf":"[]"}',
  ]) {
    writeFileSync(file, `{"index":1,"leaf":{}}\n${line}\n`);
    await assert.rejects(read(file), /line 2 of .* is not an entry/, line);
  }
  assert.throws(() => keptLeavesOf(`${file}.none`), /is not there/);
});

function bundle(leaves: readonly string[]): Buffer {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(leaf.length);
      return [length, Buffer.from(leaf)];
    }),
  );
}

function put(root: string, path: string, leaves: readonly string[]): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bundle(leaves));
}

test('entry bundles are read by their paths, whole ones and those that are part full', async (t) => {
  const folder = newFolder(t);
  const whole = Array.from({ length: 256 }, (_, nth) => `{"n":${nth}}`);
  put(folder, 'tile/entries/000', whole);
  put(folder, 'tile/entries/001.p/2', ['{"n":256}', '{"n":257}']);
  put(folder, 'tile/entries/x001/234', ['{"n":"far"}']);
  const all = await read(folder);
  assert.equal(all.length, 259);
  assert.deepEqual(all[255], [255, '{"n":255}']);
  assert.deepEqual(all.slice(256), [
    [256, '{"n":256}'],
    [257, '{"n":257}'],
    [1234 * 256, '{"n":"far"}'],
  ]);
  assert.deepEqual(await read(join(folder, 'tile/entries')), all);
});

test('a bundle that is cut off, and a folder without any, are refused', async (t) => {
  const folder = newFolder(t);
  await assert.rejects(read(folder), /holds no entry bundles/);
  put(folder, 'tile/entries/000', ['{"n":1}']);
  for (const bytes of [Buffer.of(0), bundle(['{"n":1}']).subarray(0, 5), Buffer.of(0, 2, 0x7b, 0x7b)]) {
    writeFileSync(join(folder, 'tile/entries/000'), bytes);
    await assert.rejects(read(folder), /is not a whole entry bundle/);
  }
});
