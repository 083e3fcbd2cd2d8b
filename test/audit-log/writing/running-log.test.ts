import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { exchangeId, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { startLocalLog } from '../../support/local-log.ts';
import { type LogFolder, logFolder } from '../../support/log-folder.ts';
import { until } from '../../support/until.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

let folder: LogFolder;

beforeEach(() => {
  folder = logFolder();
});

afterEach(() => folder.remove());

const kinds = () => leavesOf(folder).map(({ kind }) => kind);

test('a run begins with `started`, ends with `stopped` and its checkpoint, and the whole verifies', async () => {
  const { log, close } = await startLocalLog(folder);
  const exchange = exchangeId(Date.now());
  const { leafHash } = await log.append(sentDraft(exchange, Date.now()));
  await log.append(releasedDraft(exchange, Date.now(), leafHash));
  await close();
  assert.deepEqual(kinds(), ['started', 'sent', 'released', 'stopped']);
  assert.deepEqual(await findingsOf(folder), []);
});

test('after a crash the next run says of every unfinished exchange what may have gone, once', async () => {
  const first = await startLocalLog(folder);
  const [one, two] = [exchangeId(Date.now()), exchangeId(Date.now())];
  const sent = await first.log.append(sentDraft(one, Date.now()));
  await first.log.append(releasedDraft(one, Date.now(), sent.leafHash, { part: 1, last: false }));
  await first.log.append(sentDraft(two, Date.now()));
  first.drop();
  const second = await startLocalLog(folder);
  second.drop();
  const third = await startLocalLog(folder);
  await third.close();
  assert.deepEqual(kinds(), [
    'started',
    'sent',
    'released',
    'sent',
    'started',
    'recovered',
    'recovered',
    'started',
    'stopped',
  ]);
  const recovered = leavesOf(folder).filter(({ kind }) => kind === 'recovered');
  assert.deepEqual(
    recovered.map(({ exchange, part, sent }) => [exchange, part, typeof sent]),
    [
      [one, 1, 'string'],
      [two, 0, 'string'],
    ],
  );
  assert.deepEqual(await findingsOf(folder), []);
});

test('each run has its own epoch and counts its entries from one', async () => {
  for (let run = 0; run < 3; run += 1) await (await startLocalLog(folder)).close();
  const leaves = leavesOf(folder);
  assert.deepEqual(
    leaves.map(({ seq }) => seq),
    [1, 2, 1, 2, 1, 2],
  );
  assert.equal(new Set(leaves.map(({ epoch }) => epoch)).size, 3);
});

test('a heart beats whether entries come or not, as often as the first entry of its run says', async () => {
  const { close } = await startLocalLog(folder, { heartbeatMs: 1000 });
  const beats = () => leavesOf(folder).filter(({ kind }) => kind === 'heartbeat');
  await until('two beats', () => beats().length === 2);
  await close();
  const [started] = leavesOf(folder);
  assert.equal(started.beat, 1);
  assert.deepEqual(
    beats().map(({ facts }) => facts.count),
    [0, 0],
  );
  assert.deepEqual(await findingsOf(folder), []);
});

test('a clock that was set back does not take the log with it', async () => {
  const ahead = Date.now() + 3_600_000;
  const { log, close } = await startLocalLog(folder);
  await log.append(sentDraft(exchangeId(ahead), ahead));
  await close();
  const next = await startLocalLog(folder);
  assert.equal(next.running.newestAtMs, ahead);
  await next.close();
  assert.deepEqual(await findingsOf(folder), []);
});

test('a stop says of every exchange that is still open what may have gone, so that no `sent` stays without an end', async () => {
  const { log, close } = await startLocalLog(folder);
  const [one, two, three] = [exchangeId(Date.now()), exchangeId(Date.now()), exchangeId(Date.now())];
  for (const exchange of [one, two, three]) {
    const { leafHash } = await log.append(sentDraft(exchange, Date.now()));
    if (exchange !== one)
      await log.append(releasedDraft(exchange, Date.now(), leafHash, { part: 1, last: exchange === three }));
  }
  await close();
  const recovered = leavesOf(folder).filter(({ kind }) => kind === 'recovered');
  assert.deepEqual(
    recovered.map(({ exchange, part }) => [exchange, part]),
    [
      [one, 0],
      [two, 1],
    ],
  );
  assert.equal(kinds().at(-1), 'stopped');
  assert.deepEqual(await findingsOf(folder), []);
});

test('a stop that finds no room for `stopped` closes all the same, and the next run recovers', async () => {
  const { log, store, close } = await startLocalLog(folder);
  await log.append(sentDraft(exchangeId(Date.now()), Date.now()));
  store.faults.set('commit', 'rolls back');
  await close();
  await (await startLocalLog(folder)).close();
  assert.deepEqual(kinds(), ['started', 'sent', 'started', 'recovered', 'stopped']);
  assert.deepEqual(await findingsOf(folder), []);
});

test('nothing is stored after `stopped`, whoever still appends', async () => {
  const { log, running, close } = await startLocalLog(folder);
  const closing = running.close();
  await assert.rejects(log.append(sentDraft(exchangeId(Date.now()), Date.now())), {
    code: 'log-unavailable',
  });
  await closing;
  await close().catch(() => undefined);
  assert.deepEqual(kinds(), ['started', 'stopped']);
});
