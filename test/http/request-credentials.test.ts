import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { after, before, test } from 'node:test';
import express from 'express';
import type { Credentials } from '../../src/exchange/ports.ts';
import { RequestCredentials } from '../../src/http/request-credentials.ts';
import { listen } from '../../src/http/server.ts';

let seen: Credentials | undefined;
const inner = express.Router().use((request, response) => {
  seen = new RequestCredentials(request);
  response.end();
});
const server = createServer(express().use('/log', inner));
let port = 0;
before(async () => {
  port = await listen(server, '127.0.0.1', 0);
});
after(() => server.close());

/** What the gateway sees of a request. */
async function showing(path: string, headers: Readonly<Record<string, string | string[]>>) {
  await new Promise<void>((resolve, reject) => {
    const sent = request({ port, path, headers, agent: false }, (response) =>
      response.resume().on('end', resolve),
    );
    sent.on('error', reject).end();
  });
  assert.ok(seen !== undefined);
  return { authorization: seen.authorization, dpop: seen.dpop, method: seen.method, path: seen.path };
}

test('the path is the one that came, whole and without its query, whatever router looks at it', async () => {
  const shown = await showing('/log/entries?from=0&x=/other', { Authorization: 'Bearer a', DPoP: 'b' });
  assert.deepEqual(shown, { authorization: 'Bearer a', dpop: 'b', method: 'GET', path: '/log/entries' });
});

test('what was not sent is not there, and two proofs are no one proof', async () => {
  const none = await showing('/log/checkpoint', { Host: 'evil.example' });
  assert.deepEqual(none, {
    authorization: undefined,
    dpop: undefined,
    method: 'GET',
    path: '/log/checkpoint',
  });
  assert.equal((await showing('/log/checkpoint', { DPoP: ['a.b.c', 'a.b.c'] })).dpop, 'a.b.c, a.b.c');
});
