import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openSqliteStore } from '../../../src/adapters/storage/sqlite/sqlite-store.ts';
import type { AuditStore } from '../../../src/audit-log/ports.ts';
import { unfinishedExchanges } from '../../../src/audit-log/recovering/recovery.ts';
import { MARK_EVERY } from '../../../src/audit-log/recovering/recovery-mark.ts';
import { exchangeId, failedDraft, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { type LocalLog, startLocalLog } from '../../support/local-log.ts';
import { type LogFolder, logFolder } from '../../support/log-folder.ts';

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

/** So many entries of exchanges that begin and end. */
async function pass(entries: number) {
  for (let passed = 0; passed < entries; passed += 1_000) {
    const sent = await Promise.all(Array.from({ length: 500 }, send));
    await Promise.all(sent.map((exchange) => release(exchange, 1, true)));
  }
}

async function left(mostRead = Number.POSITIVE_INFINITY) {
  local.drop();
  const file = openSqliteStore(folder.storeFile);
  let read = 0;
  const store: AuditStore = Object.assign(Object.create(file), {
    commit: () => assert.fail('a recovery reads only'),
    state: () => file.state(),
    facts: (kind: string) => file.facts(kind),
    entries: (from: number, most: number) => {
      read += most;
      return file.entries(from, most);
    },
    close: () => file.close(),
  });
  try {
    const found = await unfinishedExchanges(store, file.state().size);
    assert.ok(read <= mostRead, `${read} entries were read`);
    return found;
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

test('however long a run was, only what came since its newest mark is read, and no long exchange is missed', async () => {
  const old = await Promise.all([send(), send(), send(), send(), send()]);
  const [nothing, parts, more, ended, cut] = old;
  for (const part of [1, 2]) await release(parts, part, false);
  await release(more, 1, false);
  await release(cut, 1, false);
  await pass(3 * MARK_EVERY);
  for (const part of [2, 3]) await release(more, part, false);
  await release(ended, 1, true);
  await local.log.append(failedDraft(cut.exchange, Date.now(), cut.sent, 1));
  const young = await send();
  assert.deepEqual(await left(MARK_EVERY + 1_500), [
    { ...nothing, part: 0 },
    { ...parts, part: 2 },
    { ...more, part: 3 },
    { ...young, part: 0 },
  ]);
});

test('the mark of a run before the newest says nothing of the newest', async () => {
  await send();
  await pass(MARK_EVERY + 1_000);
  local.drop();
  local = await startLocalLog(folder);
  const second = await send();
  assert.deepEqual(await left(500), [{ ...second, part: 0 }]);
});
