import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { CompactRange } from '../../../../src/merkle/compact-range.ts';
import { proveConsistency, verifyConsistency } from '../../../../src/merkle/consistency-proof.ts';
import { proveInclusion, verifyInclusion } from '../../../../src/merkle/inclusion-proof.ts';
import { commitOf } from '../../../contracts/audit-store.contract.ts';
import { SampleEntries } from '../../../support/sample-log.ts';

function newFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'hash-tiles-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('hash tiles give every proof of a log of 700 entries without reading its leaves', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const hashes: Uint8Array[] = [];
  for (let number = 0; sample.size < 700; number += 1) {
    const entries = sample.exchange(number, 1 + (number % 90));
    hashes.push(...entries.map(({ leafHash }) => leafHash));
    store.commit([], () => commitOf(sample, entries));
  }
  const size = sample.size;
  const root = sample.root();
  const hashAt = (level: number, index: number): Uint8Array => store.hashAt(level, index);
  for (let index = 0; index < size; index += 37) {
    const proof = proveInclusion(index, size, hashAt);
    assert.ok(verifyInclusion({ index, size, leafHash: hashes[index]!, proof, root }));
  }
  for (let first = 1; first <= size; first += 41) {
    const smaller = { size: first, root: rootOf(hashes.slice(0, first)) };
    const proof = proveConsistency(first, size, hashAt);
    assert.ok(verifyConsistency({ smaller, larger: { size, root }, proof }));
  }
  assert.throws(() => store.hashAt(0, size), RangeError);
  assert.throws(() => store.hashAt(9, 1), RangeError);
  store.close();
});

function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const range = new CompactRange();
  for (const hash of hashes) range.append(hash);
  return range.root();
}

test('tiles stay right when the commit that fills one is rolled back', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  store.commit([], () => commitOf(sample, sample.exchange(1, 199)));
  const crossing = sample.exchange(2, 99);
  const good = commitOf(sample, crossing);
  assert.throws(() => store.commit([], () => ({ ...good, state: { ...good.state, size: 1 } })));
  store.commit([], () => good);
  store.commit([], () => commitOf(sample, sample.exchange(3, 250)));
  const size = sample.size;
  const [entry] = store.entries(255, 1);
  const proof = proveInclusion(255, size, (level, index) => store.hashAt(level, index));
  assert.ok(verifyInclusion({ index: 255, size, leafHash: entry!.leafHash, proof, root: sample.root() }));
  store.close();
});

test('tiles hold the leaf hashes of 256 entries each, and the level above the roots of those', (t) => {
  const file = join(newFolder(t), 'log.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  const hashes: Uint8Array[] = [];
  for (let number = 0; number < 4; number += 1) {
    const entries = sample.exchange(number, 149);
    hashes.push(...entries.map(({ leafHash }) => leafHash));
    store.commit([], () => commitOf(sample, entries));
  }
  store.close();
  const reader = openSqliteReader(file);
  const [first, second] = [hashes.slice(0, 256), hashes.slice(256, 512)];
  assert.deepEqual(Buffer.from(reader.tile(0, 0) ?? []), Buffer.concat(first));
  assert.deepEqual(Buffer.from(reader.tile(0, 1) ?? []), Buffer.concat(second));
  assert.equal(reader.tile(0, 2), undefined);
  assert.deepEqual(Buffer.from(reader.tile(1, 0) ?? []), Buffer.concat([rootOf(first), rootOf(second)]));
  reader.close();
});
