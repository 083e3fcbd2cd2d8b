import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Connection } from '../../../../src/adapters/storage/postgres/connection.ts';
import { layoutOf, migrateLayout } from '../../../../src/adapters/storage/postgres/migrate-layout.ts';
import { readPostgresAddress } from '../../../../src/adapters/storage/postgres/postgres-address.ts';
import { openPostgresReader } from '../../../../src/adapters/storage/postgres/postgres-reader.ts';
import { openPostgresStore } from '../../../../src/adapters/storage/postgres/postgres-store.ts';
import { commitOf } from '../../../contracts/audit-store.contract.ts';
import { asOwner, postgresServer } from '../../../support/postgres-server.ts';
import { SampleEntries, uuid } from '../../../support/sample-log.ts';

const server = await postgresServer();
const role = `gateway_${process.pid}`;
await asOwner(server.address(), `CREATE ROLE ${role} LOGIN PASSWORD 'only-for-this-test'`);
after(async () => {
  await server.stop();
  // A server of our own is gone with its roles.
  await asOwner(server.address(), `DROP ROLE ${role}`).catch(() => undefined);
});

async function prepared(): Promise<{ owner: string; gateway: string }> {
  const owner = server.address(await server.createDatabase());
  const connection = new Connection(readPostgresAddress(owner), 5000);
  await migrateLayout(await connection.session(), role);
  await connection.close();
  const gateway = new URL(owner);
  [gateway.username, gateway.password] = [role, 'only-for-this-test'];
  return { owner, gateway: gateway.href };
}

test('several that make the layout at once all find it made, and none fails', async () => {
  const address = server.address(await server.createDatabase());
  const opened = Array.from({ length: 6 }, (_, nth) =>
    openPostgresStore(address, { instance: `gateway-${nth}`, epoch: uuid(4, nth) }),
  );
  const stores = await Promise.all(opened);
  for (const store of stores) assert.equal((await store.state()).size, 0);
  await Promise.all(stores.map((store) => store.close()));
});

test('INVARIANT: the role of a gateway appends and reads, and can change, delete, empty or drop nothing', async () => {
  const { owner, gateway } = await prepared();
  const store = await openPostgresStore(gateway, { instance: 'gateway-1', epoch: uuid(4, 1) });
  const sample = new SampleEntries();
  const fact = { kind: 'stop', key: 'x', value: Buffer.from('y') };
  const entries = [sample.begin(), ...sample.exchange(1)];
  await store.commit(['a'], () => commitOf(sample, entries, [{ key: 'a', count: 1 }], [fact]));
  await store.putCheckpoint(3, 'a note');
  await store.close();
  const { rows } = await asOwner(
    owner,
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'audit_log'::regnamespace AND c.relkind IN ('r', 'p')",
  );
  const tables = rows.map(({ relname }) => String(relname));
  assert.ok(tables.includes('entries') && tables.some((name) => /^entries_\d{4}_\d\d$/.test(name)));
  for (const table of tables) {
    for (const statement of [
      `DELETE FROM audit_log.${table}`,
      `TRUNCATE audit_log.${table}`,
      `DROP TABLE audit_log.${table}`,
      `INSERT INTO audit_log.${table} SELECT * FROM audit_log.${table}`,
      `ALTER TABLE audit_log.${table} DISABLE TRIGGER ALL`,
    ])
      await assert.rejects(asOwner(gateway, statement), { code: '42501' }, statement);
  }
  for (const change of ["entries SET leaf = ''", 'head SET size = 0', "hash_tiles SET hashes = ''"])
    await assert.rejects(asOwner(gateway, `UPDATE audit_log.${change}`), { code: '42501' }, change);
  await assert.rejects(asOwner(gateway, 'CREATE TABLE audit_log.mine (one integer)'), { code: '42501' });
});

test('INVARIANT: the functions that append refuse a gap, a way back in time, and a run without the fence', async () => {
  const { gateway } = await prepared();
  const store = await openPostgresStore(gateway, { instance: 'gateway-1', epoch: uuid(4, 1) });
  const sample = new SampleEntries();
  await store.commit([], () => commitOf(sample, [sample.begin()]));
  await store.close();
  const append = (first: number, at: number) =>
    asOwner(
      gateway,
      `SELECT audit_log.append_entries('gateway-1', ${first}, '{stopped}', '{${at}}', '{NULL}',
        decode(repeat('00', 32), 'hex'), 'x', '{1}', '', '{0}', '', 1, ${at})`,
    );
  const at = sample.atMs;
  for (const [first, when] of [
    [0, at],
    [2, at],
    [1, at - 1],
  ] as const)
    await assert.rejects(append(first, when), { code: 'SG002' });
  await assert.rejects(asOwner(gateway, "SELECT audit_log.take_head('gateway-1', 0)"), { code: 'SG001' });
});

test('a database without the tables, and one of a later version, are refused in words', async () => {
  const empty = server.address(await server.createDatabase());
  await assert.rejects(openPostgresReader(empty), /run `sharing-gateway store prepare`/);
  const { owner } = await prepared();
  await asOwner(owner, 'UPDATE audit_log.layout SET version = 99');
  await assert.rejects(openPostgresReader(owner), /has layout 99; this version knows layouts up to/);
  const connection = new Connection(readPostgresAddress(owner), 5000);
  assert.equal(await layoutOf(connection), 99);
  await connection.close();
});

test('a role that may not make tables in an empty database is told what to do', async () => {
  const address = new URL(server.address(await server.createDatabase()));
  [address.username, address.password] = [role, 'only-for-this-test'];
  await assert.rejects(
    openPostgresStore(address.href, { instance: 'gateway-1', epoch: uuid(4, 1) }),
    /cannot be opened: .*permission denied/,
  );
});
