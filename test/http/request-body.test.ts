import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { readBody } from '../../src/http/request-body.ts';

/** What `readBody` makes of a request whose raw bytes are `sent`, ended where `end` says so. */
async function bodyOf(sent: string, end = false): Promise<string | object> {
  const requests = Promise.withResolvers<IncomingMessage>();
  const server = createServer((request) => requests.resolve(request));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(sent);
  try {
    const request = await requests.promise;
    const reading = readBody(request, 10);
    if (end) socket.destroy();
    const body = await reading.catch((error: unknown) => error as GatewayError);
    return Buffer.isBuffer(body) ? body.toString() : body;
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const HEAD = 'POST /a HTTP/1.1\r\nHost: gateway.test\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

test('a body is read whole, however it is framed', async () => {
  assert.equal(await bodyOf(`${HEAD}Content-Length: 10\r\n\r\n0123456789`), '0123456789');
  assert.equal(await bodyOf(`${CHUNKED}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`), 'abcde');
});

test('no body is an empty one', async () => {
  assert.equal(await bodyOf(`${HEAD}\r\n`), '');
  assert.equal(await bodyOf(`${HEAD}Content-Length: 0\r\n\r\n`), '');
});

test('a body that announces too much is refused before a byte of it has come', async () => {
  assert.deepEqual(await bodyOf(`${HEAD}Content-Length: 11\r\n\r\n`), { refused: 'body-invalid' });
});

test('a body that turns out too long is refused before it ends', async () => {
  assert.deepEqual(await bodyOf(`${CHUNKED}b\r\n01234567890\r\n`), { refused: 'body-invalid' });
});

test('a body with trailers is refused', async () => {
  assert.deepEqual(await bodyOf(`${CHUNKED}1\r\na\r\n0\r\nAuthorization: Bearer b\r\n\r\n`), {
    refused: 'header-invalid',
  });
});

test('a client that goes away before the end is an error of its own', async () => {
  const error = await bodyOf(`${HEAD}Content-Length: 10\r\n\r\n01`, true);
  assert.ok(error instanceof GatewayError);
  assert.equal(error.code, 'caller-gone');
});
