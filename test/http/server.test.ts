import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { drain, listen, makeServer } from '../../src/http/server.ts';
import type { Tls } from '../../src/http/tls-listener.ts';
import { makeCertificate } from '../support/certificates.ts';

async function answered(bytes: string, listener: Parameters<typeof makeServer>[0]): Promise<string> {
  const server = makeServer(listener, undefined);
  const port = await listen(server, '127.0.0.1', 0);
  const answer = await new Promise<string>((resolve) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      got += chunk;
    });
    socket.on('close', () => resolve(got));
    socket.on('error', () => resolve(got));
    setTimeout(() => socket.destroy(), 300);
  });
  server.closeAllConnections();
  server.close();
  return answer;
}

test('what cannot be read in one way is answered 400 without a body and the connection ends', async () => {
  const answer = await answered(
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    () => assert.fail('a request that is two'),
  );
  assert.match(answer, /^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$/);
});

test('says "100 Continue" to nobody by itself', async () => {
  const answer = await answered(
    'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
    (_request, response) => {
      response.writeHead(401).end();
    },
  );
  assert.match(answer, /^HTTP\/1.1 401/);
});

test('does not speak other protocols', async () => {
  for (const bytes of ['CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']) {
    const answer = await answered(bytes, (_request, response) => response.end('served'));
    assert.ok(!answer.includes('served') && !answer.includes('101'), bytes);
  }
});

test('drains: running requests finish, idle connections end, nothing new is taken', async () => {
  const arrived = Promise.withResolvers<void>();
  const server = makeServer((_request, response) => {
    arrived.resolve();
    setTimeout(() => response.end('done'), 100);
  }, undefined);
  const port = await listen(server, '127.0.0.1', 0);
  const running = fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());
  await arrived.promise;
  const started = performance.now();
  await drain(server, 5000);
  assert.ok(performance.now() - started < 1000);
  assert.equal(await running, 'done');
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
});

test('a request that never ends is cut after the time given', async () => {
  const server = makeServer(() => undefined, undefined);
  const port = await listen(server, '127.0.0.1', 0);
  const hanging = fetch(`http://127.0.0.1:${port}/`).catch(() => 'cut');
  await new Promise((resolve) => setTimeout(resolve, 50));
  await drain(server, 100);
  assert.equal(await hanging, 'cut');
});

const IMPATIENT = { headersMs: 200, requestMs: 500, idleMs: 300, readerMs: 400, checkEveryMs: 50 };
const HALF_HEADERS = 'GET / HTTP/1.1\r\nHost: a\r\nX-Half: ';
const HALF_BODY = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{';
const WHOLE = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

interface Waited {
  readonly got: string;
  /** Milliseconds from the connection to its end at the server's hand. */
  readonly ms: number;
  readonly requests: number;
}

/** Opens a connection, writes `bytes`, then a byte every 50 ms where `drips`, and waits for the server to end it. */
async function endedByServer(bytes: string, drips = false, tls?: Tls): Promise<Waited> {
  let requests = 0;
  const listener: Parameters<typeof makeServer>[0] = (request, response) => {
    requests += 1;
    // An empty request is given no end (optimizeEmptyRequests).
    if (request.method === 'GET') response.end('served');
    else request.resume().on('end', () => response.end('served'));
  };
  const server = makeServer(listener, tls, IMPATIENT);
  const port = await listen(server, '127.0.0.1', 0);
  const started = performance.now();
  const got = await new Promise<string>((resolve) => {
    let read = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const dripping = drips ? setInterval(() => socket.write('a'), 50) : undefined;
    socket.on('data', (chunk) => {
      read += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(dripping);
      resolve(read);
    });
  });
  const ms = performance.now() - started;
  await drain(server, 0);
  return { got, ms, requests };
}

test('a connection whose headers do not come whole is closed in time, even where a byte drips now and then', async () => {
  for (const [bytes, drips] of [
    ['', false],
    [HALF_HEADERS, false],
    [HALF_HEADERS, true],
  ] as const) {
    const { ms, requests } = await endedByServer(bytes, drips);
    assert.ok(ms >= IMPATIENT.headersMs && ms < 3_000, `${bytes}: ${Math.round(ms)} ms`);
    assert.equal(requests, 0);
  }
});

test('a request whose body does not come whole is closed in time, without an answer that says it was taken', async () => {
  const { got, ms } = await endedByServer(HALF_BODY);
  assert.ok(ms >= IMPATIENT.requestMs && ms < 3_000, `${Math.round(ms)} ms`);
  assert.ok(!got.includes('served'));
});

test('a connection that asks nothing more after its answer is closed in time', async () => {
  const { got, ms } = await endedByServer(WHOLE);
  assert.ok(got.endsWith('served'));
  assert.ok(ms >= IMPATIENT.idleMs && ms < 3_000, `${Math.round(ms)} ms`);
});

test('a connection that never ends its TLS handshake is closed in time', async () => {
  const { cert, key } = makeCertificate({ hosts: ['127.0.0.1'] });
  const { ms, requests } = await endedByServer('', false, { certificate: cert, key });
  assert.ok(ms >= IMPATIENT.headersMs && ms < 3_000, `${Math.round(ms)} ms`);
  assert.equal(requests, 0);
});
