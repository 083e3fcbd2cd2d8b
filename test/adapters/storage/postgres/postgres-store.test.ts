import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import {
  openPostgresStore,
  type PostgresStore,
} from '../../../../src/adapters/storage/postgres/postgres-store.ts';
import { CleanRollback } from '../../../../src/audit-log/ports.ts';
import { rootOfFirst } from '../../../../src/audit-log/proving/proofs.ts';
import { CompactRange } from '../../../../src/merkle/compact-range.ts';
import { auditStoreContract, commitOf } from '../../../contracts/audit-store.contract.ts';
import { asOwner, postgresServer } from '../../../support/postgres-server.ts';
import { SampleEntries, uuid } from '../../../support/sample-log.ts';

const server = await postgresServer();
after(() => server.stop());

const empty = await server.createDatabase();
const first = await openPostgresStore(server.address(empty), { instance: 'gateway-1', epoch: uuid(4, 1) });
await first.close();

/** A copy of a database whose layout was made already. */
async function newAddress(): Promise<string> {
  return server.address(await server.createDatabase(empty));
}

auditStoreContract('PostgreSQL', async () => {
  const address = await newAddress();
  return {
    open: () => openPostgresStore(address, { instance: 'gateway-1', epoch: uuid(4, 2) }),
    remove: () => undefined,
  };
});

function open(address: string, instance: string, run: number): Promise<PostgresStore> {
  return openPostgresStore(address, { instance, epoch: uuid(4, run) });
}

/** Two gateways' ends of one log; entries come in turn. */
async function two(): Promise<{ address: string; one: PostgresStore; other: PostgresStore }> {
  const address = await newAddress();
  return { address, one: await open(address, 'gateway-1', 1), other: await open(address, 'gateway-2', 2) };
}

test('each commit is built on what the other gateway stored last, and the tree over both is the tree of the entries', async () => {
  const { one, other } = await two();
  const sample = new SampleEntries();
  await one.commit([], () => commitOf(sample, [sample.begin()]));
  for (let turn = 0; sample.size < 700; turn += 1) {
    const store = turn % 3 === 0 ? one : other;
    const before = sample.size;
    await store.commit([], (state) => {
      assert.equal(state.size, before);
      return commitOf(sample, sample.exchange(turn, 1 + (turn % 40)));
    });
  }
  const entries = await one.entries(0, 10_000);
  const tree = new CompactRange();
  for (const { leafHash } of entries) tree.append(leafHash);
  assert.deepEqual(Buffer.from(await rootOfFirst(other, sample.size)), Buffer.from(tree.root()));
  const half = new CompactRange();
  for (const { leafHash } of entries.slice(0, 513)) half.append(leafHash);
  assert.deepEqual(Buffer.from(await rootOfFirst(one, 513)), Buffer.from(half.root()));
  await Promise.all([one.close(), other.close()]);
});

test('commits of two gateways at the same time come one after the other, and counters miss none of them', async () => {
  const { one, other } = await two();
  const sample = new SampleEntries();
  const work = Array.from({ length: 40 }, (_, nth) =>
    (nth % 2 === 0 ? one : other).commit(['limit'], (state, counts) => {
      assert.equal(state.size, sample.size);
      const counted = { key: 'limit', count: (counts.get('limit') ?? 0) + 1 };
      return commitOf(sample, [sample.refused(nth)], [counted]);
    }),
  );
  await Promise.all(work);
  await one.commit(['limit'], (_, counts) => {
    assert.equal(counts.get('limit'), 40);
    return commitOf(sample, []);
  });
  await Promise.all([one.close(), other.close()]);
});

test('the counters that a commit asks for follow from the state that it finds', async () => {
  const { one, other } = await two();
  const sample = new SampleEntries();
  await one.commit([], () => commitOf(sample, [sample.begin()], [{ key: 'window of 1', count: 7 }]));
  await other.commit(
    ({ size }) => [`window of ${size}`],
    (_, counts) => {
      assert.equal(counts.get('window of 1'), 7);
      return commitOf(sample, []);
    },
  );
  await Promise.all([one.close(), other.close()]);
});

test('INVARIANT: a run that another one of the same name took over from can commit nothing, and that is a doubt to it', async () => {
  const address = await newAddress();
  const sample = new SampleEntries();
  const [old, fresh] = [await open(address, 'gateway-1', 1), await open(address, 'gateway-1', 2)];
  await old.shared.takeOver();
  await old.commit([], () => commitOf(sample, [sample.begin()]));
  await fresh.shared.takeOver();
  await assert.rejects(
    () => old.commit([], () => commitOf(sample, sample.exchange(1))),
    (error: Error) => !(error instanceof CleanRollback) && /took over/.test(error.message),
  );
  assert.deepEqual(await fresh.shared.ownRun(), { instance: 'gateway-1', known: true, ends: 1 });
  assert.equal((await fresh.state()).size, 1);
  await Promise.all([old.close(), fresh.close()]);
});

