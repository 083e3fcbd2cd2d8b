import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { openHeadFile } from '../../../src/adapters/signing/head-file.ts';
import { verifyReceipt } from '../../../src/audit-log/proving/receipt.ts';
import { AuditLog } from '../../../src/audit-log/writing/audit-log.ts';
import { startLogWriter } from '../../../src/audit-log/writing/start-log-writer.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import type { DurableReceipt } from '../../../src/domain/receipt.ts';
import { formatVerifierKey } from '../../../src/merkle/signed-note.ts';
import { exchangeId, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { type LogFolder, logFolder } from '../../support/log-folder.ts';
import { until } from '../../support/until.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

let folder: LogFolder;

beforeEach(() => {
  folder = logFolder();
});

afterEach(() => folder.remove());

const sent = () => sentDraft(exchangeId(Date.now()), Date.now());

test('five hundred appends at once against a limit of 150 let just 150 pass, also across a restart', async () => {
  const limits = [
    { name: 'checks by the organisation', agreement: 'DSA-2026-014', most: 150, per: 'day' },
  ] as const;
  const stored: DurableReceipt['stored'][] = [];
  for (const many of [100, 400]) {
    const { log, close } = await startLogWriter(folder.start());
    const receipts = await Promise.all(Array.from({ length: many }, () => log.append({ ...sent(), limits })));
    for (const receipt of receipts) stored.push(receipt.stored);
    await close();
  }
  assert.equal(stored.filter((outcome) => outcome === 'as drafted').length, 150);
  const leaves = leavesOf(folder);
  assert.equal(leaves.filter(({ kind }) => kind === 'sent').length, 150);
  const refused = leaves.filter(
    ({ kind, code, after }) => kind === 'refused' && code === 'limit-reached' && after === 'limit',
  );
  assert.equal(refused.length, 350);
  assert.deepEqual(await findingsOf(folder), []);
});

test('exchanges of several threads of a gateway stand in one log, each with receipts that verify', async () => {
  const start = folder.start();
  const { log, connect, close, verifierKeys } = await startLogWriter(start);
  const port = connect();
  const place = { origin: start.origin, instance: start.instance, epoch: start.epoch };
  const poisoned: Error[] = [];
  const options = {
    place,
    keys: start.keys,
    now: Date.now,
    onPoisoned: (error: Error) => poisoned.push(error),
  };
  const other = new AuditLog(port, options, 0);
  const exchanges = Array.from({ length: 60 }, async (_, nth) => {
    const own = nth % 2 === 0 ? log : other;
    const exchange = exchangeId(Date.now());
    const first = await own.append(sentDraft(exchange, Date.now()));
    return own.append(releasedDraft(exchange, Date.now(), first.leafHash));
  });
  for (const receipt of await Promise.all(exchanges)) {
    const said = verifyReceipt(receipt.header(), undefined, folder.keys.receipts.verifierKey);
    assert.ok(typeof said === 'object' && said.index === receipt.index, String(said));
  }
  other.close();
  await close();
  assert.deepEqual(verifierKeys, [
    formatVerifierKey(folder.keys.checkpoint.verifierKey),
    formatVerifierKey(folder.keys.receipts.verifierKey),
  ]);
  assert.deepEqual(poisoned, []);
  assert.deepEqual(await findingsOf(folder), []);
});

test('threads of a gateway that append at once let just as many pass as the limit allows', async () => {
  const start = folder.start();
  const { log, connect, close } = await startLogWriter(start);
  const place = { origin: start.origin, instance: start.instance, epoch: start.epoch };
  const others = [connect(), connect(), connect()].map(
    (port) => new AuditLog(port, { place, keys: start.keys, now: Date.now, onPoisoned: () => undefined }, 0),
  );
  const limits = [
    { name: 'checks by the organisation', agreement: 'DSA-2026-014', most: 100, per: 'day' },
  ] as const;
  const threads = [log, ...others];
  const receipts = await Promise.all(
    Array.from({ length: 400 }, (_, nth) => threads[nth % threads.length]?.append({ ...sent(), limits })),
  );
  assert.equal(receipts.filter((receipt) => receipt?.stored === 'as drafted').length, 100);
  for (const other of others) other.close();
  await close();
  assert.deepEqual(await findingsOf(folder), []);
});

test('own entries, the newest instant and the members of `started` are kept', async () => {
  const policies = 'ab'.repeat(32);
  const start = folder.start();
  const started = await startLogWriter({
    ...start,
    thread: { ...start.thread, started: { ...start.thread.started, policies } },
  });
  const atMs = Date.now() + 1000;
  await started.log.append(sentDraft(exchangeId(atMs), atMs));
  await started.notes.append('policies', { policies });
  assert.equal(started.newestAtMs, atMs);
  await started.close();
  const leaves = leavesOf(folder);
  assert.deepEqual(
    leaves.map(({ kind }) => kind),
    ['started', 'sent', 'policies', 'recovered', 'stopped'],
  );
  assert.equal(leaves[0]?.policies, policies);
  assert.deepEqual(await findingsOf(folder), []);
});

test('what is not in order is refused at the start in one sentence, and the next start can succeed', async () => {
  const { close } = await startLogWriter(folder.start());
  const saying = (words: RegExp) => (error: unknown) =>
    error instanceof GatewayError && words.test(error.message);
  await assert.rejects(startLogWriter(folder.start()), saying(/./));
  await close();
  rmSync(folder.headFile);
  await assert.rejects(startLogWriter(folder.start()), saying(/head file is missing/));
  const start = folder.start();
  const keysFolder = `${folder.path}/nowhere`;
  await assert.rejects(
    startLogWriter({ ...start, thread: { ...start.thread, keysFolder } }),
    saying(/checkpoint\.pem is missing.*sealing\.key is missing/),
  );
});

test('a full store refuses entries for the moment, and the log is neither poisoned nor damaged', async () => {
  const { log, close } = await startLogWriter(folder.start({ mostPages: 80 }));
  const results: PromiseSettledResult<DurableReceipt>[] = [];
  for (let round = 0; round < 40; round += 1)
    results.push(...(await Promise.allSettled(Array.from({ length: 10 }, () => log.append(sent())))));
  const refused = results.filter((result) => result.status === 'rejected');
  assert.ok(refused.length > 0 && refused.length < results.length);
  for (const { reason } of refused) {
    assert.ok(reason instanceof GatewayError && reason.code === 'log-unavailable');
    assert.equal(reason.retryAfterSeconds, 1);
  }
  assert.ok(log.alive);
  await close();
  const next = await startLogWriter(folder.start());
  await next.log.append(sent());
  await next.close();
  assert.deepEqual(await findingsOf(folder), []);
});

test('a log that is closed takes nothing more, and nobody calls it poisoned', async () => {
  const { log, close, poisoned } = await startLogWriter(folder.start());
  const last = log.append(sent());
  await close();
  assert.equal((await last).index, 1);
  await assert.rejects(log.append(sent()), { code: 'log-unavailable' });
  assert.equal(await Promise.race([poisoned, Promise.resolve('quiet')]), 'quiet');
});

test('a writer thread that dies gives nobody a receipt and poisons the log', async () => {
  const threadUrl = new URL('../../support/dying-thread.ts', import.meta.url);
  const { log, poisoned, close } = await startLogWriter({ ...folder.start(), threadUrl });
  await assert.rejects(log.append(sent()), { code: 'log-unavailable' });
  assert.match((await poisoned).message, /writer thread has ended/);
  await assert.rejects(log.append(sent()), { code: 'log-unavailable' });
  await close();
});

test('a writer thread that ends without a word refuses the start and does not leave it waiting', async () => {
  const threadUrl = new URL('data:text/javascript,process.exit(0)');
  await assert.rejects(
    startLogWriter({ ...folder.start(), threadUrl }),
    (error) =>
      error instanceof GatewayError && /cannot be opened: the writer thread ended/.test(error.message),
  );
});

test('after the order to sign no more entries are still taken, and no checkpoint covers them, not even at the close', async () => {
  const { notes, stopSigning, close } = await startLogWriter(folder.start({ publishDelayMs: 5 }));
  const head = openHeadFile(folder.headFile);
  await notes.append('alarm', { code: 'clock-set-back' });
  await until('a checkpoint over the first entries', () => head.read()?.split('\n')[1] === '2');
  stopSigning();
  await notes.append('alarm', { code: 'clock-set-back' });
  await close();
  assert.equal(head.read()?.split('\n')[1], '2');
  assert.equal(leavesOf(folder).length, 4);
});
