import assert from 'node:assert/strict';
import { request as ask, createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { readNetwork } from '../../src/domain/network.ts';
import { callerAddressOf } from '../../src/http/caller-address.ts';
import { believeProxies } from '../../src/http/client-certificate.ts';
import { drain, listen } from '../../src/http/server.ts';

const loopback = readNetwork('127.0.0.0/8');
const believing = createServer((request, response) => response.end(callerAddressOf(request)));
const others = createServer((request, response) => response.end(callerAddressOf(request)));
let ports: readonly number[];
before(async () => {
  assert.ok(loopback !== undefined);
  believeProxies(believing, { networks: [loopback], certificates: new Set() });
  ports = await Promise.all([believing, others].map((server) => listen(server, '127.0.0.1', 0)));
});
after(() => Promise.all([believing, others].map((server) => drain(server, 0))));

/** What the server takes for the address of a request with these headers. */
function addressAt(port: number | undefined, forwarded: string | readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { Forwarded: [forwarded].flat(), 'X-Forwarded-For': '203.0.113.9' };
    const sent = ask({ port, host: '127.0.0.1', agent: false, headers }, async (response) => {
      resolve((await response.toArray()).join(''));
    });
    sent.on('error', reject).end();
  });
}

test('takes the address of a proxy’s caller from the last element, which that proxy wrote', async () => {
  for (const [forwarded, address] of [
    ['for=192.0.2.1', '192.0.2.1'],
    ['FOR="192.0.2.1:4711";proto=https;by=203.0.113.1', '192.0.2.1'],
    ['for="[2001:db8::1]"', '2001:db8::1'],
    ['for="[2001:db8::1]:443"', '2001:db8::1'],
    ['for=198.51.100.7, for=192.0.2.1', '192.0.2.1'],
    [['for=198.51.100.7', 'for=192.0.2.1'], '192.0.2.1'],
    ['for="198.51.100.7, for=192.0.2.1', '192.0.2.1'],
  ] as const)
    assert.equal(await addressAt(ports[0], forwarded), address, String(forwarded));
});

test('what cannot be read in one way leaves the address of the connection', async () => {
  for (const forwarded of [
    'for=unknown',
    'for=_hidden',
    'for=2001:db8::1',
    'for="[192.0.2.1]"',
    'for=192.0.2.1;for=192.0.2.2',
    'for=192.0.2.256',
    'for="192.0.2.1, 198.51.100.7"',
    'by=192.0.2.1',
    '192.0.2.1',
    '',
  ])
    assert.equal(await addressAt(ports[0], forwarded), '127.0.0.1', forwarded);
});

test('nobody else says where a request came from', async () => {
  assert.equal(await addressAt(ports[1], 'for=192.0.2.1'), '127.0.0.1');
});
