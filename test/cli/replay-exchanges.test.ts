/** Tests of src/cli/replay-exchanges.ts over a real store, filled by a real gateway's exchanges. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { replayCommand } from '../../src/cli/replay-exchanges.ts';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';
import { Written } from '../support/written.ts';

const HEADERS = {
  'Exchange-Purpose': 'parking enforcement',
  'Exchange-Reason': 'badge on display',
  'Exchange-Case-Reference': 'PCN-0001',
};
const BADGE = {
  data: {
    badgeNumber: 'ZZ9Z01',
    statusCode: 'ISSUED',
    party: { person: { badgeHolderName: 'Ines Marlowe' } },
  },
};

async function ask(gateway: WholeGateway, role: string): Promise<number> {
  const token = await gateway.token({ system: 'westhaven-parking-app', person: 'w.hughes', roles: [role] });
  const headers = { ...HEADERS, Authorization: `Bearer ${token}` };
  const answer = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, { headers });
  await answer.arrayBuffer();
  return answer.status;
}

async function run(gateway: WholeGateway, since: string | undefined, as: 'text' | 'json' = 'json') {
  const io = new Written(true);
  const open = (store: string) => {
    const reader = openSqliteReader(store);
    reader.freeze();
    const { size } = reader.state();
    return {
      size,
      entries: (from: number, most: number) => reader.hashedEntries(from, most),
      close: () => reader.close(),
    };
  };
  const store = gateway.settings['AUDIT_LOG_FILE'] ?? '';
  const policies = gateway.settings['POLICIES_FOLDER'] ?? '';
  const command = { policies, store, since, as, asTheyStand: false };
  const code = await replayCommand(command, io, loadPolicyFolder, open, Date.now());
  return { code, out: io.stdout, err: io.stderr };
}

test('exchanges of a real gateway are judged again, beside it, under files that have changed', async () => {
  const gateway = await wholeGateway();
  try {
    gateway.answerWith(json(BADGE));
    assert.equal(await ask(gateway, 'CEO'), 200);
    assert.equal(await ask(gateway, 'CEO-SUP'), 200);
    assert.equal(await ask(gateway, 'FRD'), 403);

    const same = await run(gateway, '1d');
    assert.equal(same.code, 0, same.err);
    const unchanged = JSON.parse(same.out);
    assert.deepEqual([unchanged.exchanges, unchanged.same, unchanged.changes], [3, 2, []]);
    assert.deepEqual(Object.values(unchanged.cannotTell), [1]);
    assert.match(same.err, /100 %/);

    changeKerbside(gateway, (text) =>
      text.replace(/, parking supervisor ?\]/, ']').replace('    - statusCode\n', ''),
    );
    const { code, out } = await run(gateway, undefined, 'text');
    assert.equal(code, 1);
    assert.match(out, /1 exchange under DSA-2026-014 for parking enforcement: was permitted/);
    assert.match(out.replaceAll(/\s+/g, ' '), /DSA-2026-014 statusCode: from 1 answer/);
    assert.equal((await run(gateway, '2199-01-01')).code, 0);
  } finally {
    await gateway.close();
  }
});

test('a time that cannot be read is refused in words', async () => {
  const gateway = await wholeGateway();
  try {
    const { code, err } = await run(gateway, 'yesterday');
    assert.equal(code, 2);
    assert.match(err, /--since/);
  } finally {
    await gateway.close();
  }
});

function changeKerbside(gateway: WholeGateway, change: (text: string) => string): void {
  const folder = join(gateway.settings['POLICIES_FOLDER'] ?? '', 'agreements');
  const name = readdirSync(folder).find((file) => file.includes('014')) ?? '';
  const text = change(readFileSync(join(folder, name), 'utf8'));
  // The examples speak of what is not agreed any more.
  writeFileSync(join(folder, name), text.replace('      statusCode: ISSUED\n', ''));
}
