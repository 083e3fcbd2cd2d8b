import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ErasureOrder } from '../../../src/audit-log/keeping/erasing.ts';
import { readSealedRow } from '../../../src/audit-log/sealing/sealed-row.ts';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';
import { sha256 } from '../../../src/encoding/sha256.ts';
import { rootOfTree, treeHashes } from '../../../src/merkle/batch-tree.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { badge, type KeptLog, keptLog, OWUSU, SHAH } from '../../support/kept-log.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

function orderFor(id: string, more: Partial<ErasureOrder> = {}): ErasureOrder {
  const person = { telling: [badge(id)], shared: [] };
  return {
    person,
    where: 'everywhere',
    by: SHAH,
    because: 'a court has ordered it',
    althoughKept: true,
    ...more,
  };
}

async function erasedByTwo(log: KeptLog, order: ErasureOrder) {
  assert.equal((await log.erasing.order({ ...order, by: SHAH })).state, 'asked');
  return log.erasing.order({ ...order, by: OWUSU });
}

/** Every file of the log as it stands on the disk. */
function filesOf({ folder }: KeptLog): Buffer {
  const files = [folder.storeFile, `${folder.storeFile}-wal`, folder.headFile, join(folder.path, 'erasures')];
  return Buffer.concat(files.filter((file) => existsSync(file)).map((file) => readFileSync(file)));
}

