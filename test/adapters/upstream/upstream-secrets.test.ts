/** A secret is good at one host, for one kind of sign-in, at one token issuer. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secretOf, type UpstreamSecret } from '../../../src/adapters/upstream/upstream-secrets.ts';
import { aDataset } from '../../support/test-upstream.ts';

const KEY: UpstreamSecret = { kind: 'api key', host: 'api.example', value: 'k' };
const CLIENT: UpstreamSecret = {
  kind: 'oauth client credentials',
  host: 'api.example:8443',
  clientId: 'gateway',
  clientSecret: 's',
  tokenIssuer: 'https://login.example',
};
const secrets = new Map<string, UpstreamSecret>([
  ['key', KEY],
  ['client', CLIENT],
]);
const byKey = (address: string, secret = 'key') =>
  secretOf(aDataset(address, { signIn: { kind: 'api key', secret, header: 'X-Api-Key' } }), secrets);
const byClient = (address: string, issuer = 'https://login.example', secret = 'client') =>
  secretOf(aDataset(address, { signIn: { kind: 'oauth client credentials', secret, issuer } }), secrets);

describe('upstream secrets', () => {
  it('are found for the host that they are bound to', () => {
    assert.equal(byKey('https://api.example/v1'), KEY);
    assert.equal(byKey('https://API.example:443/v1'), KEY);
    assert.equal(byClient('https://api.example:8443'), CLIENT);
    assert.equal(secretOf(aDataset('https://anything.example'), secrets), undefined);
  });

  it('are not found for any other host or port', () => {
    for (const other of [
      'https://evil.example',
      'https://api.example.evil.example',
      'https://api.example:444',
    ]) {
      assert.equal(byKey(other), "secret `key` is bound to another host than the upstream's");
    }
    assert.match(String(byClient('https://api.example')), /bound to another host/);
    assert.match(String(byKey('https://api.example@evil.example/')), /bound to another host/);
    assert.match(String(byKey('not an address')), /bound to another host/);
  });

  it('are not found for another kind, another issuer or another name', () => {
    assert.match(String(byKey('https://api.example:8443', 'client')), /is not of the kind `api key`/);
    assert.match(String(byClient('https://api.example', undefined, 'key')), /is not of the kind/);
    assert.match(
      String(byClient('https://api.example:8443', 'https://login.example/')),
      /another token issuer/,
    );
    assert.match(String(byKey('https://api.example', 'nobody')), /is not in the gateway's configuration/);
  });
});
