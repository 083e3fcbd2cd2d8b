import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openPostgresCopy } from '../../src/adapters/storage/postgres/postgres-copy.ts';
import { openPostgresReader } from '../../src/adapters/storage/postgres/postgres-reader.ts';
import { openPostgresStore } from '../../src/adapters/storage/postgres/postgres-store.ts';
import { makeStore } from '../../src/adapters/storage/sqlite/new-store.ts';
import { openSqliteCopy } from '../../src/adapters/storage/sqlite/sqlite-copy.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import type { LogReader } from '../../src/audit-log/ports.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import { migrateLogCommand } from '../../src/cli/migrate-log.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { commitOf, plain } from '../contracts/audit-store.contract.ts';
import { asOwner, postgresServer } from '../support/postgres-server.ts';
import { SampleEntries, type SampleLog, uuid, writeSampleLog } from '../support/sample-log.ts';

const server = await postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'migrate-log-'));
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const log = writeSampleLog(join(folder, 'log.sqlite'), 320);

async function migrated(file: string, to: string): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    errIsTerminal: false,
  };
  const source = () => openSqliteCopy(file);
  const parts = { target: 'PostgreSQL', from: source, to: () => openPostgresCopy(to) } as const;
  return { code: await migrateLogCommand(io, parts), ...said };
}

async function tilesOf(reader: LogReader): Promise<string[]> {
  const tiles: string[] = [];
  for (const level of [0, 1]) {
    for (let tile = 0; ; tile += 1) {
      const hashes = await reader.tile(level, tile);
      if (hashes === undefined) break;
      tiles.push(Buffer.from(hashes).toString('hex'));
    }
  }
  return tiles;
}

/** All that can be read of a log, as plain values. */
async function imageOf(reader: LogReader): Promise<unknown> {
  const state = await reader.state();
  return {
    state: { ...state, range: state.range.map((hash) => Buffer.from(hash).toString('hex')) },
    entries: plain(await reader.entries(0, 10_000)),
    dropped: (await reader.dropped(0, 10_000)).map(({ index, by }) => [index, by]),
    checkpoints: [...(await reader.checkpoints(-1, 10_000))],
    tiles: await tilesOf(reader),
    facts: (await reader.committedFacts()).map(({ kind, key, value, salt }) => [
      ...[kind, key],
      ...[Buffer.from(value).toString(), Buffer.from(salt).toString('hex')],
    ]),
  };
}

test('every entry, hash, tile, checkpoint and fact is the same afterwards, and the copy verifies with the same head file', async () => {
  const address = server.address(await server.createDatabase());
  const { code, out, err } = await migrated(log.file, address);
  assert.equal(code, 0, err);
  assert.match(out, new RegExp(`^${log.size} entries were copied`));
  const [was, is] = [openSqliteReader(log.file), await openPostgresReader(address)];
  assert.deepEqual(await imageOf(is), await imageOf(was));
  const verdict = await verifyLog(is, { key: log.signer.key, head: log.head });
  assert.deepEqual([verdict.findings, verdict.entries], [[], log.size]);
  await is.close();
  was.close();
});

test('dropped entries, facts with their salts and counters go along, and the log goes on where it stood', async () => {
  const file = join(folder, 'more.sqlite');
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  store.commit([], () => commitOf(sample, [sample.begin(), ...sample.exchange(1, 3)]));
  const fact = { kind: 'stop', key: 'DSA-2026-014', value: Buffer.from('x'), salt: Buffer.alloc(16, 7) };
  const [erased] = [sample.refused(2)];
  store.commit([], () => ({
    ...commitOf(sample, [erased!], [{ key: 'limit', count: 41 }], [fact]),
    dropped: [{ indexes: [1, 2], by: erased!.index }],
  }));
  store.close();
  const address = server.address(await server.createDatabase());
  const { code, err } = await migrated(file, address);
  assert.equal(code, 0, err);
  const [was, is] = [openSqliteReader(file), await openPostgresReader(address)];
  assert.deepEqual(await imageOf(is), await imageOf(was));
  was.close();
  await is.close();
  const next = await openPostgresStore(address, { instance: 'gateway-1', epoch: uuid(4, 9) });
  assert.deepEqual(await next.shared.ownRun(), { instance: 'gateway-1', known: true, ends: 6 });
  await next.commit(['limit'], (_, counts) => {
    assert.equal(counts.get('limit'), 41);
    return commitOf(sample, sample.exchange(3));
  });
  assert.equal((await next.state()).size, 8);
  await next.close();
});

test('a database that holds a log already, and a log that a gateway writes to, are refused and stay as they are', async () => {
  const address = server.address(await server.createDatabase());
  const store = openSqliteStore(join(folder, 'used.sqlite'));
  const used = await migrated(join(folder, 'used.sqlite'), address);
  store.close();
  assert.deepEqual([used.code, used.out], [1, '']);
  assert.match(used.err, /another process writes to this audit store/);
  assert.equal((await migrated(log.file, address)).code, 0);
  const again = await migrated(log.file, address);
  assert.match(again.err, /holds a log already/);
  const { rows } = await asOwner(address, 'SELECT count(*)::int AS n FROM audit_log.entries');
  assert.equal(rows[0]?.n, log.size);
});

test('a copy that a gateway outran does not count, and nothing of it stays', async () => {
  const { file } = writeSampleLog(join(folder, 'outrun.sqlite'), 4);
  const to = join(folder, 'outrun-copy.sqlite');
  let said = '';
  const err = (text: string) => {
    said += text;
  };
  const io = { out: () => undefined, err, errIsTerminal: false };
  const code = await migrateLogCommand(io, {
    target: 'file',
    from: () => openSqliteCopy(file),
    to: async () => makeStore(to),
    assertAtRest: async () => {
      throw new GatewayError('log-unavailable', 'a gateway writes to it');
    },
  });
  assert.equal(code, 1);
  assert.match(said, /the log was not copied: a gateway writes to it/);
  assert.ok(!existsSync(to));
});

test('a log whose leaves do not hash to its tree is not copied, and nothing of it stays', async () => {
  const file = join(folder, 'spoiled.sqlite');
  const spoiled: SampleLog = writeSampleLog(file, 20);
  const db = new DatabaseSync(file);
  db.exec(
    `UPDATE batches SET leaves = CAST(replace(CAST(leaves AS TEXT), '"status":200', '"status":201') AS BLOB) WHERE first = 3`,
  );
  db.close();
  const address = server.address(await server.createDatabase());
  const { code, err } = await migrated(file, address);
  assert.equal(code, 1);
  assert.match(err, /the copy differs from the log at entry \d+; nothing of it was kept/);
  const { rows } = await asOwner(address, 'SELECT size::int AS n FROM audit_log.head');
  assert.equal(rows[0]?.n, 0);
  assert.ok(spoiled.size > 0);
});
