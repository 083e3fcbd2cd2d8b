import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { verifyReceipt } from '../../../src/audit-log/proving/receipt.ts';
import { AuditLog } from '../../../src/audit-log/writing/audit-log.ts';
import type { AppendMessage } from '../../../src/audit-log/writing/log-messages.ts';
import type { EntryDraft } from '../../../src/domain/audit-entry.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { DurableReceipt } from '../../../src/domain/receipt.ts';
import { exchangeId, failedDraft, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { type LocalLog, nextEpoch, startLocalLog } from '../../support/local-log.ts';
import { type LogFolder, logFolder, ORIGIN } from '../../support/log-folder.ts';
import { until } from '../../support/until.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

let folder: LogFolder;
let local: LocalLog;

async function start(more: Parameters<typeof startLocalLog>[1] = {}): Promise<LocalLog> {
  folder = logFolder();
  local = await startLocalLog(folder, more);
  return local;
}

afterEach(() => {
  local.drop();
  folder.remove();
});

const sent = () => sentDraft(exchangeId(Date.now()), Date.now());
const refusedWith = (code: string) => (error: unknown) =>
  error instanceof GatewayError && error.code === code;

async function settled(promise: Promise<unknown>): Promise<'waits' | 'done'> {
  return Promise.race([promise.then(() => 'done' as const), wait(60, 'waits' as const)]);
}

test('an append resolves only after the commit returned', async () => {
  const { log, store } = await start();
  store.faults.set('commit', 'blocks');
  const receipt = log.append(sent());
  await until('the commit', () => store.commits === 2);
  assert.equal(await settled(receipt), 'waits');
  assert.equal(store.state().size, 1);
  store.release();
  assert.equal((await receipt).index, 1);
  assert.equal(store.state().size, 2);
});

test('what queues while a commit runs goes into one commit, and all resolve in the order of the calls', async () => {
  const { log, store } = await start();
  store.faults.set('commit', 'blocks');
  const before = store.commits + 1;
  const first = log.append(sent());
  await until('the first commit', () => store.commits === before);
  const order: number[] = [];
  const others = Array.from({ length: 100 }, async (_, nth) => {
    if (nth % 10 === 0) await wait(1);
    const receipt = await log.append(sent());
    order.push(receipt.index);
  });
  await until('all of them', () => log.waiting === 101);
  store.release();
  await Promise.all([first, ...others]);
  assert.equal(store.commits - before, 1);
  assert.deepEqual(
    order,
    order.toSorted((one, other) => one - other),
  );
  assert.equal(order.length, 100);
});

test('while the writer works on one message a second goes ahead once it is large, and no third', async () => {
  await start();
  const { port1, port2 } = new MessageChannel();
  const counts: number[] = [];
  port2.on('message', ({ count }: AppendMessage) => counts.push(count));
  const place = { origin: ORIGIN, instance: 'gateway-1', epoch: nextEpoch() };
  const onPoisoned = () => undefined;
  const log = new AuditLog(port1, { place, keys: folder.keys.sealing, now: Date.now, onPoisoned }, 0);
  const append = (times: number) => {
    for (let nth = 0; nth < times; nth += 1) log.append(sent()).catch(onPoisoned);
  };
  append(1);
  await until('the first message', () => counts.length === 1);
  append(127);
  await wait(60);
  assert.deepEqual(counts, [1]);
  append(1);
  await until('the second message', () => counts.length === 2);
  append(300);
  await wait(60);
  assert.deepEqual(counts, [1, 128]);
  port1.close();
});

test('every receipt verifies for the leaf that is stored at its index', async () => {
  const { log, store } = await start();
  const exchange = exchangeId(Date.now());
  const first = await log.append(sentDraft(exchange, Date.now()));
  const released = releasedDraft(exchange, Date.now(), first.leafHash);
  const receipts = await Promise.all([
    log.append(released),
    ...Array.from({ length: 9 }, () => log.append(sent())),
  ]);
  for (const receipt of [first, ...receipts]) {
    const [entry] = store.entries(receipt.index, 1);
    assert.equal(Buffer.from(entry!.leafHash).toString('base64'), receipt.leafHash);
    const said = verifyReceipt(receipt.header(), entry!.leaf, folder.keys.receipts.verifierKey);
    assert.ok(typeof said === 'object', String(said));
    assert.equal(said.index, receipt.index);
    assert.equal(receipt.stored, 'as drafted');
    assert.ok(DurableReceipt.isGenuine(receipt));
  }
  assert.equal(Buffer.from(receipts[0].bodySalt ?? '', 'base64url').length, 16);
  assert.equal(first.bodySalt, undefined);
});

test('a receipt cannot be forged: neither a copy nor a look-alike is genuine', async () => {
  const { log } = await start();
  const receipt = await log.append(sent());
  assert.ok(!DurableReceipt.isGenuine({ ...receipt }));
  assert.ok(!DurableReceipt.isGenuine(Object.create(DurableReceipt.prototype)));
  assert.ok(!DurableReceipt.isGenuine(structuredClone({ index: receipt.index })));
  assert.ok(!DurableReceipt.isGenuine(undefined));
});

test('more entries than may wait are refused as overloaded, and those that wait are still stored', async () => {
  const { log, store } = await start({ mostWaiting: 8 });
  store.faults.set('commit', 'blocks');
  const waiting = Array.from({ length: 8 }, () => log.append(sent()));
  await assert.rejects(
    log.append(sent()),
    (error) => refusedWith('overloaded')(error) && Object(error).retryAfterSeconds === 1,
  );
  await until('the commit', () => store.commits === 2);
  store.release();
  assert.equal((await Promise.all(waiting)).length, 8);
  assert.equal((await log.append(sent())).index, 9);
});

test('after a clean rollback those who waited get 503 with a time to come back, and the log goes on', async () => {
  const { log, store } = await start();
  store.faults.set('commit', 'rolls back');
  const failures = await Promise.allSettled([log.append(sent()), log.append(sent())]);
  for (const failure of failures) {
    assert.ok(failure.status === 'rejected' && refusedWith('log-unavailable')(failure.reason));
    assert.equal(failure.reason.retryAfterSeconds, 1);
  }
  assert.ok(log.alive);
  assert.equal((await log.append(sent())).index, 1);
});

for (const fault of ['fails', 'fails after taking effect', 'never answers'] as const) {
  test(`a commit that ${fault} gives nobody a receipt, neither those who wait nor those who come`, async () => {
    const { log, store, writerPoisoned, logPoisoned } = await start({ commitWithinMs: 50 });
    store.faults.set('commit', fault);
    const waiting = [log.append(sent()), log.append(sent())];
    const late = wait(5).then(() => log.append(sent()));
    for (const append of [...waiting, late]) await assert.rejects(append, refusedWith('log-unavailable'));
    await Promise.all([writerPoisoned, logPoisoned]);
    await assert.rejects(log.append(sent()), refusedWith('log-unavailable'));
    assert.ok(!log.alive);
    assert.equal(store.commits, 2);
  });
}

for (const fault of ['fails', 'fails after taking effect'] as const) {
  test(`a checkpoint that ${fault} in the store ends the log`, async () => {
    const { log, store, writerPoisoned, logPoisoned } = await start({ publishDelayMs: 1 });
    store.faults.set('putCheckpoint', fault);
    await Promise.allSettled([log.append(sent()), writerPoisoned]);
    await assert.rejects(log.append(sent()), refusedWith('log-unavailable'));
    await logPoisoned;
  });
}

test('a writer that answers nothing any more counts as lost', async () => {
  const { log, store, logPoisoned } = await start({ answerWithinMs: 40 });
  store.faults.set('commit', 'never answers');
  await assert.rejects(log.append(sent()), refusedWith('log-unavailable'));
  assert.match((await logPoisoned).message, /does not answer/);
});

test('a draft that no leaf can say is refused alone, and its neighbours are stored', async () => {
  const { log, store } = await start();
  const wrong = sentDraft('not a uuid', Date.now());
  const vast = { ...sent(), facts: { ...sent().facts, lookups: Array(40).fill('x'.repeat(1000)) } };
  const [before, refused, tooLarge, after] = await Promise.allSettled(
    [sent(), wrong, vast, sent()].map((draft) => log.append(draft)),
  );
  assert.deepEqual([before?.status, after?.status], ['fulfilled', 'fulfilled']);
  for (const failure of [refused, tooLarge])
    assert.ok(failure?.status === 'rejected' && refusedWith('internal-error')(failure.reason));
  assert.equal(store.state().size, 3);
});

test('own entries keep their place among the others and are refused with members they do not have', async () => {
  const { log } = await start();
  const receipts = await Promise.all([
    log.append(sent()),
    log.appendNote('policies', { policies: 'ab'.repeat(32) }),
  ]);
  assert.deepEqual(
    receipts.map(({ index }) => index),
    [1, 2],
  );
  await assert.rejects(log.appendNote('policies', { person: 'officer-0417' }), refusedWith('internal-error'));
});

test('closing stores what was appended before and takes nothing after', async () => {
  const { log } = await start();
  const before = log.append(sent());
  log.close();
  await assert.rejects(log.append(sent()), refusedWith('log-unavailable'));
  assert.equal((await before).index, 1);
  await log.settled();
});

test('the newest instant is that of the newest durable entry', async () => {
  const { log } = await start();
  const before = log.newestAtMs;
  const atMs = Date.now() + 5;
  await log.append(sentDraft(exchangeId(atMs), atMs));
  assert.ok(before > 0);
  assert.equal(log.newestAtMs, atMs);
});

test('where one part of a group cannot be written none of the group is stored, and the log goes on whole', async () => {
  const { log } = await start();
  const exchange = exchangeId(Date.now());
  const { leafHash } = await log.append(sentDraft(exchange, Date.now()));
  const part = (number: number): EntryDraft =>
    releasedDraft(exchange, Date.now(), leafHash, { part: number, last: false });
  const { result, ...rest } = part(2);
  const fields = Array.from({ length: 4_000 }, (_, nth) => `field${nth}`);
  const group = [part(1), { ...rest, result: { ...result, fields } }, part(3)];
  await assert.rejects(log.appendTogether(group), refusedWith('internal-error'));
  const durable = await log.appendTogether([part(1), part(2)]);
  assert.deepEqual(
    durable.map(({ index }) => index),
    [2, 3],
  );
  await log.append(failedDraft(exchange, Date.now(), leafHash, 2));
  await local.close();
  assert.deepEqual(await findingsOf(folder), []);
  const kinds = leavesOf(folder).map(({ kind, part: number }) => `${kind} ${number ?? ''}`.trim());
  assert.deepEqual(kinds, ['started', 'sent', 'released 1', 'released 2', 'failed 2', 'stopped']);
  folder.remove();
  await start();
});

test('limits are counted by person, however many appends run at once', async () => {
  const { log } = await start();
  const limited = (person: string): ReturnType<AuditLog['append']> =>
    log.append({
      ...sent(),
      limits: [{ name: 'checks by one person', agreement: 'DSA-2026-014', person, most: 5, per: 'day' }],
    });
  const receipts = await Promise.all(Array.from({ length: 20 }, (_, nth) => limited(`officer-${nth % 2}`)));
  assert.equal(receipts.filter(({ stored }) => stored === 'as drafted').length, 10);
  const refused = receipts.find(({ stored }) => stored !== 'as drafted');
  assert.ok(typeof refused?.stored === 'object');
  assert.equal(refused.stored.limit, 'checks by one person');
  assert.ok(refused.stored.retryAfterSeconds > 0 && refused.stored.retryAfterSeconds <= 25 * 3600);
  assert.ok(refused.header().length > 100);
});
