import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { factCommitment } from '../../../src/audit-log/facts/fact-commitments.ts';
import { sumValue } from '../../../src/audit-log/facts/standing-facts.ts';
import { checkStandingFacts, factsFault } from '../../../src/audit-log/facts/standing-facts-check.ts';
import type { StandingFact } from '../../../src/audit-log/ports.ts';
import { canonicalJson } from '../../../src/encoding/canonical-json.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { SetHash } from '../../../src/merkle/set-hash.ts';
import { startLocalLog } from '../../support/local-log.ts';
import { type LogFolder, logFolder } from '../../support/log-folder.ts';
import { spoilEntries } from '../../support/spoiled-store.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

const fact = (key: string, value: string | undefined): StandingFact => ({
  kind: 'stop',
  key,
  value: value === undefined ? undefined : Buffer.from(value),
});
const HOLD = { code: 'protected-added' };

/** A log with two stops, one of them changed once. */
async function logWithFacts(t: { after(work: () => void): void }): Promise<LogFolder> {
  const folder = logFolder();
  t.after(() => folder.remove());
  const local = await startLocalLog(folder);
  await local.log.appendNote('hold', HOLD, [fact('a', '1'), fact('b', '1')]);
  await local.log.appendNote('hold', HOLD, [fact('a', '2')]);
  await local.close();
  return folder;
}

function spoil(folder: LogFolder, sql: string): void {
  const db = new DatabaseSync(folder.storeFile);
  db.exec(sql);
  db.close();
}

async function startFault(folder: LogFolder): Promise<string> {
  const store = openSqliteStore(folder.storeFile);
  try {
    await checkStandingFacts(store);
    return 'in order';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  } finally {
    store.close();
  }
}

test('a log whose facts were changed by entries alone starts again and verifies', async (t) => {
  const folder = await logWithFacts(t);
  assert.equal(await startFault(folder), 'in order');
  assert.deepEqual(await findingsOf(folder), []);
  const again = await startLocalLog(folder);
  await again.log.appendNote('hold', HOLD, [fact('b', undefined)]);
  await again.close();
  assert.deepEqual(await findingsOf(folder), []);
  assert.deepEqual(
    leavesOf(folder).map(({ kind, facts }) => [kind, facts.count]),
    [
      ['started', 0],
      ['hold', 2],
      ['hold', 2],
      ['stopped', 2],
      ['started', 2],
      ['hold', 1],
      ['stopped', 1],
    ],
  );
});

