import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Router } from 'express';
import { Admission } from '../../src/http/admission.ts';
import { gatewayApp } from '../../src/http/gateway-app.ts';
import { RefusalFlood } from '../../src/http/refusal-flood.ts';
import { listen } from '../../src/http/server.ts';
import { ORIGIN, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
});
after(() => gateway.close());

test('says where a token for it can be had (RFC 9728)', async () => {
  const answer = await fetch(`${gateway.url}/.well-known/oauth-protected-resource`);
  assert.equal(answer.status, 200);
  const document = (await answer.json()) as Record<string, unknown>;
  assert.equal(document['resource'], ORIGIN);
  assert.deepEqual(document['authorization_servers'], [gateway.issuer.url]);
  assert.deepEqual(document['bearer_methods_supported'], ['header']);
  for (const value of Object.values(document)) assert.notDeepEqual(value, []);
});

test('points a caller without a token to that document, by configuration and never by Host', async () => {
  const answer = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
    headers: { host: 'evil.example' },
  });
  assert.match(
    answer.headers.get('www-authenticate') ?? '',
    new RegExp(`resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource"`),
  );
  await answer.arrayBuffer();
});

test("every answer says the gateway's time", async () => {
  const authorization = `Bearer ${await gateway.token({ system: 'westhaven-parking-app' })}`;
  for (const path of ['.well-known/oauth-protected-resource', 'blue-badges/badges/ZZ9Z01', 'nothing']) {
    const answer = await fetch(`${gateway.url}/${path}`, { headers: { authorization } });
    await answer.arrayBuffer();
    const said = Date.parse(answer.headers.get('date') ?? '');
    assert.ok(Math.abs(said - Date.now()) < 10_000, `${path}: ${said}`);
  }
});

test('explains every reason at the address that problems name', async () => {
  const answer = await fetch(`${gateway.url}/problems/role-not-agreed`);
  assert.deepEqual(await answer.json(), {
    type: '/problems/role-not-agreed',
    title: 'This role is not agreed',
    status: 403,
  });
  assert.equal((await fetch(`${gateway.url}/problems/nonsense`)).status, 404);
});

test('serves no dataset under a reserved name and never a page', async () => {
  for (const path of [
    'log',
    'log/nothing',
    'catalogue',
    'exchanges/1/receipts',
    'problems',
    '.well-known/x',
    'problems/%zz',
  ]) {
    const answer = await fetch(`${gateway.url}/${path}`);
    assert.ok([400, 401, 404].includes(answer.status), `${path}: ${answer.status}`);
    assert.equal(answer.headers.get('content-type')?.split(';')[0], 'application/problem+json', path);
    assert.equal(answer.headers.get('cache-control'), 'no-store', path);
    assert.ok(!(await answer.text()).includes('<'), path);
  }
});

test('every answer carries helmet’s headers and does not say what it is made of', async () => {
  for (const path of ['.well-known/oauth-protected-resource', 'blue-badges/badges/ZZ9Z01', 'log']) {
    const { headers } = await fetch(`${gateway.url}/${path}`);
    assert.equal(headers.get('x-powered-by'), null);
    assert.equal(headers.get('etag'), null);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  }
});

test('a flood of unproved refusals is held back from the log and counted, while a good token passes', async () => {
  const ask = (): Promise<Response> => fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`);
  const answers = await Promise.all(Array.from({ length: 300 }, ask));
  const held = answers.filter(({ status }) => status === 429);
  assert.ok(held.length > 0);
  for (const { headers } of held) assert.equal(headers.get('audit-receipt'), null);
  const token = await gateway.token({ system: 'westhaven-parking-app', person: 'staff-1', roles: ['CEO'] });
  const good = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(good.status, 403);
  assert.ok(good.headers.get('audit-receipt'));
  const refused = gateway.leaves().filter((leaf) => leaf['code'] === 'credentials-missing').length;
  assert.ok(refused <= 300 - held.length + 5, `${refused} entries`);
});

test('what goes wrong where nobody foresaw it is a bare problem that repeats nothing', async () => {
  const app = gatewayApp({
    exchange: () => Promise.reject(new Error('QQ123456C')),
    reply: { standing: [], operatorContact: 'operations@northmere.example', resourceMetadata: ORIGIN },
    flood: new RefusalFlood(),
    gate: {
      admission: new Admission({ waiting: () => 0, now: () => performance.now() }),
      remembers: () => false,
      onTurnedAway: () => undefined,
    },
    now: Date.now,
    resourceMetadata: () => ({}),
    receipts: () => Promise.resolve(undefined),
    log: Router(),
    onOutcome: () => undefined,
  });
  const server = createServer(app);
  const port = await listen(server, '127.0.0.1', 0);
  const answer = await fetch(`http://127.0.0.1:${port}/blue-badges/badges/ZZ9Z01`);
  const body = await answer.text();
  server.close();
  assert.equal(answer.status, 500);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(JSON.parse(body).type, '/problems/internal-error');
  assert.ok(!body.includes('QQ123456C') && !body.includes('ZZ9Z01'));
});
