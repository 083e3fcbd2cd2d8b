/** Keys come only from an issuer's own, exactly named metadata, and only keys that can verify are kept. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { discoverKeysAddress, fetchKeys } from '../../../src/adapters/oidc/issuer-documents.ts';
import { SHORT_RSA } from '../../support/forged-tokens.ts';
import { newKey, TestIssuer } from '../../support/test-issuer.ts';

const unavailable = { name: 'GatewayError', code: 'issuer-unavailable' };

describe('issuer documents', () => {
  let issuer: TestIssuer;
  before(async () => {
    issuer = await TestIssuer.start('/realms/staff');
  });
  after(() => issuer.stop());
  afterEach(() => {
    issuer.metadata = undefined;
    issuer.published = [];
    issuer.keysStatus = 200;
  });

  it('finds the address of the keys behind an issuer with a path', async () => {
    assert.equal(await discoverKeysAddress(issuer.url, fetch), `${issuer.url}/keys`);
  });

  it('looks where RFC 8414 has the metadata when OpenID Connect has none', async () => {
    const asked: string[] = [];
    const found = await discoverKeysAddress('https://login.example/tenant', async (address) => {
      asked.push(address);
      if (asked.length === 1) return new Response(null, { status: 404 });
      return Response.json({ issuer: 'https://login.example/tenant', jwks_uri: 'https://keys.example/k' });
    });
    assert.equal(found, 'https://keys.example/k');
    assert.deepEqual(asked, [
      'https://login.example/tenant/.well-known/openid-configuration',
      'https://login.example/.well-known/oauth-authorization-server/tenant',
    ]);
  });

  it('RS-16: refuses metadata that names another issuer, if only by a slash', async () => {
    for (const other of [`${issuer.url}/`, issuer.url.toUpperCase(), 'https://evil.example', undefined]) {
      issuer.metadata = { issuer: other, jwks_uri: `${issuer.url}/keys` };
      await assert.rejects(discoverKeysAddress(issuer.url, fetch), unavailable);
    }
  });

  it('refuses metadata without an address of keys', async () => {
    for (const jwks_uri of [undefined, 7, 'keys', '']) {
      issuer.metadata = { issuer: issuer.url, jwks_uri };
      await assert.rejects(discoverKeysAddress(issuer.url, fetch), unavailable);
    }
  });

  it('keeps only public keys for signatures that are long enough', async () => {
    const good = (await newKey('ES256', 'good')).publicJwk;
    issuer.published = [
      good,
      { ...good, kid: 'encryption', use: 'enc' },
      { ...good, kid: 'private', d: 'AAAA' },
      { kty: 'oct', k: 'AAAA', kid: 'symmetric' },
      { ...SHORT_RSA.publicKey.export({ format: 'jwk' }), kid: 'short' },
      { kty: 'AKP', kid: 'unknown type' },
      'not a key' as unknown as object,
    ];
    const kept = await fetchKeys(`${issuer.url}/keys`, fetch);
    assert.deepEqual(
      kept.map((key) => key['kid']),
      ['good'],
    );
  });

  it('refuses a set without a usable key, an error and a document that is not one', async () => {
    await assert.rejects(fetchKeys(`${issuer.url}/keys`, fetch), unavailable);
    issuer.keysStatus = 500;
    await assert.rejects(fetchKeys(`${issuer.url}/keys`, fetch), unavailable);
    for (const text of [
      '[]',
      '{"keys":{}}',
      '{"keys":[],"keys":[]}',
      '<html>',
      `{"keys":[${'1,'.repeat(70)}1]}`,
    ]) {
      await assert.rejects(
        fetchKeys('https://keys.example', async () => new Response(text)),
        unavailable,
      );
    }
  });

  it('turns a connection that fails into the same failure', async () => {
    await assert.rejects(
      fetchKeys('https://keys.example', async () => {
        throw new TypeError('refused');
      }),
      unavailable,
    );
  });
});
