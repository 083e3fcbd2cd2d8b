/** The gateway as a whole: a store that is full, a stop in the middle of an exchange, a changed policy file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { environment, json, SAMPLES, type WholeGateway, wholeGateway } from './support/whole-gateway.ts';

const HEADERS: Record<string, string> = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': 'PCN-0001',
};
const BADGE = { data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } };

async function check(gateway: WholeGateway, headers = HEADERS, token?: string): Promise<Response> {
  token ??= await gateway.token({ system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] });
  return fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
    headers: { ...headers, authorization: `Bearer ${token}` },
  });
}

test('a store that may not grow any more: 503, nothing sent to the provider, the gateway stays up', async (t) => {
  const gateway = await wholeGateway({ settings: { AUDIT_LOG_MOST_MB: '1' } });
  t.after(() => gateway.close());
  gateway.answerWith(json(BADGE));
  const token = await gateway.token({ system: 'westhaven-parking-app', person: 'staff-1', roles: ['CEO'] });
  let status = 0;
  for (let tries = 0; tries < 2000 && status !== 503; tries += 1) {
    const answer = await check(gateway, { 'exchange-purpose': 'marketing' }, token);
    status = answer.status;
    await answer.arrayBuffer();
  }
  assert.equal(status, 503);
  const refused = await check(gateway);
  assert.equal(refused.status, 503);
  assert.equal(((await refused.json()) as { type: string }).type, '/problems/log-unavailable');
  assert.ok(refused.headers.get('retry-after'));
  assert.equal(gateway.recorded.length, 0);
  assert.equal((await fetch(`${gateway.operations}/health/live`)).status, 200);
});

const disk = smallDisk();
test('a full disk: 503 and no call to the provider, and all is well again when there is room', {
  skip: disk === undefined,
}, async (t) => {
  const folder = disk ?? '';
  const gateway = await wholeGateway({ settings: { AUDIT_LOG_FILE: join(folder, 'audit.sqlite') } });
  t.after(async () => {
    await gateway.close();
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  gateway.answerWith(json(BADGE));
  assert.equal((await check(gateway)).status, 200);
  writeFileSync(join(folder, 'other'), Buffer.alloc(60 * 1024 * 1024));
  await sleep(100);
  gateway.recorded.length = 0;
  assert.equal((await check(gateway)).status, 503);
  assert.equal(gateway.recorded.length, 0);
  rmSync(join(folder, 'other'));
  await sleep(100);
  assert.equal((await check(gateway)).status, 200);
});

/** A memory disk of 100 MiB, where this process may mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  if (process.getuid?.() === 0) {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', folder]).status === 0) return folder;
  }
  rmSync(folder, { recursive: true, force: true });
  return undefined;
}

test('a stop lets a running exchange finish, takes no new one, and ends the log with "stopped"', async (t) => {
  const gateway = await wholeGateway();
  t.after(() => gateway.close());
  let asked: (() => void) | undefined;
  const reached = new Promise<void>((resolve) => {
    asked = resolve;
  });
  gateway.answerWith((_request, response) => {
    asked?.();
    setTimeout(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(BADGE)),
      300,
    );
  });
  const running = check(gateway);
  await reached;
  const { url } = gateway;
  const stopping = gateway.stop();
  await sleep(50);
  await assert.rejects(fetch(`${url}/blue-badges/badges/ZZ9Z01`));
  const answer = await running;
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), '{"data":{"badgeNumber":"ZZ9Z01","statusCode":"ISSUED"}}');
  await stopping;
  const kinds = gateway.leaves().map((leaf) => leaf['kind']);
  assert.deepEqual(kinds.slice(-3), ['sent', 'released', 'stopped']);
});

test('a policy file that cannot be understood leaves the last good set in force; a good one is taken up and entered', async () => {
  const gateway = await wholeGateway();
  gateway.answerWith(json(BADGE));
  const file = join(gateway.folder, 'policies/agreements/broken.yaml');
  writeFileSync(file, 'format: data-sharing-agreement/1\nthey may sea: all\n');
  assert.equal(await gateway.running.reloadPolicies(), false);
  assert.equal((await check(gateway)).status, 200);
  rmSync(file);
  for (const name of ['DSA-2026-014-v3-blue-badge-kerbside.yaml'])
    rmSync(join(gateway.folder, 'policies/agreements', name));
  assert.equal(await gateway.running.reloadPolicies(), true);
  assert.equal((await check(gateway)).status, 403);
  assert.equal(gateway.leaves().filter((leaf) => leaf['kind'] === 'policies').length, 2);
  await gateway.close();
});

test('the sample policies are without mistakes', async () => {
  const { loadPolicyFolder } = await import('../src/adapters/policies/policy-folder.ts');
  const { agreements } = await loadPolicyFolder(SAMPLES);
  assert.ok(agreements.length >= 5);
});

test('a reference that was handed out opens after a new key was put first, and no more once the old one is gone', async (t) => {
  const gateway = await wholeGateway();
  t.after(() => gateway.close());
  const token = await gateway.token({
    system: 'hillcrest-school-office',
    person: 'office-1',
    roles: ['ADMIN'],
  });
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'exchange-purpose': 'free school meals',
    'exchange-reason': 'application by a parent',
    'exchange-case-reference': 'FSM-1',
  };
  const id = '6f2c1c52-54a4-4c3d-9e6c-0d5d4b9b7f10';
  gateway.answerWith(
    json(
      {
        data: { status: 'queuedForProcessing' },
        links: { get_EligibilityCheckStatus: `/check/${id}/status` },
      },
      202,
    ),
  );
  const body = JSON.stringify({
    data: {
      lastName: 'Holloway',
      dateOfBirth: '1989-04-17',
      nationalInsuranceNumber: 'QQ123456C',
      childFirstName: 'Remy',
    },
  });
  const path = '/school-meals-checks/check/free-school-meals';
  const asked = await fetch(`${gateway.url}${path}`, { method: 'POST', headers, body });
  const { links } = (await asked.json()) as { links: { get_EligibilityCheckStatus: string } };
  gateway.answerWith(json({ data: { status: 'eligible', tier: 'targeted' } }));
  await gateway.stop();

  const file = join(gateway.folder, 'keys/matching-codes.key');
  const fresh = `new ${randomBytes(32).toString('base64')}\n`;
  for (const [text, status] of [
    [fresh + readFileSync(file, 'utf8'), 200],
    [fresh, 403],
  ] as const) {
    writeFileSync(file, text);
    const restarted = await startGateway(readConfig(environment(gateway.folder)));
    const url = `http://127.0.0.1:${restarted.port}/school-meals-checks/check/${links.get_EligibilityCheckStatus}/status`;
    const answer = await fetch(url, { headers });
    await restarted.close();
    assert.equal(answer.status, status, await answer.text());
  }
});
