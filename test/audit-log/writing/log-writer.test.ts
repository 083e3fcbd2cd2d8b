import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import type { StoreState } from '../../../src/audit-log/ports.ts';
import { EntryFrame } from '../../../src/audit-log/writing/entry-frame.ts';
import type { AppendMessage, MessageFromWriter } from '../../../src/audit-log/writing/log-messages.ts';
import { LogWriter } from '../../../src/audit-log/writing/log-writer.ts';
import { noteLeaf } from '../../../src/audit-log/writing/note-leaf.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { type LogFolder, logFolder } from '../../support/log-folder.ts';
import { PLACE } from '../../support/opened-leaf.ts';

let folder: LogFolder;
let store: FaultyStore;
let writer: LogWriter;
let committed: StoreState[];
let poisoned: Error[];

beforeEach(() => {
  folder = logFolder();
  store = new FaultyStore(openSqliteStore(folder.storeFile));
  committed = [];
  poisoned = [];
  writer = new LogWriter({
    ...{ store, receipts: folder.keys.receipts, place: PLACE, state: store.state() },
    onCommitted: (state) => committed.push(state),
    onPoisoned: (error) => poisoned.push(error),
  });
});

afterEach(() => {
  store.close();
  folder.remove();
});

function message(count: number): AppendMessage {
  const frame = new EntryFrame();
  for (let nth = 0; nth < count; nth += 1)
    frame.add(
      'heartbeat',
      undefined,
      1000 + nth,
      noteLeaf(PLACE, 'heartbeat', 1000 + nth, {}),
      Buffer.alloc(0),
      0,
    );
  return { type: 'append', frame: frame.take(), count, limits: undefined };
}

/** One caller and what it was told. */
function caller() {
  const heard: MessageFromWriter[] = [];
  const answer = (told: MessageFromWriter) => void heard.push(told);
  const frames: ArrayBuffer[] = [];
  const ask = (count: number) => {
    const asked = message(count);
    frames.push(asked.frame);
    writer.enqueue(asked, answer);
  };
  return { heard, frames, ask };
}

test('entries of several callers share one commit and one signature, and each caller hears of its own and gets its memory back', () => {
  const [one, other] = [caller(), caller()];
  one.ask(2);
  other.ask(3);
  one.ask(1);
  assert.equal(store.commits, 0);
  writer.commitWaiting();
  assert.equal(store.commits, 1);
  const [toOne] = one.heard;
  const [toOther] = other.heard;
  assert.ok(toOne?.type === 'durable' && toOther?.type === 'durable');
  assert.deepEqual(toOne.runs, [0, 2, 5, 1]);
  assert.deepEqual(toOther.runs, [2, 3]);
  assert.deepEqual([toOne.frames, toOther.frames], [one.frames, other.frames]);
  assert.equal(toOne.note, toOther.note);
  assert.equal(toOne.size, 6);
});

test('a batch holds 512 entries at most, and the rest follows in the next', () => {
  const one = caller();
  for (let nth = 0; nth < 5; nth += 1) one.ask(256);
  writer.commitWaiting();
  assert.deepEqual(
    committed.map(({ size }) => size),
    [512, 1024, 1280],
  );
  assert.equal(writer.state.seq, 1280);
});

test('with a store that answers later, what comes meanwhile waits for the next commit', async () => {
  const one = caller();
  store.faults.set('commit', 'blocks');
  one.ask(1);
  writer.commitWaiting();
  one.ask(2);
  one.ask(3);
  writer.commitWaiting();
  assert.equal(store.commits, 1);
  assert.deepEqual(one.heard, []);
  store.release();
  await writer.settled();
  assert.deepEqual(
    committed.map(({ size }) => size),
    [1, 6],
  );
  assert.equal(one.heard.length, 2);
});

test('after a clean rollback the writer says so, keeps its numbers, and goes on', () => {
  const one = caller();
  store.faults.set('commit', 'rolls back');
  one.ask(2);
  writer.commitWaiting();
  one.ask(1);
  writer.commitWaiting();
  assert.deepEqual(
    one.heard.map(({ type }) => type),
    ['not-stored', 'durable'],
  );
  assert.deepEqual([writer.state.size, writer.state.seq], [1, 1]);
  assert.deepEqual(poisoned, []);
});

for (const fault of ['fails', 'fails after taking effect'] as const) {
  test(`a commit that ${fault} poisons the writer for every caller, once and for all`, () => {
    const [one, other] = [caller(), caller()];
    other.ask(1);
    writer.commitWaiting();
    store.faults.set('commit', fault);
    one.ask(1);
    writer.commitWaiting();
    one.ask(1);
    writer.commitWaiting();
    assert.deepEqual(
      one.heard.map(({ type }) => type),
      ['poisoned', 'poisoned'],
    );
    assert.deepEqual(
      other.heard.map(({ type }) => type),
      ['durable', 'poisoned'],
    );
    assert.equal(poisoned.length, 1);
    assert.equal(store.commits, 2);
    assert.equal(committed.length, 1);
  });
}

test('a commit that takes effect after the writer gave it up is answered to nobody', async () => {
  const one = caller();
  store.faults.set('commit', 'blocks');
  one.ask(1);
  writer.commitWaiting();
  writer.poison(new Error('the store did not answer a commit in time'));
  store.release();
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(
    one.heard.map(({ type }) => type),
    ['poisoned'],
  );
  assert.deepEqual(committed, []);
});

test('a store that another writer has grown poisons the writer instead of forking the log', () => {
  const one = caller();
  one.ask(1);
  writer.commitWaiting();
  const state = store.state();
  store.commit([], () => ({
    entries: [{ ...store.entries(0, 1)[0]!, index: 1 }],
    state: { ...state, size: 2, range: [Buffer.alloc(32)] },
    counters: [],
    facts: [],
  }));
  one.ask(1);
  writer.commitWaiting();
  assert.deepEqual(
    one.heard.map(({ type }) => type),
    ['durable', 'poisoned'],
  );
  assert.equal(store.state().size, 2);
});

test('a message whose change was made from something that does not stand any more is refused alone, in its turn', () => {
  const one = caller();
  const other = caller();
  const change = (value: string, replaces: string): AppendMessage => ({
    ...message(1),
    facts: new Map([
      [
        0,
        [
          {
            ...{ kind: 'stop', key: 'a', value: Buffer.from(value) },
            replaces: replaces === 'nothing' ? replaces : Buffer.from(replaces),
          },
        ],
      ],
    ]),
  });
  const ask = (asked: AppendMessage, { heard }: ReturnType<typeof caller>) =>
    writer.enqueue(asked, (told) => void heard.push(told));
  ask(change('1', 'nothing'), one);
  ask(change('2', 'nothing'), other);
  ask(change('3', '1'), one);
  ask(change('4', '1'), one);
  ask(message(2), other);
  writer.commitWaiting();
  assert.deepEqual(
    one.heard.map(({ type }) => type),
    ['durable', 'durable', 'not-stored'],
  );
  assert.deepEqual(
    other.heard.map(({ type }) => type),
    ['not-stored', 'durable'],
  );
  const [refused] = other.heard;
  assert.ok(refused?.type === 'not-stored' && /changed meanwhile; ask again/.test(refused.message));
  assert.equal(Buffer.from(store.facts('stop')[0]?.value ?? []).toString(), '3');
  assert.deepEqual([writer.state.size, writer.state.seq], [4, 4]);
  assert.deepEqual(poisoned, []);
});
