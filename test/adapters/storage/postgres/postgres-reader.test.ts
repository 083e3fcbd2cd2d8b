import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPostgresReader } from '../../../../src/adapters/storage/postgres/postgres-reader.ts';
import { openPostgresStore } from '../../../../src/adapters/storage/postgres/postgres-store.ts';
import { commitOf, plain } from '../../../contracts/audit-store.contract.ts';
import { asOwner, postgresServer } from '../../../support/postgres-server.ts';
import { SampleEntries, uuid } from '../../../support/sample-log.ts';

const server = await postgresServer();
after(() => server.stop());
const address = server.address(await server.createDatabase());
const store = await openPostgresStore(address, { instance: 'gateway-1', epoch: uuid(4, 1) });
after(() => store.close());
const sample = new SampleEntries();
const first = [sample.begin(), ...sample.exchange(1, 2), sample.refused(2)];
await store.commit([], () => commitOf(sample, first));

test('a frozen view shows neither entries nor facts that came after it; another reader does', async () => {
  const [frozen, fresh] = [await openPostgresReader(address), await openPostgresReader(address)];
  await frozen.freeze();
  const fact = { kind: 'stop', key: 'x', value: Buffer.from('y') };
  await store.commit([], () => commitOf(sample, sample.exchange(3), [], [fact]));
  assert.equal((await frozen.state()).size, first.length);
  assert.deepEqual(plain(await frozen.entries(0, 100)), plain(first));
  assert.deepEqual(await frozen.facts('stop'), []);
  assert.equal((await fresh.state()).size, first.length + 2);
  assert.equal(Buffer.from((await fresh.fact('stop', 'x')) ?? []).toString(), 'y');
  await Promise.all([frozen.close(), fresh.close()]);
});

test('entries are found by kind, consumer, time and place, newest first', async () => {
  const reader = await openPostgresReader(address);
  const find = async (filter: Parameters<typeof reader.find>[0]) =>
    (await reader.find(filter, 10)).map(({ index }) => index);
  assert.deepEqual(await find({ kind: 'released' }), [6, 3, 2]);
  assert.deepEqual(await find({ kind: 'released', before: 6 }), [3, 2]);
  assert.deepEqual(await find({ consumer: 'southfen-council', before: 3 }), [2, 1]);
  assert.deepEqual(await find({ consumer: 'nobody' }), []);
  assert.deepEqual(await find({ sinceMs: first[4]?.atMs ?? 0 }), [6, 5, 4]);
  assert.deepEqual(await reader.entriesOfExchange("x' OR true --"), []);
  await reader.close();
});

test('a reader whose connection was cut asks again by itself, unless it holds a view', async () => {
  const [frozen, fresh] = [await openPostgresReader(address), await openPostgresReader(address)];
  await frozen.freeze();
  await asOwner(
    address,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'sharing-gateway' AND datname = current_database()`,
  );
  await fresh.state().catch(() => undefined);
  assert.ok((await fresh.state()).size > 0);
  await assert.rejects(frozen.state());
  await Promise.all([frozen.close(), fresh.close()]);
});

test('what is missing is told from what cannot be read', async () => {
  const reader = await openPostgresReader(address);
  await assert.rejects(async () => reader.hashAt(0, 100_000), RangeError);
  assert.equal(await reader.tile(3, 7), undefined);
  await asOwner(address, 'ALTER TABLE audit_log.checkpoints RENAME TO elsewhere');
  await assert.rejects(async () => reader.checkpoint(), { code: 'log-unavailable' });
  await asOwner(address, 'ALTER TABLE audit_log.elsewhere RENAME TO checkpoints');
  await reader.close();
  await assert.rejects(
    openPostgresReader('postgres://gateway@127.0.0.1:1/audit'),
    /127\.0\.0\.1:1\/audit cannot be read/,
  );
});
