/** A log in PostgreSQL as a SQLite store and as a backup: nothing is lost on the way, whoever writes meanwhile. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { readPostgresAddress } from '../../../../src/adapters/storage/postgres/postgres-address.ts';
import { openPostgresCopy } from '../../../../src/adapters/storage/postgres/postgres-copy.ts';
import { openPostgresReader } from '../../../../src/adapters/storage/postgres/postgres-reader.ts';
import { openPostgresSource } from '../../../../src/adapters/storage/postgres/postgres-source.ts';
import { openPostgresStore } from '../../../../src/adapters/storage/postgres/postgres-store.ts';
import { makeStore } from '../../../../src/adapters/storage/sqlite/new-store.ts';
import { backUpInto } from '../../../../src/adapters/storage/sqlite/sqlite-backup.ts';
import { openSqliteCopy } from '../../../../src/adapters/storage/sqlite/sqlite-copy.ts';
import { openSqliteReader } from '../../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../../../src/adapters/storage/sqlite/sqlite-store.ts';
import { copyLog } from '../../../../src/audit-log/recovering/copy-log.ts';
import { startLogWriter } from '../../../../src/audit-log/writing/start-log-writer.ts';
import { GatewayError } from '../../../../src/domain/gateway-error.ts';
import { formatCheckpoint } from '../../../../src/merkle/checkpoint.ts';
import { commitOf, plain } from '../../../contracts/audit-store.contract.ts';
import { exchangeId, releasedDraft, sentDraft } from '../../../support/drafts.ts';
import { logFolder } from '../../../support/log-folder.ts';
import { asOwner, postgresServer } from '../../../support/postgres-server.ts';
import { noteKey, SAMPLE_ORIGIN, SampleEntries, uuid } from '../../../support/sample-log.ts';
import { findingsOfStore } from '../../../support/verified-store.ts';

const SRC = new URL('../../../../src/', import.meta.url);
const server = await postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'postgres-source-'));
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const quiet = () => undefined;

async function newDatabase(): Promise<string> {
  return server.address(await server.createDatabase());
}

async function intoPostgres(file: string, address: string): Promise<void> {
  const source = openSqliteCopy(file);
  try {
    await copyLog(source, await openPostgresCopy(address), quiet);
  } finally {
    source.close();
  }
}

async function intoFile(address: string, file: string): Promise<void> {
  const source = await openPostgresSource(address);
  try {
    await copyLog(source, makeStore(file), quiet);
  } finally {
    await source.close();
  }
}

/** Some thousands of entries in all ways that a log can hold them. */
function writeFullLog(file: string): SampleEntries {
  const sample = new SampleEntries();
  const store = openSqliteStore(file);
  store.commit([], () => commitOf(sample, [sample.begin()]));
  for (let number = 1; number <= 300; number += 1)
    store.commit([], () => commitOf(sample, sample.exchange(number, 1 + (number % 13))));
  const counters = Array.from({ length: 1200 }, (_, nth) => ({ key: `limit ${nth}`, count: nth }));
  const salt = Buffer.alloc(16, 7);
  const facts = Array.from({ length: 120 }, (_, nth) => ({
    ...{ kind: nth % 2 === 0 ? 'stop' : 'policy file', key: `fact ${nth}`, salt },
    value: Buffer.from(`value ${nth}`),
  }));
  store.commit([], () => commitOf(sample, [sample.refused(900)], counters, facts));
  const checkpoint = { origin: SAMPLE_ORIGIN, size: sample.size, root: sample.root() };
  store.putCheckpoint(100, 'a checkpoint');
  store.putCheckpoint(sample.size, noteKey().sign(formatCheckpoint(checkpoint)));
  const [some, others] = [sample.refused(901), sample.refused(902)];
  const range = Array.from({ length: 300 }, (_, nth) => 100 + nth);
  store.commit([], () => ({
    ...commitOf(sample, [some, others]),
    dropped: [
      { indexes: [5, 7], by: some.index },
      { indexes: [6, ...range], by: others.index },
    ],
    sealedChanges: [{ index: 30, change: () => undefined }],
  }));
  store.close();
  return sample;
}

