/** A process that is killed while it erases, or drops what is due: what was begun is done, or was never begun, and never half. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { replayErasures } from '../../src/audit-log/keeping/replay-erasures.ts';
import { readSealedRow } from '../../src/audit-log/sealing/sealed-row.ts';
import { alone, keptLog, SHAH } from '../support/kept-log.ts';
import { findingsOf } from '../support/whole-log.ts';

const PROCESS = join(import.meta.dirname, '../support/erasing-process.ts');
const KILLS = 3;
/** About as long as one order, or one piece, takes. */
const LONGEST_MS = 25;
const JANUARY = Date.UTC(2020, 0, 15);

/** Runs the process on the folder and kills it a moment after it has printed so many lines; the lines that it printed. */
async function killed(path: string, what: 'erase' | 'retention', after: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROCESS, path, what], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  const due = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line !== 'ready') lines.push(line);
    if (lines.length === after) due.resolve();
  });
  await Promise.race([due.promise, ended]);
  await Promise.race([wait(Math.random() * LONGEST_MS), ended]);
  child.kill('SIGKILL');
  await ended;
  return lines;
}

/** At least one, at most so many. */
function some(most: number): number {
  return 1 + Math.floor(Math.random() * most);
}

test('every erasure that was answered is done, every one that was listed is done by the next start, and none is half', async (t) => {
  const first = await keptLog(t);
  await first.close();
  let answered = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const exchanges = await killed(first.folder.path, 'erase', some(8));
    answered += exchanges.length;
    const log = await keptLog(t, Date.now(), first.folder);
    for (const exchange of exchanges) {
      const rows = log.reader
        .entriesOfExchange(exchange)
        .map(({ sealed }) => readSealedRow(sealed ?? Buffer.alloc(0)));
      const left = rows.flatMap(({ asked, found }) => [...asked, ...found]).filter((one) => 'tag' in one);
      assert.equal(left.length, 1, exchange);
    }
    assert.deepEqual(await findingsOf(log.folder), []);
    const replayed = await replayErasures({ log: log.reader, append: log.append }, log.list.all());
    assert.ok(replayed <= 2, `${replayed} erasures of one order were listed and not done`);
    assert.equal(await replayErasures({ log: log.reader, append: log.append }, log.list.all()), 0);
    await log.close();
    assert.deepEqual(await findingsOf(log.folder), []);
  }
  t.diagnostic(`${answered} erasures were answered before ${KILLS} kills`);
});

test('retention that is killed has dropped whole pieces and nothing else, and the next run drops the rest', async (t) => {
  const log = await keptLog(t, JANUARY);
  for (let agreement = 0; agreement < 120; agreement += 1)
    await Promise.all(
      Array.from({ length: 5 }, () =>
        log.exchange(['ZZ9Z01'], { atMs: JANUARY, agreement: `DSA-${agreement}` }),
      ),
    );
  await log.close();
  for (let kill = 0; kill < KILLS; kill += 1) {
    await killed(log.folder.path, 'retention', some(25));
    // What is dropped and what is said agree, entry by entry: `verify` rebuilds the root of each piece.
    assert.deepEqual(await findingsOf(log.folder), []);
    t.diagnostic(`${log.reader.dropped(0, 10_000).length} entries were dropped after kill ${kill + 1}`);
  }
  const last = await keptLog(t, Date.now(), log.folder);
  last.clock = Date.UTC(2027, 0, 1);
  await last.retention.run(SHAH, alone);
  await last.close();
  assert.ok(last.reader.dropped(0, 10_000).length >= 1201);
  assert.deepEqual(await findingsOf(log.folder), []);
});
