import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { erasuresDue, replayErasures } from '../../../src/audit-log/keeping/replay-erasures.ts';
import { readSealedRow } from '../../../src/audit-log/sealing/sealed-row.ts';
import { badge, type KeptLog, keptLog, OWUSU, SHAH } from '../../support/kept-log.ts';
import { logFolder } from '../../support/log-folder.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

async function erase(log: KeptLog, id: string): Promise<void> {
  const person = { telling: [badge(id)], shared: [] };
  for (const by of [SHAH, OWUSU])
    await log.erasing.order({ person, where: 'everywhere', by, because: 'a claim', althoughKept: true });
}

function standing({ reader }: KeptLog, exchange: string): number {
  const rows = reader
    .entriesOfExchange(exchange)
    .map(({ sealed }) => readSealedRow(sealed ?? Buffer.alloc(0)));
  return rows.flatMap(({ asked, found }) => [...asked, ...found]).filter((one) => 'tag' in one).length;
}

test('a backup from before an erasure repeats it by the list that is kept apart, once, and verifies', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange(['ZZ9Z01', 'ZZ9Z02'], { asked: 'ZZ9Z01', screened: ['ZZ9Z01'] });
  const backup = join(log.folder.path, 'backup');
  log.closeReader();
  await log.close();
  copyFileSync(log.folder.storeFile, backup);
  copyFileSync(log.folder.headFile, `${backup}.head`);
  const later = await keptLog(t, Date.now(), log.folder);
  await erase(later, 'ZZ9Z01');
  assert.equal(standing(later, exchange), 1);
  later.closeReader();
  await later.close();
  // The store and its head are lost, the list is not.
  for (const ending of ['', '-wal', '-shm']) rmSync(`${log.folder.storeFile}${ending}`, { force: true });
  copyFileSync(backup, log.folder.storeFile);
  copyFileSync(`${backup}.head`, log.folder.headFile);
  const restored = await keptLog(t, Date.now(), logFolder(log.folder.path));
  assert.equal(standing(restored, exchange), 3);
  const parts = { log: restored.reader, append: restored.append };
  assert.equal(await replayErasures(parts, restored.list.all()), 2);
  assert.equal(standing(restored, exchange), 1);
  const [, released] = restored.reader.entriesOfExchange(exchange);
  const row = readSealedRow(released?.sealed ?? Buffer.alloc(0));
  assert.deepEqual([row.heldBack.length, row.text], [0, undefined]);
  assert.equal(await replayErasures(parts, restored.list.all()), 0);
  await restored.close();
  assert.deepEqual(
    leavesOf(log.folder).flatMap(({ code }) => (code === 'replayed' ? [code] : [])),
    ['replayed', 'replayed'],
  );
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('entries that the store does not hold, or another entry in their place, are passed over', async (t) => {
  const log = await keptLog(t);
  await log.exchange(['ZZ9Z01']);
  const places = { asked: [0], found: [], heldBack: [], words: false };
  const other = `${'A'.repeat(43)}=`;
  const [, sent] = log.reader.entries(0, 2).map(({ leafHash }) => Buffer.from(leafHash).toString('base64'));
  const list = [
    { entry: sent ?? '', index: 700, places },
    { entry: sent ?? '', index: 2, places },
    { entry: other, index: 1, places },
  ];
  assert.equal(await replayErasures({ log: log.reader, append: log.append }, list), 0);
  await log.close();
});

test('what later entries say was erased is due in a store that they were brought back to', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange(['ZZ9Z01', 'ZZ9Z02', 'ZZ9Z01'], { asked: 'ZZ9Z01' });
  await erase(log, 'ZZ9Z01');
  const entries = log.reader.entries(0, 100);
  const hashes = entries.map(({ leafHash }) => Buffer.from(leafHash).toString('base64'));
  const due = erasuresDue(entries, (hash) => hashes.indexOf(hash));
  assert.deepEqual(
    due.map(({ index, places }) => [index, places.asked, places.found]),
    [
      [1, [0], []],
      [2, [], [0, 2]],
    ],
  );
  assert.deepEqual(
    erasuresDue(entries, () => undefined),
    [],
  );
  assert.equal(standing(log, exchange), 1);
  await log.close();
});
