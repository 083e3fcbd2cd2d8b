import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { drain, listen, makeServer } from '../../src/http/server.ts';

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
  const server = makeServer(
    (_request, response) => void setTimeout(() => response.end('done'), 100),
    undefined,
  );
  const port = await listen(server, '127.0.0.1', 0);
  const running = fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());
  await new Promise((resolve) => setTimeout(resolve, 50));
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
