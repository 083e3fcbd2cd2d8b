/** `search` and `list` as commands of their own process, from their options to their exit code. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Ran, runCommand } from '../../support/command-line.ts';
import { type WholeGateway, wholeGateway } from '../../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
  const token = await gateway.token({
    system: 'westhaven-parking-app',
    person: 'staff-9001',
    roles: ['REV'],
  });
  await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
    headers: {
      authorization: `Bearer ${token}`,
      'exchange-purpose': 'parking enforcement',
      'exchange-reason': 'badge on display',
      'exchange-case-reference': 'PCN-77',
    },
  });
});
after(() => gateway.close());

function run(args: readonly string[], input = '', operations = gateway.operations): Promise<Ran> {
  return runCommand(args, { input, env: { OPERATIONS_URL: operations } });
}

test('search takes its filters as options, the person from standard input, and prints plain lines', async () => {
  const { code, out, err } = await run(['search', '--outcome', 'refused', '--person'], 'staff-9001\n');
  assert.equal(code, 0);
  assert.match(out, /^#\d+ · .* · refused · role-not-agreed · .* · westhaven-district-council · .*\n$/);
  assert.match(err, /^1 found in a log of \d+ entries\n$/);
});

test('list prints the newest entries, one exchange or one kind, as text, JSON lines or CSV', async () => {
  const lines = await run(['list', '--most', '2', '--json']);
  assert.equal(lines.out.trimEnd().split('\n').length, 2);
  const csv = await run(['list', '--kind', 'refused', '--as', 'csv']);
  assert.match(csv.out, /^entry,at,kind,code,exchange/);
  const [, , , exchange = ''] = csv.out.split('\r\n')[1]?.split(',').slice(1) ?? [];
  const one = await run(['list', '--exchange', exchange]);
  assert.match(one.out, /· refused ·/);
  assert.match((await run(['list', '--exchange', 'x'])).err, /exchange: write the id of an exchange/);
});

test('a token is read from a file, and one that proves nobody ends the command with 1', async () => {
  const file = join(gateway.folder, 'token');
  writeFileSync(file, 'not.a.token\n', { mode: 0o600 });
  const { code, out, err } = await run(['search', '--token-file', file]);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /the token proves nobody/);
});

test('where no gateway answers and no settings are there, it says what to do', async () => {
  const { code, err } = await run(['search'], '', 'http://127.0.0.1:9');
  assert.equal(code, 1);
  assert.match(err, /no gateway answers at http:\/\/127\.0\.0\.1:9/);
  assert.match(err, /Name the gateway's operations address/);
});

test('an index that cannot be written is told to who searches, with what to do, and no exchange minds', async (t) => {
  const elsewhere = await wholeGateway({ settings: { SEARCH_INDEX_FILE: '/there/is/nothing/here.search' } });
  t.after(() => elsewhere.close());
  const { code, err } = await run(['search'], '', elsewhere.operations);
  assert.equal(code, 1);
  assert.match(err, /the search index cannot be opened: .* name a place for it with SEARCH_INDEX_FILE/);
  assert.equal((await fetch(`${elsewhere.url}/blue-badges/badges/ZZ9Z01`)).status, 401);
  assert.equal((await fetch(`${elsewhere.operations}/health/ready`)).status, 200);
});