const SPOILED: readonly (readonly [string, string, RegExp, RegExp])[] = [
  [
    'taken out',
    "DELETE FROM facts WHERE kind = 'stop' AND key = 'a'",
    /1 facts stand/,
    /entry 2 \(hold, protected-added\)/,
  ],
  ['altered', "UPDATE facts SET value = x'39' WHERE key = 'b'", /not those that entry 3/, /entry 1 \(hold/],
  [
    'moved to another kind',
    "UPDATE facts SET kind = 'other' WHERE key = 'b'",
    /not those/,
    /fact `other` stands/,
  ],
  [
    'put in',
    "INSERT INTO facts (kind, key, value, salt) VALUES ('stop', 'c', x'31', x'')",
    /3 facts stand/,
    /fact `stop` stands in the store as no entry put it there/,
  ],
  ['summed up wrongly', "DELETE FROM facts WHERE kind = 'sum of facts'", /sum is not/, /sum of the facts/],
];

for (const [how, sql, atStart, found] of SPOILED) {
  test(`a fact that was ${how} behind the log's back stops the start, and verify names it`, async (t) => {
    const folder = await logWithFacts(t);
    spoil(folder, sql);
    assert.match(await startFault(folder), atStart);
    await assert.rejects(startLocalLog(folder), /do not fit its entries/);
    const findings = await findingsOf(folder);
    assert.ok(
      findings.some((finding) => found.test(finding)),
      findings.join('\n'),
    );
  });
}

test('an older state of the facts does not pass for the newest', async (t) => {
  const folder = logFolder();
  t.after(() => folder.remove());
  const local = await startLocalLog(folder);
  await local.log.appendNote('hold', HOLD, [fact('a', '1')]);
  const db = new DatabaseSync(folder.storeFile);
  db.exec("ATTACH ':memory:' AS old; CREATE TABLE old.facts AS SELECT * FROM facts");
  await local.log.appendNote('hold', HOLD, [fact('a', undefined)]);
  await local.close();
  db.exec(
    'DELETE FROM facts; INSERT INTO facts (kind, key, value, salt) SELECT kind, key, value, salt FROM old.facts',
  );
  db.close();
  assert.match(await startFault(folder), /1 facts stand in it where entry 3 names 0/);
});

test('facts of an older layout are named by the first entries, however many there are', async (t) => {
  const folder = logFolder();
  t.after(() => folder.remove());
  const store = openSqliteStore(folder.storeFile);
  const facts = Array.from({ length: 600 }, (_, nth) => fact(`key ${nth}`, '1'));
  await store.commit([], (state) => ({ entries: [], state, counters: [], facts }));
  store.close();
  const local = await startLocalLog(folder);
  await local.close();
  assert.deepEqual(await findingsOf(folder), []);
  assert.deepEqual(
    leavesOf(folder).map(({ kind, facts: told }) => [kind, told.count]),
    [
      ['started', 250],
      ['heartbeat', 500],
      ['heartbeat', 600],
      ['stopped', 600],
    ],
  );
});

test('many facts of one entry are shared among entries that are stored together', async (t) => {
  const folder = logFolder();
  t.after(() => folder.remove());
  const local = await startLocalLog(folder);
  const facts = Array.from({ length: 600 }, (_, nth) => fact(`key ${nth}`, '1'));
  const receipt = await local.log.appendNote('hold', HOLD, facts);
  assert.equal(receipt.index, 1);
  await local.close();
  assert.deepEqual(
    leavesOf(folder)
      .map(({ kind, facts: told }) => [kind, told.count])
      .slice(1, 4),
    [
      ['hold', 250],
      ['heartbeat', 500],
      ['heartbeat', 600],
    ],
  );
  assert.deepEqual(await findingsOf(folder), []);
});

test('an entry that was rewritten to fit other facts stops the start too', async (t) => {
  const folder = await logWithFacts(t);
  const db = new DatabaseSync(folder.storeFile);
  db.exec("DELETE FROM facts WHERE kind = 'stop' AND key = 'a'");
  const left = openSqliteStore(folder.storeFile);
  const set = new SetHash();
  for (const one of left.committedFacts()) set.add(factCommitment(one));
  left.close();
  const sum = set.digest().toString('base64url');
  db.prepare("UPDATE facts SET value = ? WHERE kind = 'sum of facts'").run(sumValue({ count: 1, set }));
  spoilEntries(db, () => {
    const leaf = JSON.parse(
      Buffer.from(Object(db.prepare('SELECT leaf FROM entries WHERE "index" = 3').get()).leaf).toString(),
    );
    const text = Buffer.from(canonicalJson({ ...leaf, facts: { count: 1, sum } }));
    db.prepare('UPDATE entries SET leaf = ?, leaf_hash = ? WHERE "index" = 3').run(text, leafHash(text));
  });
  db.close();
  assert.match(await startFault(folder), /entry 3, which names them, was changed/);
});

test('facts that are changed behind a running writer are noticed, and are never summed up by an entry of its own', async (t) => {
  const folder = await logWithFacts(t);
  const local = await startLocalLog(folder);
  const reader = openSqliteReader(folder.storeFile);
  t.after(() => reader.close());
  assert.equal(await factsFault(reader), undefined);
  spoil(folder, "DELETE FROM facts WHERE kind = 'stop' AND key = 'a'");
  assert.match((await factsFault(reader)) ?? '', /do not add up to their sum/);
  spoil(folder, "DELETE FROM facts WHERE kind = 'sum of facts'");
  await assert.rejects(local.log.appendNote('hold', HOLD, [fact('c', '1')]), /somebody else changed them/);
  assert.match((await local.writerPoisoned).message, /somebody else changed them/);
  await local.close();
  assert.ok((await findingsOf(folder)).length > 0);
  await assert.rejects(startLocalLog(folder), /do not fit its entries/);
});
