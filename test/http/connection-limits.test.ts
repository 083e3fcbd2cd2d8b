import assert from 'node:assert/strict';
import type { RequestListener, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { drain, listen, makeServer } from '../../src/http/server.ts';

const READER_MS = 300;
const IMPATIENT = {
  headersMs: 200,
  requestMs: 400,
  idleMs: 5_000,
  readerMs: READER_MS,
  checkEveryMs: 50,
};

async function serving(
  t: import('node:test').TestContext,
  listener: RequestListener,
): Promise<[Server, number]> {
  const server = makeServer(listener, undefined, IMPATIENT);
  t.after(() => drain(server, 0));
  return [server, await listen(server, '127.0.0.1', 0)];
}

interface Heard {
  readonly got: string;
  readonly ms: number;
}

/** Sends `bytes` and resolves when the server has ended the connection; this end never does. */
function heard(port: number, bytes: string, use: (socket: Socket) => void = () => undefined): Promise<Heard> {
  const began = performance.now();
  return new Promise((resolve) => {
    let got = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(bytes));
    socket.on('data', (chunk) => {
      got += chunk;
    });
    const ended = (): void => {
      socket.destroy();
      resolve({ got, ms: performance.now() - began });
    };
    socket.on('error', ended).on('end', ended);
    use(socket);
  });
}

test('says of what cannot be read whether it is too long, too late or just wrong, and hangs up by itself', async (t) => {
  const [server, port] = await serving(
    t,
    (request, response) => void request.resume().on('end', () => response.end()),
  );
  const statuses = new Map([
    ['GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`, 431],
    ['GET / HTTP/1.1\r\nHost: a\r\nX-Half', 408],
    [`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;${'a'.repeat(17_000)}\r\n`, 413],
  ]);
  await Promise.all(
    [...statuses].map(async ([bytes, status]) => {
      const seen = new Promise<string>((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(bytes));
        socket.on('error', () => undefined).on('data', (chunk) => resolve(chunk.toString()));
        t.after(() => socket.destroy());
      });
      assert.match(
        await seen,
        new RegExp(`^HTTP/1\\.1 ${status} [A-Za-z ]+\\r\\nConnection: close\\r\\n`),
        bytes.slice(0, 60),
      );
    }),
  );
  // None of them hung up itself.
  for (let tries = 0; tries < 150; tries += 1) {
    if ((await connections(server)) === 0) return;
    await new Promise((go) => setTimeout(go, 20));
  }
  assert.equal(await connections(server), 0);
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}

test('never writes into an answer that was begun: what cannot be read after it ends the connection', async (t) => {
  const [, port] = await serving(t, (_request, response) => {
    response.writeHead(200, { 'Content-Length': 1000 }).write('begun');
  });
  const { got } = await heard(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', (socket) => {
    socket.once('data', () => socket.write('rubbish\r\n\r\n'));
  });
  assert.ok(got.endsWith('begun'), got);
});

test('whoever takes nothing of what waits for it is cut, whoever sent the answer', async (t) => {
  const [, port] = await serving(t, (_request, response) => {
    response.end(Buffer.alloc(32 * 1024 * 1024));
  });
  const { ms } = await heard(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', (socket) => {
    socket.pause();
    // A connection that is closed under a paused socket is noticed once it is read.
    setTimeout(() => socket.resume(), 4 * READER_MS);
  });
  assert.ok(ms < 4_000, `${Math.round(ms)} ms`);
});

test('whoever reads slowly is waited for, and so is a slow answer', async (t) => {
  const [, port] = await serving(t, (_request, response) => {
    setTimeout(
      () => response.writeHead(200, { Connection: 'close' }).end(Buffer.alloc(4 * 1024 * 1024)),
      2 * READER_MS,
    );
  });
  const { got, ms } = await heard(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', (socket) => {
    const reading = setInterval(() => {
      socket.resume();
      setTimeout(() => socket.pause(), 5);
    }, READER_MS / 3);
    socket.on('close', () => clearInterval(reading));
  });
  assert.ok(got.length > 4 * 1024 * 1024);
  assert.ok(ms > 2 * READER_MS);
});

test('a body that drips is cut when its time is over', async (t) => {
  const [, port] = await serving(
    t,
    (request, response) => void request.resume().on('end', () => response.end('served')),
  );
  const { got, ms } = await heard(
    port,
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n',
    (socket) => {
      const dripping = setInterval(() => socket.write('a'), 40);
      socket.on('close', () => clearInterval(dripping));
    },
  );
  assert.ok(!got.includes('served'));
  assert.ok(ms >= IMPATIENT.requestMs && ms < 4_000, `${Math.round(ms)} ms`);
});
