import assert from 'node:assert/strict';
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import type { Agreement } from '../../src/domain/agreement.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { DurableReceipt } from '../../src/domain/receipt.ts';
import { sha256 } from '../../src/encoding/sha256.ts';
import type { ReleasedPart } from '../../src/exchange/ports.ts';
import { ExchangeReply } from '../../src/http/exchange-reply.ts';
import { listen, makeServer } from '../../src/http/server.ts';

const EXCHANGE = '01910000-0000-7000-8000-000000000000';
const receipt = DurableReceipt.mint({
  index: 7,
  leafHash: 'hash',
  stored: 'as drafted',
  bodySalt: 'salt',
  commitments: { person: undefined, caseReference: undefined, token: undefined },
  header: () => 'receipt',
});
const agreement = {
  id: 'DSA-2026-014',
  version: 3,
  keepFor: '28 days – no more',
  onwardSharing: 'not allowed',
} as Agreement;

function part(text: string, first: boolean, last: boolean): ReleasedPart {
  const bytes = Buffer.from(text);
  return {
    bytes,
    bodySha256: sha256(bytes),
    status: 200,
    mediaType: 'application/json',
    first,
    last,
    agreement,
  };
}

interface Got {
  readonly answer: IncomingMessage;
  readonly body: string;
  readonly bodyBytes: Buffer;
  readonly cut: boolean;
}

async function answered(write: (reply: ExchangeReply, response: ServerResponse) => unknown): Promise<Got> {
  const server = createServer((_request, response) => {
    const reply = new ExchangeReply(response, {
      standing: ['cache-control', 'no-store'],
      operatorContact: 'gateway@northmere.example',
      resourceMetadata: 'https://gateway.example/.well-known/oauth-protected-resource',
    });
    reply.begin(EXCHANGE);
    write(reply, response);
  });
  const port = await listen(server, '127.0.0.1', 0);
  const got = await new Promise<Got>((resolve, reject) => {
    const asking = ask({ host: '127.0.0.1', port, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => undefined);
      answer.on('close', () => {
        const bodyBytes = Buffer.concat(chunks);
        resolve({ answer, body: bodyBytes.toString(), bodyBytes, cut: !answer.complete });
      });
    });
    asking.on('error', reject);
    asking.end();
  });
  server.close();
  return got;
}

test('releases a whole answer with its receipt, digest, agreement and duties', async () => {
  const { answer, body } = await answered((reply) => reply.release(part('{"a":1}', true, true), receipt));
  assert.equal(body, '{"a":1}');
  assert.equal(answer.headers['exchange-id'], EXCHANGE);
  assert.equal(answer.headers['audit-receipt'], 'receipt');
  assert.equal(answer.headers['audit-salt'], 'salt');
  assert.equal(answer.headers['sharing-agreement'], 'DSA-2026-014; version=3');
  assert.equal(answer.headers['keep-for'], '28 days no more');
  assert.equal(answer.headers['onward-sharing'], 'not allowed');
  assert.equal(answer.headers['content-digest'], `sha-256=:${sha256('{"a":1}').toString('base64')}:`);
  assert.equal(answer.headers['cache-control'], 'no-store');
});

test('every byte of a whole answer leaves as it is, whether head and body go in one write or in two', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  for (const times of [1, 32, 33, 1000]) {
    const whole = Buffer.concat(Array.from({ length: times }, () => bytes));
    const released = { ...part('', true, true), bytes: whole, bodySha256: sha256(whole) };
    const { answer, bodyBytes } = await answered((reply) => reply.release(released, receipt));
    assert.ok(bodyBytes.equals(whole), `${whole.length} bytes`);
    assert.equal(answer.headers['content-length'], String(whole.length));
  }
});

test('streams parts with the first receipt before and digest and last receipt behind', async () => {
  const { answer, body, cut } = await answered(async (reply) => {
    await reply.release(part('{"data":[1', true, false), receipt);
    await reply.release(part(',2]}', false, true), receipt);
  });
  assert.equal(body, '{"data":[1,2]}');
  assert.equal(cut, false);
  assert.equal(answer.trailers['content-digest'], `sha-256=:${sha256('{"data":[1,2]}').toString('base64')}:`);
  assert.equal(answer.trailers['audit-receipt'], 'receipt');
});

test('writes nothing without a receipt that the audit log made, whatever the types say', async () => {
  const forged = { ...receipt, header: () => 'forged' } as unknown as DurableReceipt;
  const { answer, body } = await answered((reply, response) => {
    assert.throws(() => reply.release(part('{"a":1}', true, true), forged), /without a durable receipt/);
    assert.throws(() =>
      reply.refuse({ code: 'no-agreement', exchange: EXCHANGE, detail: '', contact: undefined }, forged),
    );
    assert.equal(response.headersSent, false);
    response.end();
  });
  assert.equal(body, '');
  assert.equal(answer.headers['audit-receipt'], undefined);
});

