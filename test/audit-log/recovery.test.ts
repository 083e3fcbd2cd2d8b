import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openSqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import { unfinishedExchanges } from '../../src/audit-log/recovery.ts';
import { exchangeId, failedDraft, releasedDraft, sentDraft } from '../support/drafts.ts';
import { type LocalLog, startLocalLog } from '../support/local-log.ts';
import { type LogFolder, logFolder } from '../support/log-folder.ts';

let folder: LogFolder;
let local: LocalLog;

beforeEach(async () => {
  folder = logFolder();
  local = await startLocalLog(folder);
});

afterEach(() => folder.remove());

const send = async () => {
  const exchange = exchangeId(Date.now());
  const { leafHash } = await local.log.append(sentDraft(exchange, Date.now()));
  return { exchange, sent: leafHash };
};
const release = ({ exchange, sent }: { exchange: string; sent: string }, part: number, last: boolean) =>
  local.log.append(releasedDraft(exchange, Date.now(), sent, { part, last }));

async function left() {
  local.drop();
  const store = openSqliteStore(folder.storeFile);
  try {
    return await unfinishedExchanges(store, store.state().size);
  } finally {
    store.close();
  }
}

test('what was sent and never ended is left behind, with the parts that may have gone', async () => {
  const [nothing, three, whole, failed, cut] = await Promise.all([send(), send(), send(), send(), send()]);
  for (const part of [1, 2, 3]) await release(three, part, false);
  await release(whole, 1, false);
  await release(whole, 2, true);
  await local.log.append(failedDraft(failed.exchange, Date.now(), failed.sent));
  await release(cut, 1, false);
  await local.log.append(failedDraft(cut.exchange, Date.now(), cut.sent, 1));
  assert.deepEqual(await left(), [
    { ...nothing, part: 0 },
    { ...three, part: 3 },
  ]);
});

test('a run that stopped in good order left nothing behind', async () => {
  const exchange = await send();
  await release(exchange, 1, true);
  await local.close();
  const store = openSqliteStore(folder.storeFile);
  assert.deepEqual(await unfinishedExchanges(store, store.state().size), []);
  store.close();
});

test('exchanges of runs before the newest are not recovered a second time', async () => {
  await send();
  local.drop();
  local = await startLocalLog(folder);
  const second = await send();
  assert.deepEqual(await left(), [{ ...second, part: 0 }]);
});

test('a long run is read back to its start', async () => {
  const first = await send();
  const ended = await Promise.all(Array.from({ length: 700 }, send));
  await Promise.all(ended.map((exchange) => release(exchange, 1, true)));
  assert.deepEqual(await left(), [{ ...first, part: 0 }]);
});
