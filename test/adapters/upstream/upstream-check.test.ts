/** What a dataset's upstream may not say is told in sentences before anything is sent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AllowedPlaces } from '../../../src/adapters/upstream/network-addresses.ts';
import { upstreamFaults } from '../../../src/adapters/upstream/upstream-check.ts';
import type { UpstreamSecret } from '../../../src/adapters/upstream/upstream-secrets.ts';
import type { UpstreamAddress } from '../../../src/domain/dataset.ts';
import { aDataset } from '../../support/test-upstream.ts';

const secrets = new Map<string, UpstreamSecret>([
  ['key', { kind: 'api key', host: 'api.example', value: 'k' }],
]);

function faults(address: string, upstream: Partial<UpstreamAddress> = {}, plain?: 'loopback'): string[] {
  return upstreamFaults(aDataset(address, upstream), secrets, new AllowedPlaces([]), plain);
}

describe('upstream check', () => {
  it('finds nothing wrong with a plain https address', () => {
    assert.deepEqual(faults('https://api.example/v1'), []);
    const signIn = { kind: 'api key', secret: 'key', header: 'X-Api-Key' } as const;
    assert.deepEqual(faults('https://api.example', { signIn }), []);
  });

  it('names an address that is not one, not https, or holds more than a base path', () => {
    const wrong = ['api.example', 'http://api.example', 'https://u:p@api.example', 'ftp://api.example'];
    wrong.push('https://api.example/', 'https://api.example/v1?x=1', 'https://api.example/v1#x');
    for (const address of wrong) assert.equal(faults(address).length, 1, address);
    assert.equal(faults('http://localhost:1', {}, 'loopback').length, 0);
  });

  it('names a literal address that the configuration does not allow', () => {
    for (const address of ['https://169.254.169.254', 'https://[::ffff:10.0.0.1]', 'https://2130706433']) {
      assert.match(String(faults(address)), /does not allow/, address);
    }
  });

  it('names a secret that is bound elsewhere', () => {
    const signIn = { kind: 'api key', secret: 'key', header: 'X-Api-Key' } as const;
    assert.match(String(faults('https://evil.example', { signIn })), /bound to another host/);
  });

  it('keeps headers that carry the message or the caller out of always send', () => {
    for (const name of [
      'Authorization',
      'cookie',
      'Host',
      'Content-Length',
      'connection',
      'DPoP',
      'Forwarded',
    ]) {
      const alwaysSend = new Map([[name, { kind: 'exchange id' }]] as const);
      assert.match(String(faults('https://api.example', { alwaysSend })), /own to set/, name);
    }
  });

  it('names a header that no request can hold, or that is sent twice', () => {
    const constant = (name: string, value: string) =>
      String(faults('https://api.example', { alwaysSend: new Map([[name, { kind: 'constant', value }]]) }));
    assert.match(constant('X Y', 'a'), /is not a header name/);
    assert.match(constant('X-Y', 'a\r\nb'), /no header can hold/);
    assert.match(constant('X-Y', 'é'), /no header can hold/);
    const signIn = { kind: 'api key', secret: 'key', header: 'x-api-key' } as const;
    const alwaysSend = new Map([['X-Api-Key', { kind: 'role' }]] as const);
    assert.match(String(faults('https://api.example', { signIn, alwaysSend })), /sent twice/);
  });

  it('lets an API key travel in Authorization and in no other reserved header', () => {
    const inHeader = (header: string) =>
      faults('https://api.example', { signIn: { kind: 'api key', secret: 'key', header } });
    assert.deepEqual(inHeader('Authorization'), []);
    assert.match(String(inHeader('Cookie')), /cannot carry a key/);
  });
});
