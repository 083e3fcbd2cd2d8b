import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { backUpStore } from '../../../src/adapters/storage/sqlite/sqlite-backup.ts';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { readConfig } from '../../../src/config.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { rootOfRange } from '../../../src/merkle/compact-range.ts';
import { recordBackupOffline } from '../../../src/roof/log/log-backup.ts';
import { type WholeGateway, wholeGateway } from '../../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
});
after(() => gateway.close());

function copied(): { origin: string; entries: number; root: string } {
  const reader = openSqliteReader(gateway.settings['AUDIT_LOG_FILE'] ?? '');
  const { size, range } = reader.state();
  reader.close();
  const root = Buffer.from(rootOfRange(range)).toString('base64');
  return { origin: gateway.settings['LOG_ORIGIN'] ?? '', entries: size, root };
}

async function post(body: unknown, type = 'application/json'): Promise<{ status: number; wrong?: string }> {
  const answer = await fetch(`${gateway.operations}/log/backups`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...((await answer.json()) as { wrong?: string }) };
}

const backups = () => gateway.leaves().filter(({ kind, code }) => kind === 'read' && code === 'backup');

test('a backup of this very log is entered with its size, and no reader is made out to be proved', async () => {
  const made = copied();
  assert.equal((await post(made)).status, 200);
  assert.equal(backups().length, 1);
  assert.equal(backups()[0]?.['size'], made.entries);
  assert.equal(backups()[0]?.['assurance'], 'unproved');
});

test('a copy of another log, or of one that was changed, is not entered', async () => {
  const made = copied();
  const other = Buffer.alloc(32, 9).toString('base64');
  const wrong = [
    { ...made, origin: 'gateway.elsewhere.example/audit/test' },
    { ...made, root: other },
    { ...made, entries: made.entries - 1 },
    { ...made, entries: made.entries + 1000 },
    { ...made, entries: '3' },
    { ...made, entries: -1 },
    {},
    [],
  ];
  const before = backups().length;
  for (const one of wrong) {
    const { status, wrong: why } = await post(one);
    assert.equal(status, 400, JSON.stringify(one));
    assert.match(why ?? '', /not that one|its entries are others/);
  }
  // A form of another site can send this type, and nothing else.
  assert.equal((await post(made, 'text/plain')).status, 400);
  assert.equal(backups().length, before);
});

test('receipts are entered in a log that goes on from another, by somebody who is named', async () => {
  const enter = async (body: unknown): Promise<{ status: number; fault?: string }> => {
    const answer = await fetch(`${gateway.operations}/log/lost-entries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, ...((await answer.json()) as { fault?: string }) };
  };
  for (const [body, fault] of [
    [{ receipts: ['x'], by: 'B. Keeper' }, /goes on from no other/],
    [{ receipts: 'x', by: 'B. Keeper' }, /a list of lines/],
    [{ receipts: ['x'], by: ' ' }, /--by/],
    [{ receipts: ['x'] }, /--by/],
  ] as const) {
    const answer = await enter(body);
    assert.equal(answer.status, 400);
    assert.match(answer.fault ?? '', fault);
  }
  assert.equal(gateway.leaves().filter(({ kind }) => kind === 'alarm').length, 0);
});

test('with no gateway running the backup is entered in the store itself, under the lock', async () => {
  await assert.rejects(
    recordBackupOffline(readConfig(gateway.settings), copied()),
    (error) => error instanceof GatewayError && /another process writes/.test(error.message),
  );
  await gateway.stop();
  const to = join(gateway.folder, 'backup');
  const before = backups().length;
  const manifest = await backUpStore(gateway.settings['AUDIT_LOG_FILE'] ?? '', to, {
    nowMs: Date.now(),
    record: ({ origin, entries, root }) =>
      recordBackupOffline(readConfig(gateway.settings), {
        ...{ origin, entries },
        root: Buffer.from(root).toString('base64'),
      }),
  });
  assert.equal(backups().length, before + 1);
  assert.equal(JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8')).entries, manifest.entries);
});
