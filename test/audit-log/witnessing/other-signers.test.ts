import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openSqliteStore, type SqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { CleanRollback, type StoreState } from '../../../src/audit-log/ports.ts';
import { OtherSigners } from '../../../src/audit-log/witnessing/other-signers.ts';
import { formatCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { rootOfRange } from '../../../src/merkle/compact-range.ts';
import { commitOf } from '../../contracts/audit-store.contract.ts';
import { noteKey, SAMPLE_ORIGIN, SampleEntries } from '../../support/sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'other-signers-'));
const signer = noteKey();
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** A store of 600 entries, the states that it had on the way, and a hundred entries of another log. */
function ground(): { store: SqliteStore; states: Map<number, StoreState>; foreign: StoreState } {
  files += 1;
  const store = openSqliteStore(join(folder, `${files}.sqlite`));
  const states = new Map<number, StoreState>();
  const sample = new SampleEntries();
  while (sample.size < 600) {
    store.commit([], () => commitOf(sample, [sample.refused(sample.size)]));
    states.set(sample.size, store.state());
  }
  const other = new SampleEntries();
  for (let nth = 0; nth < 100; nth += 1) other.refused(nth + 1000);
  return { store, states, foreign: commitOf(other, []).state };
}

const { store, states, foreign } = ground();

function signed({ size, range }: StoreState, key = signer): string {
  return key.sign(formatCheckpoint({ origin: SAMPLE_ORIGIN, size, root: rootOfRange(range) }));
}

function at(size: number): StoreState {
  return states.get(size) ?? assert.fail();
}

/** The store with another newest checkpoint. */
function signersOver(checkpoint: string | undefined): OtherSigners {
  const shown = { checkpoint: () => checkpoint, hashAt: store.hashAt.bind(store) };
  return new OtherSigners(Object.assign(Object.create(store), shown), signer.key);
}

const isDoubt = (error: unknown) => error instanceof Error && !(error instanceof CleanRollback);

test('a checkpoint that another instance signed is taken up where it goes on from ours', async () => {
  const [older, newer] = [signed(at(300)), signed(at(513))];
  assert.equal(await signersOver(newer).newest(older), newer);
  assert.equal(await signersOver(newer).newest(undefined), newer);
  assert.equal(await signersOver(older).newest(newer), newer);
  assert.equal(await signersOver(undefined).newest(older), older);
  assert.equal(await signersOver(newer).newest(newer), newer);
});

test('INVARIANT: a checkpoint of another tree, or of another key, is never taken up, and that is a doubt', async () => {
  const head = signed(at(300));
  await assert.rejects(signersOver(signed({ ...foreign, size: 300 })).newest(head), isDoubt);
  await assert.rejects(signersOver(signed({ ...at(400), range: foreign.range })).newest(head), isDoubt);
  await assert.rejects(signersOver(signed(at(400), noteKey())).newest(head), /this log's key did not sign/);
});

test('INVARIANT: only what goes on from the head may be signed, and nothing that was signed past already', async () => {
  const signers = signersOver(undefined);
  assert.equal(await signers.goesOn(signed(at(300)), at(599)), true);
  assert.equal(await signers.goesOn(undefined, at(1)), true);
  assert.equal(await signers.goesOn(signed(at(300)), at(300)), false);
  assert.equal(await signers.goesOn(signed(at(300)), at(299)), false);
  await assert.rejects(signers.goesOn(signed(foreign), at(599)), /forked or rolled back/);
  await assert.rejects(signers.goesOn(signed(at(300)), { ...at(599), range: at(598).range }), isDoubt);
});

test('a store that does not answer is asked again later; one that lacks hashes is a doubt', async () => {
  const away = Object.assign(Object.create(store), {
    checkpoint: () => Promise.reject(new Error('the connection was lost')),
  });
  await assert.rejects(new OtherSigners(away, signer.key).newest(undefined), CleanRollback);
  const head = signed(at(300));
  await assert.rejects(signersOver(undefined).goesOn(head, { ...at(600), size: 601 }), isDoubt);
});