test('refuses with a problem that says whom to contact, the operator where no agreement does', async () => {
  const problem = {
    code: 'no-agreement',
    exchange: EXCHANGE,
    detail: 'Nothing allows this.',
    contact: undefined,
  } as const;
  const { answer, body } = await answered((reply) => reply.refuse(problem, receipt));
  assert.equal(answer.statusCode, 403);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(answer.headers['audit-receipt'], 'receipt');
  assert.equal(JSON.parse(body).contact, 'gateway@northmere.example');
});

test('challenges a caller without a token and names no error', async () => {
  const problem = {
    code: 'credentials-missing',
    exchange: EXCHANGE,
    detail: '',
    contact: undefined,
  } as const;
  const { answer } = await answered((reply) => reply.refuse(problem, receipt));
  assert.equal(answer.statusCode, 401);
  assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer realm="[^"]+", resource_metadata="https:/);
});

test('answers without an entry only that it may be tried again', async () => {
  const problem = {
    code: 'log-unavailable',
    exchange: EXCHANGE,
    detail: '',
    contact: 'x',
    retryAfterSeconds: 5,
  } as const;
  const { answer } = await answered((reply) => reply.unavailable(problem));
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.headers['retry-after'], '5');
  assert.equal(answer.headers['audit-receipt'], undefined);
});

test('resets an answer that was begun and is not whole', async () => {
  const { body, cut } = await answered(async (reply) => {
    await reply.release(part('{"data":[1', true, false), receipt);
    setTimeout(() => reply.cut(), 20);
  });
  assert.equal(body, '{"data":[1');
  assert.ok(cut);
});

const STUCK_MS = 300;
const IMPATIENT = {
  headersMs: 5_000,
  requestMs: 5_000,
  idleMs: 5_000,
  readerMs: STUCK_MS,
  checkEveryMs: 1_000,
};
const MEGABYTE = 'x'.repeat(1024 * 1024);

interface Streamed {
  /** Why the release of a part failed, "whole" where none did. */
  readonly end: string;
  readonly ms: number;
  readonly received: number;
}

/** Streams `megabytes` to a raw socket that reads as `reads` does, with `pauseMs` before each part. */
async function streamed(
  megabytes: number,
  pauseMs: number,
  reads: (socket: Socket) => void,
): Promise<Streamed> {
  const { promise, resolve } = Promise.withResolvers<{ end: string; ms: number }>();
  const server = makeServer(
    (_request, response) => {
      const settings = { standing: [], operatorContact: 'x', resourceMetadata: 'x' };
      const reply = new ExchangeReply(response, settings);
      reply.begin(EXCHANGE);
      const started = performance.now();
      const stream = async () => {
        for (let nth = 0; nth < megabytes; nth += 1) {
          await new Promise((go) => setTimeout(go, pauseMs));
          await reply.release(part(MEGABYTE, nth === 0, nth === megabytes - 1), receipt);
        }
        return 'whole';
      };
      stream()
        .catch((error: unknown) => (error instanceof GatewayError ? error.code : String(error)))
        .then((end) => resolve({ end, ms: performance.now() - started }));
    },
    undefined,
    IMPATIENT,
  );
  const port = await listen(server, '127.0.0.1', 0);
  let received = 0;
  const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  socket
    .on('error', () => undefined)
    .on('data', (chunk) => {
      received += chunk.length;
    });
  reads(socket);
  const { end, ms } = await promise;
  if (end === 'whole') await new Promise((read) => setTimeout(read, 50));
  socket.destroy();
  server.closeAllConnections();
  server.close();
  return { end, ms, received };
}

test('a caller that never reads is cut in time, and what it was not sent is not waited with', async () => {
  const { end, ms } = await streamed(64, 0, (socket) => socket.pause());
  assert.equal(end, 'caller-gone');
  assert.ok(ms >= STUCK_MS && ms < 5_000, `${Math.round(ms)} ms`);
});

test('a whole answer that is never read does not keep its connection', async () => {
  const server = makeServer(
    (_request, response) => {
      const settings = { standing: [], operatorContact: 'x', resourceMetadata: 'x' };
      const reply = new ExchangeReply(response, settings);
      reply.begin(EXCHANGE);
      reply.release(part(MEGABYTE.repeat(32), true, true), receipt);
    },
    undefined,
    IMPATIENT,
  );
  const port = await listen(server, '127.0.0.1', 0);
  const started = performance.now();
  const closed = new Promise((resolve) => server.on('connection', (socket) => socket.on('close', resolve)));
  const caller = connect(port, '127.0.0.1', () => caller.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  caller.on('error', () => undefined).pause();
  await closed;
  assert.ok(performance.now() - started < 5_000);
  caller.destroy();
  server.close();
});

test('a caller that reads slowly, and a provider that is slow, are waited for', async () => {
  const slowly = (socket: Socket) => {
    const reading = setInterval(() => {
      socket.resume();
      setTimeout(() => socket.pause(), 10);
    }, STUCK_MS / 3);
    socket.on('close', () => clearInterval(reading));
  };
  assert.equal((await streamed(24, 0, slowly)).end, 'whole');
  const { end, ms } = await streamed(3, STUCK_MS * 2, () => undefined);
  assert.equal(end, 'whole');
  assert.ok(ms > STUCK_MS * 5);
});