test('a run that takes over waits for the commit that is under way, and sees it', async () => {
  const address = await newAddress();
  const sample = new SampleEntries();
  const [old, fresh] = [await open(address, 'gateway-1', 1), await open(address, 'gateway-1', 2)];
  await old.shared.takeOver();
  let taken: Promise<void> | undefined;
  await old.commit([], () => {
    taken = fresh.shared.takeOver();
    return commitOf(sample, [sample.begin()]);
  });
  await taken;
  assert.equal((await fresh.shared.ownRun()).ends, 1);
  await Promise.all([old.close(), fresh.close()]);
});

test('a writer that is paused in the middle of a commit holds nobody up for long, and stores nothing when it goes on', async () => {
  const { address, one, other } = await two();
  const sample = new SampleEntries();
  await one.commit([], () => commitOf(sample, [sample.begin()]));
  // What a stopped process looks like to the server: a transaction that holds the head and says nothing more.
  const paused = new pg.Client({ connectionString: address });
  paused.on('error', () => undefined);
  await paused.connect();
  await paused.query('SET idle_in_transaction_session_timeout = 300');
  await paused.query('BEGIN');
  await paused.query('SELECT size FROM audit_log.head FOR UPDATE');
  await other.commit([], () => commitOf(sample, sample.exchange(1)));
  await assert.rejects(paused.query('COMMIT'));
  assert.equal((await one.state()).size, 3);
  await Promise.all([one.close(), other.close()]);
});

test('an entry of a month that nobody made ahead gets its partition in its own commit', async () => {
  const address = await newAddress();
  const store = await open(address, 'gateway-1', 1);
  const sample = new SampleEntries();
  const entry = { ...sample.begin(), atMs: Date.UTC(2031, 4, 1) };
  const state = { ...commitOf(sample, []).state, newestAtMs: entry.atMs };
  await store.commit([], () => ({ ...commitOf(sample, [entry]), state }));
  const { rows } = await asOwner(address, 'SELECT tableoid::regclass::text AS part FROM audit_log.entries');
  assert.deepEqual(rows, [{ part: 'audit_log.entries_2031_05' }]);
  await store.close();
});

test('a lock that is held too long and a full disk before COMMIT are clean rollbacks', async () => {
  const { one, other } = await two();
  const sample = new SampleEntries();
  await one.commit([], () => commitOf(sample, [sample.begin()]));
  await assert.rejects(
    () =>
      one.commit([], () => {
        throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
      }),
    CleanRollback,
  );
  await assert.rejects(
    () =>
      one.commit([], () => {
        throw Object.assign(new Error('disk full'), { code: '53100' });
      }),
    CleanRollback,
  );
  assert.equal((await other.state()).size, 1);
  await Promise.all([one.close(), other.close()]);
});

for (const [level, words] of [
  ['WARNING', 'a warning with COMMIT (a standby that was not waited for says so)'],
  ['EXCEPTION', 'an error at COMMIT'],
] as const) {
  test(`INVARIANT: ${words} is a doubt, never a clean rollback`, async () => {
    const { address, one, other } = await two();
    await asOwner(
      address,
      `CREATE FUNCTION audit_log.late() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE ${level} 'at the end'; RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER late AFTER INSERT ON audit_log.counters DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_log.late()`,
    );
    const sample = new SampleEntries();
    await assert.rejects(
      () => one.commit(['a'], () => commitOf(sample, [sample.begin()], [{ key: 'a', count: 1 }])),
      (error: Error) => !(error instanceof CleanRollback) && /at the end/.test(error.message),
    );
    await Promise.all([one.close(), other.close()]);
  });
}

test('a store whose last entries are missing is not opened', async () => {
  const address = await newAddress();
  const store = await open(address, 'gateway-1', 1);
  const sample = new SampleEntries();
  await store.commit([], () => commitOf(sample, [sample.begin(), ...sample.exchange(1)]));
  await store.close();
  await asOwner(address, 'DELETE FROM audit_log.entries WHERE index = 2');
  await assert.rejects(open(address, 'gateway-1', 2), /should hold 3 entries and holds 2/);
});

test('a server that does not answer is told in words, without the password', async () => {
  await assert.rejects(
    open('postgres://gateway:secret@127.0.0.1:1/audit', 'gateway-1', 1),
    (error: Error) =>
      /127\.0\.0\.1:1\/audit cannot be opened/.test(error.message) && !error.message.includes('secret'),
  );
});