/** All that a store holds but how its entries are packed. */
function imageOf(file: string): Record<string, unknown> {
  const db = new DatabaseSync(file, { readOnly: true });
  const tables = ['state', 'checkpoints', 'hash_tiles', 'facts', 'counters'];
  const rows = tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
  const layout = ['application_id', 'user_version', 'page_size'].map((name) =>
    db.prepare(`PRAGMA ${name}`).get(),
  );
  db.close();
  const reader = openSqliteReader(file);
  const hashed = reader.hashedEntries(0, 10_000, true);
  const image = {
    rows,
    layout,
    hashed,
    entries: plain(reader.entries(0, 10_000)),
    dropped: reader.dropped(0, 10_000),
  };
  reader.close();
  return image;
}

test('a log that went to PostgreSQL and back is the same store: entries, sealed rows, dropped ones, facts, counters', async () => {
  const [was, is] = [join(folder, 'was.sqlite'), join(folder, 'is.sqlite')];
  const { size } = writeFullLog(was);
  assert.ok(size > 2000);
  const address = await newDatabase();
  await intoPostgres(was, address);
  await intoFile(address, is);
  const [before, now] = [imageOf(was), imageOf(is)];
  // A difference of so much would be shown for a minute.
  for (const part of Object.keys(before)) assert.ok(isDeepStrictEqual(now[part], before[part]), part);
  assert.equal(statSync(is).mode & 0o777, 0o600);
  const [older, newer] = [openSqliteReader(was), openSqliteReader(is)];
  for (const number of [1, 150, 300, 902])
    assert.deepEqual(
      plain(newer.entriesOfExchange(uuid(7, number))),
      plain(older.entriesOfExchange(uuid(7, number))),
    );
  older.close();
  newer.close();
  // The writer goes on with it.
  const store = openSqliteStore(is);
  store.commit(['limit 41'], (_, counts) => {
    assert.equal(counts.get('limit 41'), 41);
    return { entries: [], state: store.state(), counters: [], facts: [] };
  });
  store.close();
});

test('a log that lacks an entry, or holds another one, becomes no store, and no file is left', async () => {
  const was = join(folder, 'spoiled.sqlite');
  writeFullLog(was);
  const address = await newDatabase();
  await intoPostgres(was, address);
  const to = join(folder, 'never.sqlite');
  const spoil = async (statement: string, words: RegExp) => {
    await asOwner(address, `SET search_path = audit_log; ${statement}`);
    await assert.rejects(
      intoFile(address, to),
      (error) => error instanceof GatewayError && words.test(error.message),
    );
    assert.ok(!existsSync(to));
  };
  const replaced = `convert_to(replace(convert_from(leaf, 'UTF8'), 'southfen', 'northfen'), 'UTF8')`;
  await spoil(
    `UPDATE entries SET leaf = ${replaced} WHERE index = 1001`,
    /differs from the log at entry \d+/,
  );
  await spoil(
    `UPDATE entries SET leaf = leaf || '\\x0a'::bytea WHERE index = 1001`,
    /entry 1001 was changed/,
  );
  await spoil('DELETE FROM entries WHERE index = 900', /entry 900 is not in its place/);
});

test('a backup made while two instances append is one instant of the log, and whole', async (t) => {
  const place = logFolder();
  t.after(() => place.remove());
  const address = await newDatabase();
  const start = (instance: string) =>
    startLogWriter({
      ...place.start({
        ...{ storeFile: '', storeAddress: readPostgresAddress(address), publishDelayMs: 5 },
        headFile: join(place.path, `head-${instance}`),
      }),
      ...{ instance, epoch: randomUUID() },
    });
  const writers = [await start('gateway-1'), await start('gateway-2')];
  let going = true;
  const writing = writers.map(async ({ log }) => {
    while (going) {
      const exchange = exchangeId(Date.now());
      const { leafHash } = await log.append(sentDraft(exchange, Date.now()));
      await log.append(releasedDraft(exchange, Date.now(), leafHash, { part: 1, last: true }));
    }
  });
  await sleep(500);
  const to = join(folder, 'backup');
  let during = 0;
  const sizeNow = async () => {
    const reader = await openPostgresReader(address);
    const { size } = await reader.state();
    await reader.close();
    return size;
  };
  const manifest = await backUpInto(
    to,
    async (file) => {
      const source = await openPostgresSource(address);
      const { size } = await source.state();
      while ((await sizeNow()) < size + 20) await sleep(10);
      await copyLog(source, makeStore(file), quiet);
      await source.close();
      during = size;
    },
    {
      nowMs: 0,
      record: async () => assert.ok(!existsSync(to)),
    },
  );
  going = false;
  await Promise.all(writing);
  await Promise.all(writers.map((writer) => writer.close()));
  assert.equal(manifest.entries, during);
  assert.deepEqual(readdirSync(to).sort(), ['audit.sqlite', 'checkpoint', 'manifest.json']);
  const checkpoint = readFileSync(join(to, 'checkpoint'), 'utf8');
  const key = place.keys.checkpoint.verifierKey;
  assert.deepEqual(await findingsOfStore(join(to, 'audit.sqlite'), checkpoint, key), []);

  const reader = await openPostgresReader(address);
  const copy = openSqliteReader(join(to, 'audit.sqlite'));
  assert.deepEqual(
    plain(copy.entries(0, manifest.entries)),
    plain(await reader.entries(0, manifest.entries)),
  );
  await reader.close();
  copy.close();

  // Brought back, each instance is known again: its next start looks for what it left open.
  const back = await newDatabase();
  await intoPostgres(join(to, 'audit.sqlite'), back);
  for (const instance of ['gateway-1', 'gateway-2']) {
    const store = await openPostgresStore(back, { instance, epoch: randomUUID() });
    const { known, ends } = await store.shared.ownRun();
    assert.ok(known && ends > manifest.entries / 2, `${instance} ends at ${ends}`);
    await store.close();
  }
});

