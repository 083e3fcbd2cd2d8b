import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createOutboundFetch } from '../../../src/adapters/upstream/outbound-fetch.ts';
import { witnessLine } from '../../../src/adapters/witness/witness-client.ts';
import { sha256 } from '../../../src/encoding/sha256.ts';

let answering: RequestListener;
const heard: string[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  heard.push(`${request.method} ${request.url} ${body}`);
  answering(request, response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { fetch, close } = createOutboundFetch({ allowed: ['127.0.0.1'], plainHttp: 'loopback' });
after(async () => {
  await close();
  server.closeAllConnections();
  server.close();
});
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix`;
const line = witnessLine(fetch, url, 'log.example', 500);

test('the request goes to the submission prefix, and status and text come back', async () => {
  answering = (_request, response) => response.writeHead(409).end('12\n');
  assert.deepEqual(await line.ask('old 0\n\nnote\n'), { status: 409, body: '12\n' });
  assert.equal(heard.at(-1), 'POST /prefix/add-checkpoint old 0\n\nnote\n');
});

test('a redirect is not followed', async () => {
  answering = (_request, response) => response.writeHead(307, { location: `${url}/elsewhere` }).end();
  assert.equal((await line.ask('x')).status, 307);
  assert.ok(!heard.some((one) => one.includes('elsewhere')));
});

test('an answer that never comes, is far too large, or is cut gives a sentence without an address', async () => {
  answering = () => undefined;
  await assert.rejects(line.ask('x'), { message: 'it did not answer in time' });
  answering = (_request, response) => response.end('x'.repeat(300_000));
  await assert.rejects(line.ask('x'), { message: 'its answer is too large' });
  answering = (_request, response) => response.end('x'.repeat(3_000_000));
  await assert.rejects(line.ask('x'), { message: 'it cannot be reached' });
  answering = (request) => request.socket.destroy();
  await assert.rejects(line.ask('x'), { message: 'it cannot be reached' });
});

test('what the witness serves of the log is asked for by the hash of its origin, and its absence is no error', async () => {
  answering = (_request, response) => response.end('note\n');
  assert.equal(await line.served(), 'note\n');
  assert.equal(heard.at(-1), `GET /prefix/${sha256('log.example').toString('hex')}/checkpoint `);
  answering = (_request, response) => response.writeHead(404).end();
  assert.equal(await line.served(), undefined);
  answering = (request) => request.socket.destroy();
  assert.equal(await line.served(), undefined);
});
