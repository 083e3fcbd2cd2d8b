import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
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
