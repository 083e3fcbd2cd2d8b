/** The commands about where a log is kept, as processes: a PostgreSQL prepared, a log brought there, verified there. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatVerifierKey } from '../../../src/merkle/signed-note.ts';
import { type Ran, runCommand } from '../../support/command-line.ts';
import { asOwner, postgresServer } from '../../support/postgres-server.ts';
import { writeSampleLog } from '../../support/sample-log.ts';

const server = await postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'store-commands-'));
const role = `reader_${process.pid}`;
after(async () => {
  await server.stop();
  // A server of our own is gone with its roles.
  await asOwner(server.address(), `DROP ROLE ${role}`).catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return runCommand(args, { env });
}

test('a database is prepared for a role, takes a log over, and `verify` reads it there as that role', async () => {
  const log = writeSampleLog(join(folder, 'log.sqlite'), 40);
  writeFileSync(join(folder, 'head'), log.head);
  await asOwner(server.address(), `CREATE ROLE ${role} LOGIN PASSWORD 'only for this test'`);
  const owner = server.address(await server.createDatabase());
  assert.equal((await run(['store', 'prepare', '--to', owner, '--role', role])).code, 0);
  const migrated = await run(['migrate', '--from', log.file, '--to', owner, '--role', role]);
  assert.equal(migrated.code, 0, migrated.err);
  const address = new URL(owner);
  address.username = role;
  writeFileSync(join(folder, 'password'), 'only for this test\n');
  const settings = { AUDIT_STORE: address.href, AUDIT_STORE_PASSWORD_FILE: join(folder, 'password') };
  const key = formatVerifierKey(log.signer.key);
  const verified = await run(['verify', '--head', join(folder, 'head'), '--key', key], settings);
  assert.equal(verified.code, 0, verified.err + verified.out);
  assert.match(verified.out, new RegExp(`^The log is whole: ${log.size} entries`));
  const named = await run(['verify', '--store', owner, '--head', join(folder, 'head'), '--key', key]);
  assert.equal(named.code, 0);
  assert.doesNotMatch((await run(['verify', '--help'], settings)).out, /127\.0\.0\.1/);
});

test('a place that is none is told in a sentence', async () => {
  const key = ['--head', 'head', '--key', 'key'];
  assert.match((await run(['verify', ...key])).err, /--store/);
  const unanswered = await run(['store', 'prepare', '--to', 'postgres://owner:secret@127.0.0.1:1/audit']);
  assert.equal(unanswered.code, 1);
  assert.match(unanswered.err, /127\.0\.0\.1:1\/audit cannot be prepared/);
  assert.doesNotMatch(unanswered.err, /secret/);
  const lost = await run(['store', 'prepare', '--to', 'postgres://owner@localhost/audit'], {
    AUDIT_STORE_PASSWORD_FILE: join(folder, 'nowhere'),
  });
  assert.match(lost.err, /AUDIT_STORE_PASSWORD_FILE names a file that cannot be read/);
});