test('the marks of what was open stay those of their instances on the way to a file and back', async () => {
  const address = await newDatabase();
  const file = join(folder, 'marks.sqlite');
  const sample = new SampleEntries();
  const store = await openPostgresStore(address, { instance: 'gateway-1', epoch: uuid(4, 1) });
  const marks = ['gateway-1', 'gateway-2'].map((key) => ({
    ...{ kind: 'open exchanges', key, salt: Buffer.alloc(0) },
    value: Buffer.from('{}'),
  }));
  await store.commit([], () => commitOf(sample, [sample.begin(), ...sample.exchange(1)], [], marks));
  await store.close();
  await intoFile(address, file);
  const [first, second] = [await newDatabase(), await newDatabase()];
  await intoPostgres(file, first);
  const namesOf = async (at: string) => {
    const reader = await openPostgresReader(at);
    const names = (await reader.facts('open exchanges')).map(({ key, value }) => `${key} ${value}`);
    await reader.close();
    return names;
  };
  // Nothing is known of a gateway-2 that never wrote.
  assert.deepEqual(await namesOf(first), ['gateway-1 {}']);
  const alone = openSqliteStore(file);
  const newest = { kind: 'open exchanges', key: 'newest', value: Buffer.from('{"size":3}') };
  alone.commit([], (state) => ({ entries: [], state, counters: [], facts: [newest] }));
  alone.close();
  await intoPostgres(file, second);
  assert.deepEqual(await namesOf(second), ['gateway-1 {"size":3}']);
});

test('a backup that is killed on the way leaves nothing that has its name', async () => {
  const was = join(folder, 'killed.sqlite');
  writeFullLog(was);
  const address = await newDatabase();
  await intoPostgres(was, address);
  const script = (to: string) => `
    const { backUpInto } = await import('${SRC}adapters/storage/sqlite/sqlite-backup.ts');
    const { makeStore } = await import('${SRC}adapters/storage/sqlite/new-store.ts');
    const { openPostgresSource } = await import('${SRC}adapters/storage/postgres/postgres-source.ts');
    const { copyLog } = await import('${SRC}audit-log/recovering/copy-log.ts');
    const copy = async (file) => {
      const say = () => process.stdout.write('copying');
      await copyLog(await openPostgresSource('${address}'), makeStore(file), say);
    };
    const record = () => {
      process.stdout.write('recording');
      return new Promise((done) => setTimeout(done, 10_000));
    };
    await backUpInto('${to}', copy, { nowMs: 0, record });`;
  for (const stage of ['copying', 'recording']) {
    const to = join(folder, `killed-${stage}`);
    const child = spawn(process.execPath, ['--input-type=module', '-e', script(to)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    for await (const said of child.stdout) if (String(said).includes(stage)) break;
    child.kill('SIGKILL');
    assert.deepEqual((await ended)[1], 'SIGKILL');
    assert.ok(!existsSync(to));
    assert.ok(existsSync(`${to}.unfinished`));
  }
});
