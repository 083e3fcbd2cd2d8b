/** Every foreign error becomes one of the gateway's own failures, with a constant message. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errors } from 'undici';
import { createUpstream } from '../../../src/adapters/upstream/upstream.ts';
import { isDeadConnection, upstreamFailure } from '../../../src/adapters/upstream/upstream-failure.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { A_REQUEST, aContext, aDataset, RawServer, readAll } from '../../support/test-upstream.ts';

const coded = (code: string) => Object.assign(new Error('secret detail'), { code });

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** What a provider may say that is not HTTP, and what may be cut off; each in raw bytes, before it closes. */
const MISBEHAVIOUR: readonly (readonly [what: string, bytes: string, code: string])[] = [
  ['another protocol', 'SSH-2.0-OpenSSH_9.9\r\n', 'upstream-error'],
  ['a version that does not exist', 'HTTP/9.9 200 OK\r\n\r\n', 'upstream-error'],
  ['a status of two digits', 'HTTP/1.1 99 No\r\ncontent-length: 0\r\n\r\n', 'upstream-error'],
  ['a status of four digits', 'HTTP/1.1 1000 No\r\ncontent-length: 0\r\n\r\n', 'upstream-error'],
  ['lines that end in a bare LF', 'HTTP/1.1 200 OK\ncontent-length: 2\n\n{}', 'upstream-error'],
  ['a header with a NUL', `${HEAD}x: a\0b\r\ncontent-length: 2\r\n\r\n{}`, 'upstream-error'],
  ['a length that is no number', `${HEAD}content-length: two\r\n\r\n{}`, 'upstream-error'],
  ['two lengths', `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}x`, 'upstream-error'],
  [
    'a length and chunks',
    `${HEAD}content-length: 9\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    'upstream-error',
  ],
  [
    'a chunk size that is no number',
    `${HEAD}transfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`,
    'upstream-error',
  ],
  [
    'headers without end',
    `${HEAD}x: ${'a'.repeat(100_000)}\r\ncontent-length: 2\r\n\r\n{}`,
    'upstream-error',
  ],
  [
    '"100 Continue" that nobody asked for',
    `HTTP/1.1 100 Continue\r\n\r\n${HEAD}content-length: 2\r\n\r\n{}`,
    'upstream-error',
  ],
  [
    'an upgrade that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    'upstream-error',
  ],
  ['half a body', `${HEAD}content-length: 9\r\n\r\n{`, 'upstream-error'],
  ['half a chunk', `${HEAD}transfer-encoding: chunked\r\n\r\n9\r\n{`, 'upstream-error'],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-', 'upstream-unreachable'],
  ['nothing', '', 'upstream-unreachable'],
];

async function outcomeOf(bytes: string): Promise<string> {
  const server = await RawServer.start((socket) => socket.end(bytes, 'latin1'));
  const outbound = { allowed: ['127.0.0.1'], plainHttp: 'loopback' } as const;
  const upstream = createUpstream({ outbound, secrets: new Map() });
  try {
    return `read: ${await readAll(await upstream.fetch(A_REQUEST, aDataset(server.address), aContext()))}`;
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
  } finally {
    await upstream.close();
    await server.stop();
  }
}

describe('upstream failure', () => {
  it('says of a provider that answers, and not in HTTP, that it erred, and not that it was not reached', async () => {
    for (const [what, bytes, code] of MISBEHAVIOUR) assert.equal(await outcomeOf(bytes), code, what);
  });

  it('tells late, unreachable, untrusted and broken apart', () => {
    const table: [Error, 'before the headers' | 'in the body', string][] = [
      [new errors.ConnectTimeoutError(), 'before the headers', 'upstream-timeout'],
      [new errors.SocketError('other side closed'), 'before the headers', 'upstream-unreachable'],
      [new errors.SocketError('other side closed'), 'in the body', 'upstream-error'],
      [new errors.ResponseContentLengthMismatchError(), 'in the body', 'upstream-error'],
      [new errors.HeadersOverflowError(), 'before the headers', 'upstream-error'],
      [new errors.InvalidArgumentError('x'), 'before the headers', 'internal-error'],
      [coded('HPE_INVALID_CONSTANT'), 'before the headers', 'upstream-error'],
      [coded('ECONNREFUSED'), 'before the headers', 'upstream-unreachable'],
      [coded('ENOTFOUND'), 'before the headers', 'upstream-unreachable'],
      [coded('ECONNRESET'), 'in the body', 'upstream-error'],
    ];
    for (const [error, stage, code] of table)
      assert.equal(upstreamFailure(error, stage).code, code, error.name);
  });

  it('says that a certificate is not trusted', () => {
    for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
      const failure = upstreamFailure(coded(code), 'before the headers');
      assert.equal(failure.message, 'certificate of the upstream is not trusted', code);
    }
  });

  it('says that the gateway was not let in where an alert of TLS is about its certificate', () => {
    for (const code of [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
    ]) {
      assert.equal(upstreamFailure(coded(code), 'before the headers').code, 'upstream-sign-in-failed', code);
    }
  });

  it('tells a connection that the other side has closed from every other end', () => {
    for (const dead of [coded('ECONNRESET'), coded('EPIPE'), new errors.SocketError('other side closed')])
      assert.ok(isDeadConnection(dead));
    const others = [
      ...[new errors.SocketError('bad response'), new errors.ConnectTimeoutError(), coded('ECONNREFUSED')],
      ...[coded('CERT_HAS_EXPIRED'), new Error('x'), undefined],
    ];
    for (const other of others) assert.ok(!isDeadConnection(other));
  });

  it('never takes over the words of a foreign error, and keeps its own', () => {
    for (const thing of [coded('E'), new Error('secret detail'), 'secret detail', undefined, { code: 7 }]) {
      assert.ok(!upstreamFailure(thing, 'in the body').message.includes('secret'));
    }
    const own = new GatewayError('caller-gone', 'caller went away');
    assert.equal(upstreamFailure(own, 'in the body'), own);
  });
});
