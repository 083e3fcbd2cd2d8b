import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { startLogWriter } from '../../../src/audit-log/writing/start-log-writer.ts';
import { type LogFolder, logFolder } from '../../support/log-folder.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

const CHILD = fileURLToPath(new URL('../../support/appending-process.ts', import.meta.url));
const KILLS = 4;
let folder: LogFolder;

beforeEach(() => {
  folder = logFolder();
});

afterEach(() => folder.remove());

/** Lets a process append under load and kills it where it stands; returns what it had been told is durable. */
async function killedUnderLoad(afterMs: number): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [CHILD, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  await once(child.stdout, 'data');
  await wait(afterMs);
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  const lines = said.slice(0, said.lastIndexOf('\n')).split('\n');
  return new Map(lines.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']));
}

test('a gateway killed under load has every entry that it acknowledged, recovers, and its log verifies', async () => {
  const acknowledged = new Map<number, string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (const [index, hash] of await killedUnderLoad(40 + Math.random() * 200))
      acknowledged.set(index, hash);
  }
  const { close } = await startLogWriter(folder.start());
  await close();
  const reader = openSqliteReader(folder.storeFile);
  for (const [index, hash] of acknowledged) {
    const [entry] = reader.entries(index, 1);
    assert.equal(entry && Buffer.from(entry.leafHash).toString('base64'), hash, `entry ${index}`);
  }
  reader.close();
  assert.ok(acknowledged.size > KILLS);
  assert.deepEqual(await findingsOf(folder), []);

  const open = new Set<string>();
  let recovered = 0;
  for (const { kind, exchange, last } of leavesOf(folder)) {
    if (kind === 'sent') open.add(exchange);
    if (kind === 'recovered') recovered += 1;
    if (kind === 'recovered' || (kind === 'released' && last))
      assert.ok(open.delete(exchange), `${kind} ${exchange}`);
  }
  assert.deepEqual([...open], []);
  assert.ok(recovered > 0);
});
