/** Every foreign error becomes one of the gateway's own failures, with a constant message. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errors } from 'undici';
import { upstreamFailure } from '../../../src/adapters/upstream/upstream-failure.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';

const coded = (code: string) => Object.assign(new Error('secret detail'), { code });

describe('upstream failure', () => {
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

  it('never takes over the words of a foreign error, and keeps its own', () => {
    for (const thing of [coded('E'), new Error('secret detail'), 'secret detail', undefined, { code: 7 }]) {
      assert.ok(!upstreamFailure(thing, 'in the body').message.includes('secret'));
    }
    const own = new GatewayError('caller-gone', 'caller went away');
    assert.equal(upstreamFailure(own, 'in the body'), own);
  });
});
