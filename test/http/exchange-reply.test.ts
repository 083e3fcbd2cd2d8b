import assert from 'node:assert/strict';
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { Agreement } from '../../src/domain/agreement.ts';
import { DurableReceipt } from '../../src/domain/receipt.ts';
import { sha256 } from '../../src/encoding/sha256.ts';
import type { ReleasedPart } from '../../src/exchange/ports.ts';
import { ExchangeReply } from '../../src/http/exchange-reply.ts';
import { listen } from '../../src/http/server.ts';

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
      let body = '';
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      answer.on('error', () => undefined);
      answer.on('close', () => resolve({ answer, body, cut: !answer.complete }));
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
