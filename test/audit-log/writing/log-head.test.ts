import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { openHeadFile } from '../../../src/adapters/signing/head-file.ts';
import { makeMissingKeys, openKeyRing } from '../../../src/adapters/signing/key-ring.ts';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { trustedHead } from '../../../src/audit-log/writing/log-head.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { formatCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { startLocalLog } from '../../support/local-log.ts';
import { type LogFolder, logFolder, ORIGIN } from '../../support/log-folder.ts';

let folder: LogFolder;

beforeEach(() => {
  folder = logFolder();
});

afterEach(() => folder.remove());

/** One run that appends and stops in good order. */
async function run(entries: number): Promise<void> {
  const { log, close } = await startLocalLog(folder);
  for (let nth = 0; nth < entries; nth += 1) await log.appendNote('policies', { policies: 'ab'.repeat(32) });
  await close();
}

async function judge(key = folder.keys.checkpoint.verifierKey, origin = ORIGIN): Promise<string | undefined> {
  const store = openSqliteStore(folder.storeFile);
  try {
    return await trustedHead(store, openHeadFile(folder.headFile), key, origin, store.state());
  } finally {
    store.close();
  }
}

const saying = (words: RegExp) => (error: unknown) =>
  error instanceof GatewayError && error.code === 'log-unavailable' && words.test(error.message);

test('an empty store without a head file is a new log', async () => {
  assert.equal(await judge(), undefined);
});

test('a log that stopped in good order goes on from its head', async () => {
  await run(3);
  assert.equal(await judge(), openHeadFile(folder.headFile).read());
});

test('a head that is behind the store is trusted where its entries are the first of the store', async () => {
  await run(300);
  const early = openHeadFile(folder.headFile).read();
  await run(500);
  rmSync(folder.headFile);
  openHeadFile(folder.headFile).replace(undefined, early ?? '');
  await assert.rejects(
    judge(),
    saying(/the head file is for 302 entries, but the store has a checkpoint for 804/),
  );
  const store = openSqliteStore(folder.storeFile);
  const withoutCheckpoints = Object.assign(Object.create(store), {
    checkpoint: () => undefined,
    hashAt: store.hashAt.bind(store),
  });
  const key = folder.keys.checkpoint.verifierKey;
  assert.equal(
    await trustedHead(withoutCheckpoints, openHeadFile(folder.headFile), key, ORIGIN, store.state()),
    early,
  );
  store.close();
});

test('a restored backup of the store is refused, naming both sizes', async () => {
  await run(2);
  copyFileSync(folder.storeFile, `${folder.storeFile}.backup`);
  await run(5);
  copyFileSync(`${folder.storeFile}.backup`, folder.storeFile);
  for (const rest of ['-wal', '-shm']) rmSync(`${folder.storeFile}${rest}`, { force: true });
  await assert.rejects(judge(), saying(/the store holds 4 entries, but 11 were signed/));
  await assert.rejects(startLocalLog(folder), saying(/restored backup/));
});

test('a lost head file is refused, for the store alone cannot tell how far it was signed', async () => {
  await run(1);
  rmSync(folder.headFile);
  await assert.rejects(judge(), saying(/the head file is missing, but the store holds 3 entries/));
});

test('a lost store is refused', async () => {
  await run(1);
  for (const rest of ['', '-wal', '-shm']) rmSync(`${folder.storeFile}${rest}`, { force: true });
  await assert.rejects(judge(), saying(/holds 0 entries, but 3 were signed/));
});

test('a store whose first entries are not those that were signed is refused', async () => {
  await run(3);
  const root = Buffer.alloc(32, 7);
  const forged = folder.keys.checkpoint.sign(formatCheckpoint({ origin: ORIGIN, size: 5, root }));
  rmSync(folder.headFile);
  openHeadFile(folder.headFile).replace(undefined, forged);
  await assert.rejects(judge(), saying(/first 5 entries of the store are not those that were signed/));
});

test('a head file of another key, of another origin, or of no checkpoint is refused', async () => {
  await run(1);
  const other = `${folder.keysFolder}-other`;
  mkdirSync(other);
  makeMissingKeys(other, '2026h2');
  await assert.rejects(
    judge(openKeyRing(other, ORIGIN).checkpoint.verifierKey),
    saying(/not a checkpoint of this log's key/),
  );
  const elsewhere = formatCheckpoint({ origin: 'elsewhere.example', size: 0, root: Buffer.alloc(32) });
  rmSync(folder.headFile);
  openHeadFile(folder.headFile).replace(undefined, folder.keys.checkpoint.sign(elsewhere));
  await assert.rejects(judge(), saying(/another origin/));
  rmSync(folder.headFile);
  openHeadFile(folder.headFile).replace(undefined, 'no note');
  await assert.rejects(judge(), saying(/not a checkpoint/));
});
