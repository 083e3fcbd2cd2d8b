/** Several threads on one port: one log, one set of policies, one set of figures. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { signingKeyPlace } from '../../../demo/signed-policies.ts';
import { openKeyRing } from '../../../src/adapters/signing/key-ring.ts';
import { signText } from '../../../src/adapters/signing/signed-text.ts';
import { readSigningKeyFile } from '../../../src/adapters/signing/signing-key-file.ts';
import { verifyLog } from '../../../src/audit-log/verifying/verifier.ts';
import { readConfig } from '../../../src/config.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { type Order, stopText } from '../../../src/domain/stop.ts';
import { openLogOfGateway } from '../../../src/roof/log/log-at-rest.ts';
import { startFurtherThreads } from '../../../src/roof/threads/gateway-threads.ts';
import { startLog } from '../../../src/roof/threads/start-log.ts';
import { DpopSender } from '../../support/dpop-sender.ts';
import { json, ORIGIN, type WholeGateway, wholeGateway } from '../../support/whole-gateway.ts';

const THREADS = 3;
/** With so many connections, chance leaves a thread out once in a hundred thousand runs. */
const CONNECTIONS = 34;

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway({ settings: { GATEWAY_THREADS: String(THREADS) } });
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
});
after(() => gateway.close());

/** The status of one request over a connection of its own. */
async function askWith(shown: Record<string, string>): Promise<number> {
  const headers = {
    ...shown,
    'exchange-purpose': 'parking enforcement',
    'exchange-reason': 'badge on display',
    'exchange-case-reference': 'PCN-0001',
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(`${gateway.url}/blue-badges/badges/ZZ9Z01`, { headers, agent: false }, resolve);
    asked.on('error', reject).end();
  });
  await buffer(answer);
  return answer.statusCode ?? 0;
}

let asking = 0;
/** Statuses of so many requests at once, each over a connection of its own. */
async function askAll(count = CONNECTIONS): Promise<number[]> {
  const one = async (): Promise<number> => {
    asking += 1;
    const token = await gateway.token({
      system: 'westhaven-parking-app',
      person: `staff-${asking}`,
      roles: ['CEO'],
    });
    return askWith({ authorization: `Bearer ${token}` });
  };
  return Promise.all(Array.from({ length: count }, one));
}

async function order(name: Order): Promise<void> {
  const by = 'westhaven-district-council';
  const key = readSigningKeyFile(signingKeyPlace(join(gateway.folder, 'signing'), by));
  const text = stopText({ order: name, agreement: 'DSA-2026-014', by, reason: 'a drill', atMs: Date.now() });
  const body = await signText(text, 'stop', key);
  assert.equal((await fetch(`${gateway.operations}/policies/stops`, { method: 'POST', body })).status, 200);
}

async function people(what: 'add' | 'remove', by: string): Promise<void> {
  const answer = await fetch(`${gateway.operations}/people/protected/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'blue badge number', value: 'ZZ9Z01', by }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

test('every connection is served whichever thread takes it, and the figures of all threads are told as one', async () => {
  assert.deepEqual(new Set(await askAll()), new Set([200]));
  const metrics = await (await fetch(`${gateway.operations}/metrics`)).text();
  const released = /^gateway_exchanges_total\{outcome="released".*\} (\d+)$/m.exec(metrics)?.[1];
  assert.equal(Number(released), CONNECTIONS);
  assert.match(metrics, /^gateway_log_entries \d+$/m);
});

test('RS-44: a proof that is shown on many threads at once counts on one of them', async () => {
  const sender = await DpopSender.make();
  const who = { system: 'westhaven-parking-app', person: 'staff-0', roles: ['CEO'] };
  const token = await gateway.token({ ...who, claims: { cnf: sender.cnf } });
  const dpop = await sender.proof({ method: 'GET', uri: `${ORIGIN}/blue-badges/badges/ZZ9Z01`, token });
  const shown = { authorization: `DPoP ${token}`, dpop };
  const statuses = await Promise.all(Array.from({ length: CONNECTIONS }, () => askWith(shown)));
  assert.deepEqual(
    [statuses.filter((one) => one === 200).length, statuses.filter((one) => one === 401).length],
    [1, CONNECTIONS - 1],
  );
  const stored = gateway.leaves().filter(({ code, after }) => code === 'proof-used' && after === 'limit');
  assert.ok(stored.length > 0, 'the log told the threads apart, and not the memory of one of them');
});

test('a stop and its end count on every thread before they are answered', async () => {
  await order('suspend');
  assert.deepEqual(new Set(await askAll()), new Set([403]));
  await order('resume');
  assert.deepEqual(new Set(await askAll()), new Set([200]));
});

test('a person who is protected is held back by every thread before the order is answered', async () => {
  await people('add', 'a.officer');
  assert.deepEqual(new Set(await askAll()), new Set([404]));
  await people('remove', 'a.officer');
  await people('remove', 'b.officer');
  assert.deepEqual(new Set(await askAll(10)), new Set([200]));
});

test('a thread that cannot start refuses the start in its words, and nothing is left running', async () => {
  const apart = {
    AUDIT_LOG_FILE: join(gateway.folder, 'apart.sqlite'),
    HEAD_FILE: join(gateway.folder, 'apart'),
  };
  const config = readConfig({ ...gateway.settings, ...apart });
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const log = await startLog(config, keys.sealing);
  const broken = { ...config, upstreamSecretsFile: join(gateway.folder, 'nowhere.json') };
  await assert.rejects(
    startFurtherThreads(2, { config: broken, log, port: 1, bound: new SharedArrayBuffer(8) }),
    (error) => error instanceof GatewayError && /a thread of the gateway failed/.test(error.message),
  );
  await log.close();
});

test('the log of several threads is whole, and says that they have ended', async () => {
  gateway = await gateway.restarted();
  const config = readConfig(gateway.settings);
  const head = readFileSync(config.headFile, 'utf8');
  const reader = await openLogOfGateway(config);
  await reader.freeze();
  const { checkpoint } = openKeyRing(config.keysFolder, config.logOrigin);
  assert.deepEqual((await verifyLog(reader, { key: checkpoint.verifierKey, head })).findings, []);
  await reader.close();
  assert.ok(gateway.leaves().some(({ kind }) => kind === 'stopped'));
});
