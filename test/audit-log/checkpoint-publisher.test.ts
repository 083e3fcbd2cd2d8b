import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openHeadFile } from '../../src/adapters/signing/head-file.ts';
import { openSqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import { CheckpointPublisher } from '../../src/audit-log/checkpoint-publisher.ts';
import { CleanRollback, type HeadFile } from '../../src/audit-log/ports.ts';
import { parseCheckpoint } from '../../src/merkle/checkpoint.ts';
import { openSignedNote } from '../../src/merkle/signed-note.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { type LogFolder, logFolder, ORIGIN } from '../support/log-folder.ts';
import { until } from '../support/until.ts';

let folder: LogFolder;
let store: FaultyStore;
let failures: Error[];
const STATE = { size: 3, range: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)], seq: 3, newestAtMs: 1000 };
const LATER = { ...STATE, size: 4, range: [Buffer.alloc(32, 3)] };

beforeEach(() => {
  folder = logFolder();
  store = new FaultyStore(openSqliteStore(folder.storeFile));
  failures = [];
});

afterEach(() => {
  store.close();
  folder.remove();
});

function publisher(headFile: HeadFile = openHeadFile(folder.headFile), delayMs = 5): CheckpointPublisher {
  const onFailed = (error: Error) => void failures.push(error);
  const signer = folder.keys.checkpoint;
  return new CheckpointPublisher({
    store,
    storeWithinMs: 50,
    headFile,
    signer,
    origin: ORIGIN,
    head: undefined,
    delayMs,
    onFailed,
  });
}

const headSize = () => {
  const note = openHeadFile(folder.headFile).read() ?? '';
  return parseCheckpoint(openSignedNote(note, [folder.keys.checkpoint.verifierKey])).size;
};

test('soon after commits one checkpoint over the newest stands in the head file and in the store', async () => {
  const publishing = publisher();
  publishing.committed(STATE);
  publishing.committed(LATER);
  await until('the checkpoint', () => store.checkpoint() !== undefined);
  assert.equal(headSize(), 4);
  assert.equal(store.checkpoint(), openHeadFile(folder.headFile).read());
});

test('without a delay given, a checkpoint follows by itself, soon', async () => {
  const from = Date.now();
  const publishing = new CheckpointPublisher({
    ...{ store, headFile: openHeadFile(folder.headFile), signer: folder.keys.checkpoint },
    ...{ origin: ORIGIN, head: undefined, onFailed: () => undefined },
  });
  publishing.committed(STATE);
  await until('the checkpoint', () => store.checkpoint() !== undefined);
  assert.equal(headSize(), 3);
  // Promised within a second; a machine that is busy with other tests gets more.
  assert.ok(Date.now() - from < 4000);
});

test('a head that somebody else replaced is never signed over', async () => {
  const publishing = publisher();
  openHeadFile(folder.headFile).replace(undefined, 'foreign');
  publishing.committed(STATE);
  await publishing.publish();
  assert.equal(failures.length, 1);
  assert.equal(openHeadFile(folder.headFile).read(), 'foreign');
  assert.equal(store.checkpoint(), undefined);
});

test('after any failure nothing is signed any more', async () => {
  const publishing = publisher();
  store.faults.set('putCheckpoint', 'fails');
  publishing.committed(STATE);
  await publishing.publish();
  publishing.committed(LATER);
  await publishing.publish();
  await wait(30);
  assert.equal(failures.length, 1);
  assert.equal(headSize(), 3);
});

test('where the store is full the checkpoint is stored as soon as there is room', async () => {
  const publishing = publisher();
  store.faults.set('putCheckpoint', 'rolls back');
  publishing.committed(STATE);
  await until('the checkpoint', () => store.checkpoint() !== undefined);
  assert.deepEqual(failures, []);
  assert.equal(store.checkpoint(), openHeadFile(folder.headFile).read());
});

test('where the disk of the head file is full the head stays, and follows when there is room', async () => {
  const headFile = openHeadFile(folder.headFile);
  let full = true;
  const publishing = publisher({
    read: headFile.read,
    replace(before, after) {
      if (full) throw new CleanRollback('the disk of the head file is full');
      headFile.replace(before, after);
    },
  });
  publishing.committed(STATE);
  await wait(30);
  assert.equal(store.checkpoint(), undefined);
  full = false;
  await until('the checkpoint', () => store.checkpoint() !== undefined);
  assert.deepEqual(failures, []);
  assert.equal(headSize(), 3);
});

test('what was stopped signs nothing', async () => {
  const publishing = publisher();
  publishing.committed(STATE);
  publishing.stop();
  await publishing.publish();
  await wait(20);
  assert.equal(openHeadFile(folder.headFile).read(), undefined);
});

test('a store that never answers a checkpoint is a doubt, and nothing is signed any more', async () => {
  store.faults.set('putCheckpoint', 'never answers');
  const publishing = publisher();
  publishing.committed(STATE);
  await publishing.publish();
  assert.match(failures[0]?.message ?? '', /did not answer a checkpoint in time/);
  publishing.committed(LATER);
  await publishing.publish();
  assert.equal(headSize(), 3);
});
