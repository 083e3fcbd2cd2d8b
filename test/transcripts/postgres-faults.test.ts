/** PostgreSQL stopped, started again, and cut off in the middle of a commit: nobody is told of what is not durable. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPostgresAddress } from '../../src/adapters/storage/postgres/postgres-address.ts';
import { openPostgresReader } from '../../src/adapters/storage/postgres/postgres-reader.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import { type StartedLog, startLogWriter } from '../../src/audit-log/writing/start-log-writer.ts';
import { type Cut, CuttingProxy } from '../support/cutting-proxy.ts';
import { exchangeId, releasedDraft, sentDraft } from '../support/drafts.ts';
import { type LogFolder, logFolder } from '../support/log-folder.ts';
import { ownServer } from '../support/postgres-server.ts';
import { json, wholeGateway } from '../support/whole-gateway.ts';

const server = await ownServer();
after(() => server.stop());

function startAt(folder: LogFolder, address: string): Promise<StartedLog> {
  const start = folder.start({ storeFile: '', storeAddress: readPostgresAddress(address) });
  return startLogWriter({ ...start, epoch: randomUUID() });
}

async function storyOf(folder: LogFolder, address: string): Promise<{ kinds: string[]; findings: unknown }> {
  const reader = await openPostgresReader(address);
  const key = folder.keys.checkpoint.verifierKey;
  const { findings } = await verifyLog(reader, { key, head: await reader.checkpoint() });
  const kinds = (await reader.entries(0, 1000)).map(({ kind }) => kind);
  await reader.close();
  return { kinds, findings };
}

async function cutOff(cut: Cut) {
  const folder = logFolder();
  const address = server.address(await server.createDatabase());
  const proxy = new CuttingProxy(address);
  const log = await startAt(folder, await proxy.listen(address));
  const exchange = exchangeId(Date.now());
  const sent = await log.log.append(sentDraft(exchange, Date.now()));
  proxy.cut = cut;
  const released = log.log.append(releasedDraft(exchange, Date.now(), sent.leafHash));
  return { folder, address, proxy, log, released };
}

for (const when of ['before', 'after'] as const) {
  test(`cut off ${when} the server carried out COMMIT: the caller gets nothing, the writer is poisoned, and the next start finds a whole log`, async () => {
    const { folder, address, proxy, log, released } = await cutOff({ at: 'COMMIT', when });
    await assert.rejects(released, { code: 'log-unavailable' });
    await log.poisoned;
    await assert.rejects(log.log.append(sentDraft(exchangeId(Date.now()), Date.now())));
    assert.equal(proxy.cuts, 1);
    const again = await startAt(folder, address);
    await again.close();
    const { kinds, findings } = await storyOf(folder, address);
    assert.deepEqual(findings, []);
    const known = when === 'before' ? ['sent', 'started', 'recovered'] : ['sent', 'released', 'started'];
    assert.deepEqual(kinds, ['started', ...known, 'stopped']);
    await proxy.close();
    folder.remove();
  });
}

for (const at of ['BEGIN', 'take_head', 'append_entries']) {
  test(`cut off at ${at}, before COMMIT: nothing was stored for certain, the caller is told so, and the next commit goes through`, async () => {
    const { folder, address, proxy, log, released } = await cutOff({ at, when: 'after' });
    await assert.rejects(released, { code: 'log-unavailable' });
    assert.ok(log.log.alive);
    await log.log.append(sentDraft(exchangeId(Date.now()), Date.now()));
    await log.close();
    const { kinds, findings } = await storyOf(folder, address);
    assert.deepEqual(findings, []);
    assert.deepEqual(kinds, ['started', 'sent', 'sent', 'recovered', 'recovered', 'stopped']);
    await proxy.close();
    folder.remove();
  });
}

test('a server that stops: 503 and nothing sent to the provider; once it is there again the gateway answers, without a restart', async (t) => {
  const indexes = mkdtempSync(join(tmpdir(), 'postgres-faults-'));
  const address = server.address(await server.createDatabase());
  const gateway = await wholeGateway({
    settings: { AUDIT_LOG_FILE: '', AUDIT_STORE: address, SEARCH_INDEX_FILE: join(indexes, 'index') },
  });
  t.after(async () => {
    await gateway.close();
    rmSync(indexes, { recursive: true, force: true });
  });
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  const ask = async (): Promise<number> => {
    const token = await gateway.token({ system: 'westhaven-parking-app', person: 'staff-1', roles: ['CEO'] });
    const answer = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
      headers: {
        authorization: `Bearer ${token}`,
        'exchange-purpose': 'parking enforcement',
        'exchange-reason': 'badge on display',
        'exchange-case-reference': 'PCN-0001',
      },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  assert.equal(await ask(), 200);
  // No commit is under way: a heartbeat comes once a minute, a checkpoint half a second after the last entry.
  await sleep(800);
  await server.kill();
  assert.equal(await ask(), 503);
  assert.equal(await ask(), 503);
  assert.equal(gateway.recorded.length, 1);
  await server.start();
  assert.equal(await ask(), 200);
  assert.equal((await fetch(`${gateway.operations}/metrics`)).status, 200);
});
