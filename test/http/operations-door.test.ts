import assert from 'node:assert/strict';
import { request as ask } from 'node:http';
import { networkInterfaces } from 'node:os';
import { after, before, test } from 'node:test';
import express from 'express';
import { keepPagesOut } from '../../src/http/operations-door.ts';
import { drain, listen, makeServer } from '../../src/http/server.ts';
import { type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
});
after(() => gateway.close());

interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
}

function statusOf({ headers = {}, method = 'GET', path = '/health/live', ...to }: Asking): Promise<number> {
  return new Promise((resolve, reject) => {
    const place = { host: '127.0.0.1', port: gateway.running.operationsPort, ...to };
    const sent = ask({ ...place, method, path, headers, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}

test('answers this machine by its addresses and as localhost, and by no other name', async () => {
  for (const host of ['localhost', 'localhost:9443', '127.0.0.1:9443', '127.1.2.3', '[::1]', '[::1]:9443'])
    assert.equal(await statusOf({ headers: { host } }), 200, host);
  for (const host of [
    'evil.example',
    'evil.example:9443',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'gateway.northmere.example',
    '192.0.2.1',
    'localhost@evil.example',
  ])
    assert.equal(await statusOf({ headers: { host } }), 403, host);
});

test('answers no web page, whatever it asks', async () => {
  const { size } = new Set(gateway.leaves());
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:9443' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'anything' },
  ])
    for (const [method, path] of [
      ['GET', '/metrics'],
      ['GET', '/log/entries'],
      ['POST', '/policies/stops'],
      ['POST', '/people/protected/add'],
    ] as const)
      assert.equal(await statusOf({ headers, method, path }), 403, `${method} ${path}`);
  assert.equal(gateway.leaves().length, size, 'something was entered in the log');
  assert.equal(await statusOf({ headers: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' } }), 200);
});

test('has no exemption for whoever calls itself a health check, and nothing of the consumers', async () => {
  for (const agent of ['GoogleHC/1.0', 'kube-probe/1.30', 'ELB-HealthChecker/2.0']) {
    const headers = { 'user-agent': agent };
    assert.equal(await statusOf({ headers, path: '/blue-badges/badges/ZZ9Z01' }), 404);
    assert.equal(await statusOf({ headers, path: '/.well-known/oauth-protected-resource' }), 404);
    const { port } = gateway.running;
    for (const path of ['/health', '/health/live', '/metrics', '/policies/stops'])
      assert.ok([401, 403].includes(await statusOf({ headers, path, port })), path);
  }
});

test('on an address of the network the operator may give it any name', async (t) => {
  const own = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find((one) => !one.internal && one.family === 'IPv4');
  if (own === undefined) return t.skip('this machine has no address but loopback');
  const app = express().use(keepPagesOut);
  const server = makeServer(
    app.get('/health/live', (_request, response) => void response.send('live')),
    undefined,
  );
  const port = await listen(server, own.address, 0);
  t.after(() => drain(server, 0));
  const to = { host: own.address, port };
  assert.equal(await statusOf({ ...to, headers: { host: 'gateway-operations:9443' } }), 200);
  assert.equal(await statusOf({ ...to, headers: { origin: 'https://evil.example' } }), 403);
});
