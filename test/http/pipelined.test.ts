import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { inTurn } from '../../src/http/pipelined.ts';
import { drain, listen, makeServer } from '../../src/http/server.ts';

interface Asked {
  readonly url: string;
  readonly response: ServerResponse;
}

/** A server that answers nothing by itself, and a connection to it. */
async function connected(t: import('node:test').TestContext) {
  const begun: Asked[] = [];
  const server = makeServer((request, response) => {
    inTurn(request, response, () => begun.push({ url: request.url ?? '', response }));
  }, undefined);
  const port = await listen(server, '127.0.0.1', 0);
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  let got = '';
  let ended = false;
  socket.on('data', (chunk) => {
    got += chunk;
  });
  socket.on('close', () => {
    ended = true;
  });
  t.after(() => {
    socket.destroy();
    return drain(server, 0);
  });
  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; !holds() && tries < 500; tries += 1) await new Promise((go) => setTimeout(go, 2));
    assert.ok(holds());
  };
  return { begun, socket, until, got: () => got, ended: () => ended };
}

const ask = (url: string): string => `GET ${url} HTTP/1.1\r\nHost: a\r\n\r\n`;

test('a request that comes before the answer to an earlier one is begun when that has gone', async (t) => {
  const { begun, socket, until, got } = await connected(t);
  socket.write(ask('/1') + ask('/2') + ask('/3'));
  await until(() => begun.length === 1);
  await new Promise((go) => setTimeout(go, 20));
  assert.deepEqual(
    begun.map(({ url }) => url),
    ['/1'],
  );
  begun[0]?.response.end('one');
  await until(() => begun.length === 2);
  begun[1]?.response.end('two');
  await until(() => begun.length === 3);
  begun[2]?.response.end('three');
  await until(() => got().endsWith('three'));
  socket.write(ask('/4'));
  await until(() => begun.length === 4);
});

test('what follows an answer that ends the connection is never begun', async (t) => {
  const { begun, socket, until, ended } = await connected(t);
  socket.write(ask('/1') + ask('/2'));
  await until(() => begun.length === 1);
  begun[0]?.response.writeHead(400, { Connection: 'close' }).end();
  await until(ended);
  assert.deepEqual(
    begun.map(({ url }) => url),
    ['/1'],
  );
});

test('whoever sends more than a hundred before it reads an answer is cut', async (t) => {
  const { begun, socket, until, ended } = await connected(t);
  socket.write(ask('/1') + ask('/2').repeat(100));
  await until(() => begun.length === 1);
  await new Promise((go) => setTimeout(go, 20));
  assert.ok(!ended());
  socket.write(ask('/3'));
  await until(ended);
  assert.equal(begun.length, 1);
});
