import assert from 'node:assert/strict';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openHeadFile } from '../../../src/adapters/signing/head-file.ts';
import { makeMissingKeys, openKeyRing } from '../../../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { placesOf } from '../../../src/audit-log/keeping/erased-places.ts';
import { placesMember, replayErasures } from '../../../src/audit-log/keeping/replay-erasures.ts';
import type { StartedLog } from '../../../src/audit-log/writing/start-log-writer.ts';
import { type Config, readConfig } from '../../../src/config.ts';
import { bringBackInto } from '../../../src/roof/log/entries-brought-back.ts';
import { openErasuresFile } from '../../../src/roof/log/erasures-file.ts';
import { startLog } from '../../../src/roof/threads/start-log.ts';
import { findingsOfStore } from '../../support/verified-store.ts';
import { environment } from '../../support/whole-gateway.ts';

const ORDER = { kind: 'order', key: 'of two', value: Buffer.from('the first order') };
const STOP = { kind: 'stop', key: 'DSA-2026-014', value: Buffer.from('a stop') };

interface Lost {
  readonly config: Config;
  readonly folder: string;
  readonly exported: string;
}

/** A log that goes on after its backup as `after` says, and is taken back to it. */
async function lostAfter(
  t: TestContext,
  after: (log: StartedLog, config: Config) => Promise<unknown>,
): Promise<Lost> {
  const folder = mkdtempSync(join(tmpdir(), 'brought-back-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'policies'));
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  makeMissingKeys(join(folder, 'keys'), 'test');
  writeFileSync(join(folder, 'pinned-keys.json'), '{}');
  writeFileSync(join(folder, 'secrets.json'), '{}', { mode: 0o600 });
  const config = readConfig(environment(folder));
  const keys = openKeyRing(config.keysFolder, config.logOrigin).sealing;
  const first = await startLog(config, keys);
  const subjects = [{ namespace: 'NHS number', id: '9990001006' }];
  await first.notes.append('report', { code: 'subject' }, [ORDER], { subjects, words: { because: 'asked' } });
  await first.close();
  const backup = join(folder, 'backup.sqlite');
  copyFileSync(config.auditLogFile, backup);
  const second = await startLog(config, keys);
  await after(second, config);
  await second.close();
  const exported = join(folder, 'export.jsonl');
  const reader = openSqliteReader(config.auditLogFile);
  const lines = reader
    .entries(0, 1000)
    .map(({ index, leaf }) => ({ index, leaf: Buffer.from(leaf).toString() }));
  reader.close();
  writeFileSync(exported, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  for (const file of globSync(`${config.auditLogFile}*`)) rmSync(file);
  copyFileSync(backup, config.auditLogFile);
  return { config, folder, exported };
}

function placeOf({ auditLogFile, headFile, erasuresFile, keysFolder, logOrigin }: Config) {
  const { checkpoint } = openKeyRing(keysFolder, logOrigin);
  return { store: auditLogFile, head: headFile, erasures: erasuresFile, key: checkpoint.verifierKey };
}

function reported(config: Config) {
  const reader = openSqliteReader(config.auditLogFile);
  const [entry] = reader.find({ kind: 'report' }, 1);
  reader.close();
  assert.ok(entry?.sealed);
  return { ...entry, sealed: entry.sealed };
}

/** Erases the subject of the report, as the second of two orders. */
async function erase({ notes }: StartedLog, config: Config): Promise<unknown> {
  const { index, leafHash, sealed } = reported(config);
  const places = placesOf(sealed, () => true, true);
  const entry = Buffer.from(leafHash).toString('base64');
  const members = { code: 'subject', entry, places: placesMember(places.asked, places.found) };
  return notes.append('erased', members, [{ ...ORDER, value: undefined }], undefined, {
    erase: [{ index, places }],
  });
}

test('an erasure after the backup comes back with its entry, and is repeated before anything is served', async (t) => {
  const lost = await lostAfter(t, erase);
  const { config } = lost;
  const place = placeOf(config);
  assert.deepEqual(openErasuresFile(config.erasuresFile).all(), []);
  await bringBackInto(place, lost.exported);
  const head = openHeadFile(config.headFile).read();
  assert.deepEqual(await findingsOfStore(config.auditLogFile, head, place.key), []);
  const due = openErasuresFile(config.erasuresFile).all();
  assert.deepEqual(
    due.map(({ index }) => index),
    [reported(config).index],
  );

  // What the next start does: the order that stood before the backup is gone with the entry that carried it out.
  const log = await startLog(config, openKeyRing(config.keysFolder, config.logOrigin).sealing);
  const reader = openSqliteReader(config.auditLogFile);
  assert.equal(reader.fact(ORDER.kind, ORDER.key), undefined);
  assert.equal(await replayErasures({ log: reader, append: log.notes.append }, due), 1);
  reader.close();
  await log.close();
  const { sealed } = reported(config);
  assert.deepEqual(placesOf(sealed, () => true, false).asked, []);
  const now = openHeadFile(config.headFile).read();
  assert.deepEqual(await findingsOfStore(config.auditLogFile, now, place.key), []);
});

test('what was put and dropped again after the backup is no loss; a stop that stands is', async (t) => {
  const passing = await lostAfter(t, async ({ notes }) => {
    await notes.append('policies', { policies: 'cd'.repeat(32), code: 'suspend' }, [STOP]);
    await notes.append('policies', { policies: 'cd'.repeat(32), code: 'resume' }, [
      { ...STOP, value: undefined },
    ]);
  });
  await bringBackInto(placeOf(passing.config), passing.exported);
  const log = await startLog(
    passing.config,
    openKeyRing(passing.config.keysFolder, passing.config.logOrigin).sealing,
  );
  await log.close();

  const standing = await lostAfter(t, ({ notes }) =>
    notes.append('policies', { policies: 'cd'.repeat(32), code: 'suspend' }, [STOP]),
  );
  await assert.rejects(bringBackInto(placeOf(standing.config), standing.exported), /a stop could be lost/);
});

test('nothing is brought back without a head file, without a store, or where nothing is missing', async (t) => {
  const { config, exported, folder } = await lostAfter(t, async () => undefined);
  const place = placeOf(config);
  await assert.rejects(bringBackInto({ ...place, head: join(folder, 'none') }, exported), /no head file/);
  await assert.rejects(
    bringBackInto({ ...place, store: join(folder, 'none') }, exported),
    /restore a backup first/,
  );
  await bringBackInto(place, exported);
  await assert.rejects(bringBackInto(place, exported), /entries already/);
});
