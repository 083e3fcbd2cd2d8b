/** A read goes a second time where a connection that had served before died without a byte of an answer, and nothing else does. */
import assert from 'node:assert/strict';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { createUpstream, type UpstreamClient } from '../../../src/adapters/upstream/upstream.ts';
import type { UpstreamContext } from '../../../src/exchange/ports.ts';
import { makeCertificate } from '../../support/certificates.ts';
import {
  A_REQUEST,
  aContext,
  aDataset,
  jsonAnswer,
  RawServer,
  readAll,
  until,
} from '../../support/test-upstream.ts';

const A_POST = { method: 'POST', path: '/check', query: '', body: '{"a":1}' } as const;

describe('a connection that had served before', () => {
  let server: RawServer;
  let upstream: UpstreamClient;
  /** What the server does with the nth request. */
  let speak: (socket: Socket, nth: number) => void;

  beforeEach(async () => {
    server = await RawServer.start((socket) => speak(socket, server.requests.length));
    upstream = createUpstream({
      outbound: { allowed: ['127.0.0.1'], plainHttp: 'loopback' },
      secrets: new Map(),
      connections: 1,
    });
  });
  afterEach(async () => {
    await upstream.close();
    await server.stop();
  });

  /** Asks once, so that the connection has served, and then again; tells what came of the second, and how often it was sent. */
  async function secondRequest(
    dying: (socket: Socket) => void,
    { request = A_REQUEST as Parameters<UpstreamClient['fetch']>[0], onlyReads = true, dyingTimes = 1 } = {},
  ): Promise<{ came: string; requests: number; told: number; connections: number }> {
    speak = (socket, nth) => {
      if (nth >= 2 && nth < 2 + dyingTimes) dying(socket);
      else socket.write(jsonAnswer('{"a":1}'));
    };
    const dataset = aDataset(server.address, { timeoutMs: 700 });
    await readAll(await upstream.fetch(A_REQUEST, dataset, aContext()));
    let told = 0;
    const onSentAgain = (): void => {
      told += 1;
    };
    const context: UpstreamContext = aContext({ onlyReads, onSentAgain });
    const came = await upstream
      .fetch(request, dataset, context)
      .then(readAll)
      .then(String, (error: Error) => ('code' in error ? String(error.code) : String(error)));
    await until(() => upstream.load()[0]?.calls === 0);
    return { came, requests: server.requests.length, told, connections: server.accepted };
  }

  const deaths: [string, (socket: Socket) => void][] = [
    ['is closed', (socket) => socket.destroy()],
    ['is ended', (socket) => socket.end()],
    ['is reset', (socket) => socket.resetAndDestroy()],
  ];
  for (const [name, die] of deaths) {
    it(`and ${name} without an answer: a read is sent once more, over another connection, and its caller is answered`, async () => {
      const found = await secondRequest(die);
      assert.deepEqual(found, { came: '{"a":1}', requests: 3, told: 1, connections: 2 });
    });
  }

  it('is told apart from one that never served: on that nothing is sent a second time', async () => {
    speak = (socket) => socket.destroy();
    const context = aContext({ onlyReads: true });
    await assert.rejects(upstream.fetch(A_REQUEST, aDataset(server.address), context), {
      code: 'upstream-unreachable',
    });
    assert.equal(server.requests.length, 1);
  });

  it('a POST that was declared to read only is sent once more, with its whole body', async () => {
    const found = await secondRequest((socket) => socket.destroy(), { request: A_POST });
    assert.deepEqual([found.came, found.requests, found.told], ['{"a":1}', 3, 1]);
    assert.match(server.requests[2] ?? '', /\r\n\r\n\{"a":1\}$/);
  });

  it('a request that may change something is never sent a second time', async () => {
    const found = await secondRequest((socket) => socket.destroy(), { request: A_POST, onlyReads: false });
    assert.deepEqual(found, { came: 'upstream-unreachable', requests: 2, told: 0, connections: 1 });
  });

  it('a read is sent twice and not a third time', async () => {
    const found = await secondRequest((socket) => socket.destroy(), { dyingTimes: 9 });
    assert.deepEqual([found.came, found.requests, found.told], ['upstream-unreachable', 3, 1]);
  });

  const otherEnds: [string, (socket: Socket) => void, string][] = [
    ['one byte of an answer had come', (socket) => socket.end('H'), 'upstream-unreachable'],
    ['half a head had come', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-'), 'upstream-unreachable'],
    ['only an empty line had come', (socket) => socket.end('\r\n'), 'upstream-unreachable'],
    [
      'an interim answer had come',
      (socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n'),
      'upstream-unreachable',
    ],
    [
      'half a body had come',
      (socket) =>
        socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{'),
      'upstream-error',
    ],
    ['what came was not HTTP', (socket) => socket.end('SSH-2.0\r\n'), 'upstream-error'],
    ['nothing came in time', () => undefined, 'upstream-timeout'],
    [
      'the upstream said that it is busy',
      (socket) => socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'),
      '',
    ],
  ];
  for (const [name, end, came] of otherEnds) {
    it(`nothing is sent a second time where ${name}`, async () => {
      const found = await secondRequest(end);
      assert.deepEqual([found.came, found.requests, found.told], [came, 2, 0]);
    });
  }

  it('a second sending does not give the request more time than the dataset allows', async () => {
    const began = performance.now();
    const found = await secondRequest(
      (socket) => {
        if (server.requests.length === 2) setTimeout(() => socket.destroy(), 400);
      },
      { dyingTimes: 2 },
    );
    assert.deepEqual([found.came, found.requests], ['upstream-timeout', 3]);
    assert.ok(performance.now() - began < 1_000);
  });

  it('a caller that goes away while the second is under way ends it', async () => {
    const caller = new AbortController();
    speak = (socket, nth) => {
      if (nth === 1) socket.write(jsonAnswer('{}'));
      else if (nth === 2) socket.destroy();
      else caller.abort();
    };
    const dataset = aDataset(server.address);
    await readAll(await upstream.fetch(A_REQUEST, dataset, aContext()));
    const context = aContext({ onlyReads: true, signal: caller.signal });
    await assert.rejects(upstream.fetch(A_REQUEST, dataset, context), { code: 'caller-gone' });
    await until(() => upstream.load()[0]?.calls === 0 && upstream.load()[0]?.connections === 0);
  });
});

describe('a TLS connection that had served before', () => {
  it('and is closed without an answer: a read is sent once more', async (t) => {
    const authority = makeCertificate({ name: 'private CA', authority: true });
    const { cert, key } = makeCertificate({ hosts: ['127.0.0.1'], issuer: authority });
    let requests = 0;
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        requests += 1;
        if (requests === 2) socket.end();
        else socket.write(jsonAnswer('{"a":1}'));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const upstream = createUpstream({
      outbound: { allowed: ['127.0.0.1'], tls: { privateCa: authority.cert } },
      secrets: new Map(),
      connections: 1,
    });
    t.after(async () => {
      await upstream.close();
      server.close();
    });
    const dataset = aDataset(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await readAll(await upstream.fetch(A_REQUEST, dataset, aContext()));
    const answer = await upstream.fetch(A_REQUEST, dataset, aContext({ onlyReads: true }));
    assert.equal(String(await readAll(answer)), '{"a":1}');
    assert.equal(requests, 3);
  });
});
