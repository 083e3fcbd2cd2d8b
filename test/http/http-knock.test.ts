import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { HttpKnock } from '../../src/http/http-knock.ts';
import { RefusalFlood } from '../../src/http/refusal-flood.ts';
import { listen } from '../../src/http/server.ts';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
});
after(() => gateway.close());

/** Sends a head, waits for what comes, sends the body only when told to go on. */
function ask(authorization: string): Promise<string> {
  const body = '{"badge number":"ZZ9Z01"}';
  const head = [
    'POST /blue-badges/ask/look-up-one-badge HTTP/1.1',
    'Host: gateway',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Expect: 100-continue',
    'Exchange-Purpose: parking enforcement',
    'Exchange-Reason: badge on display',
    'Exchange-Case-Reference: PCN-1',
    authorization,
    '',
    '',
  ].join('\r\n');
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(Number(port), hostname, () => socket.write(head));
    socket.on('data', (chunk) => {
      got += chunk;
      if (got.endsWith('100 Continue\r\n\r\n')) socket.write(body);
      if (/HTTP\/1.1 [2-5]/.test(got)) socket.end();
    });
    socket.on('close', () => resolve(got));
    socket.on('error', () => resolve(got));
  });
}

test('a proved caller is told to go on, and its body is read', async () => {
  const token = await gateway.token({ system: 'westhaven-parking-app', person: 'staff-1', roles: ['CEO'] });
  const got = await ask(`Authorization: Bearer ${token}`);
  assert.match(got, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
});

test('a caller that is not proved is never told to go on, and its connection ends', async () => {
  const got = await ask('Authorization: Bearer nonsense');
  assert.match(got, /^HTTP\/1.1 40[01] /);
  assert.match(got, /\r\nConnection: close\r\n/i);
  assert.ok(!got.includes('100 Continue'));
});

/** Hands one request over a real connection to `use`, and ends what that began. */
async function withKnock(
  use: (knock: HttpKnock, response: ServerResponse, leave: () => void) => Promise<void>,
): Promise<void> {
  const server = createServer();
  const port = await listen(server, '127.0.0.1', 0);
  const client = connect(port, '127.0.0.1', () => client.write('GET /a/b HTTP/1.1\r\nHost: gateway\r\n\r\n'));
  client.on('error', () => undefined).resume();
  const [request, response] = await new Promise<[IncomingMessage, ServerResponse]>((resolve) =>
    server.once('request', (request, response) => resolve([request, response])),
  );
  await use(new HttpKnock(request, response, new RefusalFlood(), Date.now), response, () => client.destroy());
  client.destroy();
  server.close();
}

test('a caller that goes away aborts the signal and tells those who still listen, each once', () =>
  withKnock(async (knock, response, leave) => {
    const told: string[] = [];
    const [stays, leaves] = ['stays', 'leaves'].map((name) => ({ handleEvent: () => void told.push(name) }));
    assert.ok(stays !== undefined && leaves !== undefined);
    knock.signal.addEventListener('abort', stays);
    knock.signal.addEventListener('abort', leaves);
    knock.signal.removeEventListener('abort', leaves);
    assert.equal(knock.signal.aborted, false);
    leave();
    await new Promise((resolve) => response.once('close', resolve));
    assert.deepEqual(told, ['stays']);
    assert.equal(knock.signal.aborted, true);
  }));

test('a caller that had its whole answer has not gone away', () =>
  withKnock(async (knock, response, leave) => {
    const told: string[] = [];
    knock.signal.addEventListener('abort', { handleEvent: () => void told.push('gone') });
    await new Promise<void>((resolve) => response.end('all', () => resolve()));
    leave();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(told, []);
    assert.equal(knock.signal.aborted, false);
  }));

test('a signal asked for after the caller has gone is aborted already', () =>
  withKnock(async (knock, response, leave) => {
    leave();
    await new Promise((resolve) => response.once('close', resolve));
    assert.equal(knock.signal.aborted, true);
  }));
