import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openHeadFile } from '../../../src/adapters/signing/head-file.ts';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { CleanRollback, type HeadFile, type StoreState } from '../../../src/audit-log/ports.ts';
import { OtherSigners } from '../../../src/audit-log/witnessing/other-signers.ts';
import { CheckpointPublisher } from '../../../src/audit-log/writing/checkpoint-publisher.ts';
import { formatCheckpoint, parseCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { rootOfRange } from '../../../src/merkle/compact-range.ts';
import { openSignedNote } from '../../../src/merkle/signed-note.ts';
import { commitOf } from '../../contracts/audit-store.contract.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { type LogFolder, logFolder, ORIGIN } from '../../support/log-folder.ts';
import { SampleEntries } from '../../support/sample-log.ts';
import { until } from '../../support/until.ts';

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

/** A store of 40 entries that several instances write to, and its states on the way. */
async function shared(head: string | undefined, stored: string | undefined) {
  const sample = new SampleEntries();
  const states = new Map<number, StoreState>();
  const real = openSqliteStore(`${folder.storeFile}.shared`);
  while (sample.size < 40) {
    real.commit([], () => commitOf(sample, [sample.refused(sample.size)]));
    states.set(sample.size, real.state());
  }
  if (stored !== undefined) real.putCheckpoint(30, stored);
  const headFile = openHeadFile(folder.headFile);
  if (head !== undefined) headFile.replace(undefined, head);
  const { checkpoint } = folder.keys;
  const publishing = new CheckpointPublisher({
    ...{ store: real, headFile, signer: checkpoint, origin: ORIGIN, head },
    others: new OtherSigners(real, checkpoint.verifierKey),
    onFailed: (error) => void failures.push(error),
  });
  return { states, real, publishing };
}

function signedOver({ size, range }: StoreState): string {
  return folder.keys.checkpoint.sign(formatCheckpoint({ origin: ORIGIN, size, root: rootOfRange(range) }));
}

function stateOf(size: number): StoreState {
  const sample = new SampleEntries();
  while (sample.size < size) sample.refused(sample.size);
  return { size, range: sample.roots(), seq: size, newestAtMs: 0 };
}

test('INVARIANT: where others write too, a tree that does not go on from the head file is never signed', async () => {
  const foreign = new SampleEntries();
  for (let nth = 0; nth < 10; nth += 1) foreign.refused(nth + 500);
  const head = signedOver({ size: 10, range: foreign.roots(), seq: 10, newestAtMs: 0 });
  const { states, real, publishing } = await shared(head, undefined);
  publishing.committed(states.get(40) ?? assert.fail());
  await publishing.publish();
  assert.match(failures[0]?.message ?? '', /forked or rolled back/);
  assert.equal(openHeadFile(folder.headFile).read(), head);
  assert.equal(real.checkpoint(), undefined);
  real.close();
});

test('what another instance has signed past is not signed again; its checkpoint becomes the head, and a later state is signed', async () => {
  const { states, real, publishing } = await shared(signedOver(stateOf(10)), signedOver(stateOf(30)));
  publishing.committed(states.get(20) ?? assert.fail());
  await publishing.publish();
  assert.deepEqual([headSize(), failures], [30, []]);
  assert.equal(real.checkpoints(-1, 10).length, 1);
  publishing.committed(states.get(40) ?? assert.fail());
  await publishing.publish();
  assert.deepEqual([headSize(), failures], [40, []]);
  assert.deepEqual(
    real.checkpoints(-1, 10).map(({ size }) => size),
    [30, 40],
  );
  real.close();
});
