import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertDurable, Connection } from '../../../../src/adapters/storage/postgres/connection.ts';
import { readPostgresAddress } from '../../../../src/adapters/storage/postgres/postgres-address.ts';
import { asOwner, postgresServer } from '../../../support/postgres-server.ts';

const server = await postgresServer();
after(() => server.stop());
const address = server.address(await server.createDatabase());

function connection(): Connection {
  return new Connection(readPostgresAddress(address), 5000);
}

/** Ends every connection of ours from the server's side. */
async function cutAll(): Promise<void> {
  await asOwner(
    address,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'sharing-gateway' AND datname = current_database()`,
  );
}

test('INVARIANT: every session asks for durable commits, whatever the database sets', async () => {
  const database = new URL(address).pathname.slice(1);
  await asOwner(address, `ALTER DATABASE ${database} SET synchronous_commit = off`);
  const open = connection();
  const [row] = await open.query("SELECT current_setting('synchronous_commit') AS commit");
  assert.equal(row?.['commit'], 'on');
  await open.close();
});

test('INVARIANT: a server that promises less is refused in words', () => {
  const whole = { commit: 'on', fsync: 'on', copy: false };
  assertDurable(whole);
  for (const less of ['off', 'local', 'remote_write', undefined])
    assert.throws(() => assertDurable({ ...whole, commit: less }), /is not durable: synchronous_commit is/);
  assert.throws(() => assertDurable({ ...whole, fsync: 'off' }), /fsync is off/);
  assert.throws(() => assertDurable({ ...whole, copy: true }), /is a standby/);
});

test('INVARIANT: statements that belong together never go on on another connection', async () => {
  const open = connection();
  const session = await open.session();
  await session.run('BEGIN');
  await session.run('CREATE TABLE kept (one integer)');
  await cutAll();
  await assert.rejects(session.run('INSERT INTO kept VALUES (1)'));
  await assert.rejects(session.run('COMMIT'));
  const [row] = await open.query("SELECT to_regclass('kept') AS kept");
  assert.equal(row?.['kept'], null);
  await open.close();
});

test('a connection that was lost is opened again by the next question but one at the latest', async () => {
  const open = connection();
  await open.query('SELECT 1');
  await cutAll();
  await open.query('SELECT 1').catch(() => undefined);
  assert.deepEqual(await open.query('SELECT 2 AS two'), [{ two: 2 }]);
  await open.close();
  await assert.rejects(open.query('SELECT 1'), /is closed/);
});

test('a warning of the server is kept until it is taken', async () => {
  const open = connection();
  const session = await open.session();
  await session.run('COMMIT');
  assert.match(session.takeWarning() ?? '', /no transaction in progress/);
  assert.equal(session.takeWarning(), undefined);
  await open.close();
});
