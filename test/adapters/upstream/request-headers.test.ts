/** The upstream gets the headers of the list and no other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestHeaders } from '../../../src/adapters/upstream/request-headers.ts';
import { aContext, aDataset } from '../../support/test-upstream.ts';

describe('request headers', () => {
  it('are accept and accept-encoding where nothing else was agreed', () => {
    const headers = new RequestHeaders(aDataset('https://api.example'), undefined);
    const expected = ['accept', 'application/json', 'accept-encoding', 'identity'];
    assert.deepEqual(headers.of(aContext(), false, undefined), expected);
    assert.deepEqual(headers.of(aContext(), true, 'own'), [
      ...expected,
      ...['content-type', 'application/json', 'authorization', 'Bearer own'],
    ]);
  });

  it('accept what the operation declares, and nothing that another operation does', () => {
    const headers = new RequestHeaders(aDataset('https://api.example'), undefined);
    const mediaTypes = ['text/csv', 'application/json'];
    assert.equal(headers.of(aContext({ mediaTypes }), false, undefined)[1], 'text/csv, application/json');
    assert.equal(headers.of(aContext(), false, undefined)[1], 'application/json');
  });

  it('hold what is always sent, each of its kind, and the key', () => {
    const dataset = aDataset('https://api.example', {
      alwaysSend: new Map([
        ['X-Version', { kind: 'constant', value: '2' }],
        ['X-Request-Id', { kind: 'exchange id' }],
        ['X-Organisation', { kind: 'consumer code' }],
        ['X-Role', { kind: 'role' }],
      ]),
    });
    const headers = new RequestHeaders(dataset, ['X-Api-Key', 'k']).of(aContext(), false, undefined);
    assert.deepEqual(headers.slice(4), [
      ...['X-Version', '2', 'X-Api-Key', 'k', 'X-Request-Id', aContext().exchange],
      ...['X-Organisation', 'WHV', 'X-Role', 'civil enforcement officer'],
    ]);
  });

  it('do not leave out what must always be sent', () => {
    for (const kind of ['consumer code', 'role'] as const) {
      const dataset = aDataset('https://api.example', { alwaysSend: new Map([['X', { kind }]]) });
      const context = aContext({ consumerCode: undefined, role: undefined });
      assert.throws(() => new RequestHeaders(dataset, undefined).of(context, false, undefined), {
        name: 'GatewayError',
        code: 'internal-error',
      });
    }
  });

  it('are a new list for every request', () => {
    const headers = new RequestHeaders(aDataset('https://api.example'), undefined);
    headers.of(aContext(), false, 'first');
    assert.ok(!headers.of(aContext(), false, undefined).includes('Bearer first'));
  });
});