test('of 500 people in an entry one is erased: 499 tags stay, every proof holds, and no file holds tag or salt any more', async (t) => {
  const log = await keptLog(t);
  const ids = Array.from({ length: 500 }, (_, nth) => `ZZ${String(nth).padStart(4, '0')}`);
  const exchange = await log.exchange(ids);
  const [, before] = log.reader.entriesOfExchange(exchange);
  const gone = readSealedRow(before?.sealed ?? Buffer.alloc(0)).found[217];
  assert.ok(gone !== undefined && 'tag' in gone);
  assert.ok(filesOf(log).includes(gone.tag) && filesOf(log).includes(gone.salt));
  const order = orderFor(ids[217] ?? '', { where: { exchange } });
  assert.deepEqual(await erasedByTwo(log, order), { state: 'erased', entries: 1, places: 1 });
  const [, after] = log.reader.entriesOfExchange(exchange);
  const { found } = readSealedRow(after?.sealed ?? Buffer.alloc(0));
  assert.equal(found.filter((subject) => 'tag' in subject).length, 499);
  const commitments = found.map((subject) =>
    'tag' in subject ? sha256(Buffer.concat([subject.salt, subject.tag])) : subject.commitment,
  );
  const root = rootOfTree(treeHashes(Buffer.concat(commitments.map((one) => leafHash(one)))));
  const leaf = JSON.parse(Buffer.from(after?.leaf ?? []).toString());
  assert.equal(root.toString('base64'), leaf.subjects.root);
  assert.deepEqual(after?.leafHash, before?.leafHash);
  const bytes = filesOf(log);
  assert.ok(!bytes.includes(gone.tag) && !bytes.includes(gone.salt));
  assert.ok(!bytes.includes(Buffer.from(gone.tag).toString('base64url')));
  await log.close();
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('the entry says where something was erased, by its leaf hash and its places, and nothing of whom, by whom or why', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange(['ZZ9Z01', 'ZZ9Z02', 'ZZ9Z01'], { asked: 'ZZ9Z01' });
  await erasedByTwo(log, orderFor('ZZ9Z01'));
  await log.close();
  const [sent, released] = log.reader.entriesOfExchange(exchange).map((entry) => entry.leafHash);
  const said = leavesOf(log.folder).filter(({ kind }) => kind === 'erased');
  assert.deepEqual(
    said.map(({ code, entry, places, records }) => ({ code, entry, places, records })),
    [
      { code: 'subject-asked', entry: undefined, places: undefined, records: 2 },
      ...[
        { entry: sent, places: { asked: [0] } },
        { entry: released, places: { found: [0, 2] } },
      ].map(({ entry, places }) => ({
        ...{ code: 'subject-although-kept', entry: Buffer.from(entry ?? []).toString('base64') },
        ...{ places, records: undefined },
      })),
    ],
  );
  const everything = log.reader
    .entries(0, 100)
    .map(({ leaf, sealed }) => Buffer.concat([leaf, sealed ?? leaf]));
  for (const word of ['Shah', 'Owusu', 'court', 'ZZ9Z01'])
    assert.ok(!Buffer.concat(everything).includes(word), word);
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('one person alone erases nothing, however the name is spelled, and an order that nobody confirmed lapses', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange(['ZZ9Z01']);
  const order = orderFor('ZZ9Z01');
  assert.equal((await log.erasing.order(order)).state, 'asked');
  const again = { assurance: 'unproved', name: 'r.shah' } as const;
  assert.equal((await log.erasing.order({ ...order, by: again })).state, 'same person');
  // Another order is another order: of the same person elsewhere, or one that is not to pass over what is kept.
  assert.equal((await log.erasing.order({ ...order, by: OWUSU, where: { exchange } })).state, 'asked');
  log.clock += 31 * 24 * 60 * 60 * 1000;
  assert.equal((await log.erasing.order({ ...order, by: OWUSU })).state, 'asked');
  assert.equal((await log.erasing.order({ ...order, by: SHAH })).state, 'erased');
  assert.equal((await log.erasing.order({ ...order, by: OWUSU })).state, 'nothing there');
  await log.close();
});

test('an order leaves no tag of the person behind', async (t) => {
  const log = await keptLog(t);
  await log.exchange(['ZZ9Z01']);
  await log.erasing.order(orderFor('ZZ9Z01'));
  const { id, bytes } = log.folder.keys.sealing.subjectTags;
  const tag = new SubjectTags(bytes).of('badge number', 'ZZ9Z01').toString('base64url');
  const facts = log.reader.committedFacts().map(({ key, value }) => `${key} ${Buffer.from(value)}`);
  assert.equal(facts.length, 1);
  assert.ok(facts[0]?.includes(id) && !facts[0].includes(tag));
  await log.close();
});

test('what is held is not erased, whoever asks for it: by exchange, by agreement and by person', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange(['ZZ9Z01', 'ZZ9Z02']);
  for (const held of [{ exchange }, { agreement: 'DSA-2026-014' }, { person: badge('ZZ9Z02') }]) {
    assert.equal(await log.holds.add({ held, by: SHAH, because: 'a claim' }), 'added');
    assert.equal((await log.erasing.order(orderFor('ZZ9Z01'))).state, 'held');
    for (const by of [SHAH, OWUSU]) await log.holds.lift({ held, by, because: 'settled' });
  }
  assert.equal((await log.erasing.order(orderFor('ZZ9Z01'))).state, 'asked');
  await log.close();
});

test('what is to be kept still is not erased unless the order says so, and then the entry says so', async (t) => {
  const log = await keptLog(t);
  await log.exchange(['ZZ9Z01']);
  const order = orderFor('ZZ9Z01', { althoughKept: false });
  const kept = await log.erasing.order(order);
  assert.ok(kept.state === 'kept' && kept.untilMs > Date.now() + 6 * 365 * 24 * 60 * 60 * 1000);
  log.keeping = undefined;
  assert.equal((await log.erasing.order(order)).state, 'kept');
  log.keeping = { of: () => ({ months: 72 }), least: { months: 72 } };
  log.clock = kept.untilMs;
  assert.equal((await erasedByTwo(log, order)).state, 'erased');
  await log.close();
  assert.equal(leavesOf(log.folder).findLast(({ kind }) => kind === 'erased')?.code, 'subject');
});

test('somebody who was held back goes with the words that name them, and no leaf tells that there was somebody', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange([], { screened: ['ZZ9Z01', 'ZZ9Z02'] });
  assert.deepEqual(await erasedByTwo(log, orderFor('ZZ9Z01')), { state: 'erased', entries: 1, places: 1 });
  const [, released] = log.reader.entriesOfExchange(exchange);
  const row = readSealedRow(released?.sealed ?? Buffer.alloc(0));
  assert.deepEqual([row.heldBack.length, row.text], [1, undefined]);
  await log.close();
  const said = leavesOf(log.folder).findLast(({ kind }) => kind === 'erased');
  assert.equal(said?.places, undefined);
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('hundreds of entries are erased by one order, and each is listed before it is done', async (t) => {
  const log = await keptLog(t);
  for (let nth = 0; nth < 150; nth += 1) await log.exchange(['ZZ9Z01', `ZZ${nth}`], { asked: 'ZZ9Z01' });
  assert.deepEqual(await erasedByTwo(log, orderFor('ZZ9Z01')), {
    state: 'erased',
    entries: 300,
    places: 300,
  });
  assert.equal(log.list.all().length, 300);
  await log.close();
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('where nothing can be stored nothing is erased, and the list carries it out at the next start', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange(['ZZ9Z01']);
  await log.erasing.order(orderFor('ZZ9Z01'));
  log.store.faults.set('commit', 'rolls back');
  await assert.rejects(log.erasing.order(orderFor('ZZ9Z01', { by: OWUSU })), /full/);
  const [, released] = log.reader.entriesOfExchange(exchange);
  assert.ok('tag' in (readSealedRow(released?.sealed ?? Buffer.alloc(0)).found[0] ?? {}));
  assert.equal(log.list.all().length, 1);
  assert.equal((await log.erasing.order(orderFor('ZZ9Z01', { by: OWUSU }))).state, 'erased');
  await log.close();
});
