/** Two whole gateways on one PostgreSQL: one log, one set of stops and lists, limits that count together. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { signingKeyPlace } from '../../demo/signed-policies.ts';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { signText } from '../../src/adapters/signing/signed-text.ts';
import { readSigningKeyFile } from '../../src/adapters/signing/signing-key-file.ts';
import { openPostgresReader } from '../../src/adapters/storage/postgres/postgres-reader.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import { type RunningGateway, startGateway } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { stopText } from '../../src/domain/stop.ts';
import { takeStopOffline } from '../../src/roof/policies/offline-stop.ts';
import { DpopSender } from '../support/dpop-sender.ts';
import { postgresServer } from '../support/postgres-server.ts';
import { ORIGIN as GATEWAY_ORIGIN, json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const WITHIN_MS = 5000;
const LIMIT = 50;
const KERBSIDE = 'agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml';
const ORIGIN = 'gateway.northmere.example/audit/test';

const server = await postgresServer();
const address = server.address(await server.createDatabase());
const indexes = mkdtempSync(join(tmpdir(), 'two-gateways-'));
const first = await wholeGateway({
  settings: { AUDIT_LOG_FILE: '', AUDIT_STORE: address, SEARCH_INDEX_FILE: join(indexes, 'one') },
  policies: (folder) => {
    const file = join(folder, KERBSIDE);
    const text = readFileSync(file, 'utf8').replace('60 an hour', `${LIMIT} an hour`);
    writeFileSync(file, text);
  },
});
first.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
const head = join(first.folder, 'head-2');
const second: RunningGateway = await startGateway(
  readConfig({
    ...first.settings,
    HEAD_FILE: head,
    INSTANCE_NAME: 'gateway-2',
    SEARCH_INDEX_FILE: join(indexes, 'two'),
  }),
);
after(async () => {
  await second.close();
  await first.close();
  await server.stop();
  rmSync(indexes, { recursive: true, force: true });
});

function url(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function ask(gateway: WholeGateway, port: number, person: string): Promise<number> {
  const token = await gateway.token({ system: 'westhaven-parking-app', person, roles: ['CEO'] });
  return askWith(port, { authorization: `Bearer ${token}` });
}

async function askWith(port: number, shown: Record<string, string>): Promise<number> {
  const answer = await fetch(`${url(port)}/blue-badges/badges/ZZ9Z01`, {
    headers: {
      ...shown,
      'exchange-purpose': 'parking enforcement',
      'exchange-reason': 'badge on display',
      'exchange-case-reference': 'PCN-0001',
    },
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const from = performance.now(); !(await holds()); await sleep(50))
    assert.ok(performance.now() - from < WITHIN_MS, `${what} took longer than five seconds`);
}

test('200 requests at once over two gateways: just as many are answered as the limit allows', async () => {
  const ports = [first.running.port, second.port];
  const asked = Array.from({ length: 200 }, (_, nth) => ask(first, ports[nth % 2] ?? 0, 'staff-9001'));
  const statuses = await Promise.all(asked);
  const count = (status: number) => statuses.filter((one) => one === status).length;
  assert.deepEqual([count(200), count(429)], [LIMIT, 200 - LIMIT]);
});

test('RS-44: a proof that is shown to both gateways at once counts at one of them', async () => {
  const sender = await DpopSender.make();
  for (const person of ['staff-9011', 'staff-9012', 'staff-9013']) {
    const who = { system: 'westhaven-parking-app', person, roles: ['CEO'] };
    const token = await first.token({ ...who, claims: { cnf: sender.cnf } });
    const uri = `${GATEWAY_ORIGIN}/blue-badges/badges/ZZ9Z01`;
    const shown = { authorization: `DPoP ${token}`, dpop: await sender.proof({ method: 'GET', uri, token }) };
    const statuses = await Promise.all([first.running.port, second.port].map((port) => askWith(port, shown)));
    assert.deepEqual(statuses.sort(), [200, 401]);
  }
});

test('a person whom one gateway is told to hold back is held back by the other within five seconds', async () => {
  assert.equal(await ask(first, second.port, 'staff-9002'), 200);
  const order = { kind: 'blue badge number', value: 'ZZ9Z01', by: 'R. Shah' };
  const answer = await fetch(`${url(first.running.operationsPort)}/people/protected/add`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  assert.equal(answer.status, 200, await answer.text());
  const held = await ask(first, first.running.port, 'staff-9005');
  assert.notEqual(held, 200);
  await until('the list', async () => (await ask(first, second.port, 'staff-9002')) === held);
});

test('a stop that one gateway is given is in force at the other within five seconds', async () => {
  const by = 'westhaven-district-council';
  const key = readSigningKeyFile(signingKeyPlace(join(first.folder, 'signing'), by));
  const words = { order: 'suspend', agreement: 'DSA-2026-014', by, reason: 'a laptop was lost' } as const;
  const body = await signText(stopText({ ...words, atMs: Date.now() }), 'stop', key);
  const answer = await fetch(`${url(first.running.operationsPort)}/policies/stops`, { method: 'POST', body });
  assert.equal(answer.status, 200, await answer.text());
  await until('the stop', async () => (await ask(first, second.port, 'staff-9003')) === 403);
});

test('a command that opens the log itself takes nothing over from the gateway whose settings it uses', async () => {
  const by = 'northmere-city-council';
  const key = readSigningKeyFile(signingKeyPlace(join(first.folder, 'signing'), by));
  const words = { order: 'suspend', agreement: 'DSA-2026-014', by, reason: 'a laptop was lost' } as const;
  const signature = await signText(stopText({ ...words, atMs: Date.now() }), 'stop', key);
  const taken = await takeStopOffline(readConfig(first.settings), signature);
  assert.deepEqual(taken, { taken: `DSA-2026-014 is suspended by ${by}` });
  const entries = async () => (await fetch(`${url(first.running.operationsPort)}/health/ready`)).status;
  assert.equal(await entries(), 200);
  assert.equal(await ask(first, first.running.port, 'staff-9004'), 403);
});

test('what both wrote is one whole log, and both sign it', async () => {
  await Promise.all([second.close(), first.stop()]);
  const reader = await openPostgresReader(address);
  const { checkpoint } = openKeyRing(join(first.folder, 'keys'), ORIGIN);
  try {
    const newest = await reader.checkpoint();
    const verdict = await verifyLog(reader, { key: checkpoint.verifierKey, head: newest });
    assert.deepEqual(verdict.findings, []);
    // One of them signed last; the head file of the other is no finding, but it is said.
    const heads = [first.settings['HEAD_FILE'] ?? '', head].map((file) => readFileSync(file, 'utf8'));
    const [older] = heads.filter((one) => one !== newest);
    const seen = await verifyLog(reader, { key: checkpoint.verifierKey, head: older });
    assert.deepEqual(seen.findings, []);
    assert.match(seen.gaps.join('\n'), /of a gateway that did not sign last, or an old copy/);
    const leaves = (await reader.entries(0, 10_000)).map(({ leaf }) =>
      JSON.parse(Buffer.from(leaf).toString()),
    );
    const stopped = leaves.filter(({ kind }) => kind === 'stopped').map(({ instance }) => instance);
    assert.deepEqual(stopped.sort(), ['gateway-1', 'gateway-1-command', 'gateway-2']);
    assert.ok(!leaves.some(({ kind }) => kind === 'recovered'));
  } finally {
    await reader.close();
  }
});
