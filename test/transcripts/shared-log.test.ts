/** One log in PostgreSQL, written by several instances: starts, head files, recovery, and a database that goes back. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readPostgresAddress } from '../../src/adapters/storage/postgres/postgres-address.ts';
import { openPostgresReader } from '../../src/adapters/storage/postgres/postgres-reader.ts';
import { type StartedLog, startLogWriter } from '../../src/audit-log/writing/start-log-writer.ts';
import { exchangeId, sentDraft } from '../support/drafts.ts';
import { type LogFolder, logFolder } from '../support/log-folder.ts';
import { asOwner, postgresServer } from '../support/postgres-server.ts';

const server = await postgresServer();
after(() => server.stop());

interface Ground {
  readonly folder: LogFolder;
  readonly address: string;
  start(instance: string): Promise<StartedLog>;
  head(instance: string): string;
}

async function ground(t: { after(work: () => void): void }): Promise<Ground> {
  const folder = logFolder();
  t.after(() => folder.remove());
  const address = server.address(await server.createDatabase());
  const storeAddress = readPostgresAddress(address);
  const head = (instance: string) => join(folder.path, `head-${instance}`);
  const start = (instance: string) => {
    const parts = { storeFile: '', storeAddress, headFile: head(instance), publishDelayMs: 5 };
    return startLogWriter({ ...folder.start(parts), instance, epoch: randomUUID() });
  };
  return { folder, address, start, head };
}

async function leavesOf(address: string): Promise<Record<string, unknown>[]> {
  const reader = await openPostgresReader(address);
  const entries = await reader.entries(0, 10_000);
  await reader.close();
  return entries.map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()));
}

test('an instance recovers what its own earlier run left open, and never what another one has under way', async (t) => {
  const { address, start } = await ground(t);
  const [one, other] = [await start('gateway-1'), await start('gateway-2')];
  const [mine, theirs] = [exchangeId(Date.now()), exchangeId(Date.now() + 1)];
  await other.log.append(sentDraft(theirs, Date.now()));
  await one.log.append(sentDraft(mine, Date.now()));
  // The first one is as good as dead: nothing more is heard of it, and its name is started again.
  const again = await start('gateway-1');
  const recovered = (await leavesOf(address)).filter(({ kind }) => kind === 'recovered');
  assert.deepEqual(
    recovered.map(({ exchange, instance }) => [exchange, instance]),
    [[mine, 'gateway-1']],
  );
  await assert.rejects(one.log.append(sentDraft(exchangeId(Date.now()), Date.now())));
  assert.match((await one.poisoned).message, /took over/);
  await Promise.all([again.close(), other.close()]);
  const kinds = (await leavesOf(address)).filter(({ exchange }) => exchange === theirs);
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['sent', 'recovered'],
  );
});

test('a new instance needs no head file in a log that others write; one that has run before does', async (t) => {
  const { start, head } = await ground(t);
  const one = await start('gateway-1');
  await one.close();
  const other = await start('gateway-2');
  await other.close();
  rmSync(head('gateway-2'));
  await assert.rejects(start('gateway-2'), /the head file is missing, but the store holds \d+ entries/);
});

test('a head file that is older than what another instance signed since is good, and follows it', async (t) => {
  const { start, head, folder } = await ground(t);
  await (await start('gateway-1')).close();
  const old = join(folder.path, 'old');
  copyFileSync(head('gateway-1'), old);
  const other = await start('gateway-2');
  for (let nth = 0; nth < 40; nth += 1) await other.notes.append('policies', { policies: 'ab'.repeat(32) });
  await other.close();
  await (await start('gateway-1')).close();
  copyFileSync(old, head('gateway-1'));
  await (await start('gateway-1')).close();
});

test('INVARIANT: a database that was taken back to an earlier state is signed by nobody: a start refuses, a running writer ends', async (t) => {
  const { address, start } = await ground(t);
  const one = await start('gateway-1');
  const { rows } = await asOwner(address, 'SELECT size, range, seq, newest_at_ms FROM audit_log.head');
  for (let nth = 0; nth < 20; nth += 1) await one.notes.append('policies', { policies: 'ab'.repeat(32) });
  const other = await start('gateway-2');
  const { size, range, seq, newest_at_ms: newest } = rows[0] ?? assert.fail();
  await asOwner(address, `DELETE FROM audit_log.entries WHERE index >= ${size}`);
  await asOwner(address, `DELETE FROM audit_log.checkpoints WHERE size > ${size}`);
  await asOwner(
    address,
    `UPDATE audit_log.head SET size = ${size}, seq = ${seq}, newest_at_ms = ${newest},
      range = decode('${range.toString('hex')}', 'hex')`,
  );
  await assert.rejects(one.notes.append('policies', { policies: 'ab'.repeat(32) }));
  assert.match((await one.poisoned).message, /the store holds \d+ entries where the writer left \d+/);
  await assert.rejects(start('gateway-1'), /entries, but \d+ were signed/);
  await assert.rejects(other.notes.append('policies', { policies: 'ab'.repeat(32) }));
});
