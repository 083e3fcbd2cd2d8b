/** Each way of signing in at a token endpoint, at a real OpenID provider that takes it for no other. */
import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { AccessTokenSource } from '../../../src/adapters/upstream/client-credentials.ts';
import { createOutboundFetch } from '../../../src/adapters/upstream/outbound-fetch.ts';
import type { OwnCertificate } from '../../../src/adapters/upstream/own-keys.ts';
import type { ClientCredentials } from '../../../src/adapters/upstream/upstream-secrets.ts';
import { type Certificate, makeCertificate } from '../../support/certificates.ts';
import { type OpaqueIssuer, type RegisteredClient, startOpaqueIssuer } from '../../support/opaque-issuer.ts';

const AUDIENCE = 'https://badges.northmere.example';
/** `+` and `%` tell a server that decodes Basic credentials from one that does not. */
const SECRET = 'not+a%real secret, but long enough for a provider';
const own = makeCertificate({ name: 'gateway' });
const stranger = makeCertificate({ name: 'gateway' });
const assertionKey = makeCertificate({ name: 'assertions' });

function jwkOf({ cert, privateKey }: Certificate, kid: string): object {
  const x5c = [new X509Certificate(cert).raw.toString('base64')];
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), use: 'sig', kid, x5c };
}

const CLIENTS: readonly RegisteredClient[] = [
  { client_id: 'by-basic', client_secret: SECRET, token_endpoint_auth_method: 'client_secret_basic' },
  { client_id: 'by-post', client_secret: SECRET, token_endpoint_auth_method: 'client_secret_post' },
  {
    client_id: 'by-key',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [jwkOf(assertionKey, 'key-1')] },
  },
  {
    client_id: 'by-certificate',
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_subject_dn: 'CN=gateway',
  },
  {
    client_id: 'by-pinned-certificate',
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    jwks: { keys: [jwkOf(own, 'own')] },
  },
];

describe('client authentication', () => {
  let issuer: OpaqueIssuer;
  before(async () => {
    const clients = CLIENTS.map((client) => ({ ...client, grant_types: ['client_credentials'] }));
    issuer = await startOpaqueIssuer(clients, [], AUDIENCE);
  });
  after(() => issuer.stop());

  async function tokenBy(secret: Partial<ClientCredentials>, shown?: OwnCertificate): Promise<string> {
    const tls = { privateCa: issuer.authority, ...(shown === undefined ? {} : { certificate: shown }) };
    const small = createOutboundFetch({ allowed: ['127.0.0.1'], tls });
    const whole: ClientCredentials = {
      ...{ kind: 'oauth client credentials', host: 'badges.northmere.example', clientId: '' },
      ...{ tokenIssuer: issuer.url, ...secret },
    };
    try {
      return await new AccessTokenSource(whole, 'exchange.read', small.fetch, false).current();
    } finally {
      await small.close();
    }
  }

  const shown = ({ cert, key }: Certificate): OwnCertificate => ({ chain: cert, key });
  const signing = { key: assertionKey.key, keyId: 'key-1' };
  const asPinned = {
    clientId: 'by-pinned-certificate',
    authentication: 'self_signed_tls_client_auth',
  } as const;
  const asNamed = { clientId: 'by-certificate', authentication: 'tls_client_auth' } as const;
  const byKey = { clientId: 'by-key', authentication: 'private_key_jwt' } as const;

  it('a secret by HTTP Basic, by post, and by what the issuer offers where nothing is said', async () => {
    const basic = { clientId: 'by-basic', clientSecret: SECRET };
    const post = { clientId: 'by-post', clientSecret: SECRET };
    assert.ok(await tokenBy({ ...basic, authentication: 'client_secret_basic' }));
    assert.ok(await tokenBy({ ...post, authentication: 'client_secret_post' }));
    assert.ok(await tokenBy(post));
  });

  it('an assertion that the gateway signs with its own key (RFC 7523)', async () => {
    assert.ok(await tokenBy({ ...byKey, signing }));
    assert.ok(await tokenBy({ ...byKey, signing: { ...signing, audience: issuer.url } }));
  });

  it('a certificate that an authority signed, or one that is pinned at the issuer (RFC 8705 section 2)', async () => {
    assert.ok(await tokenBy({ ...asNamed, certificate: shown(own) }, shown(own)));
    assert.ok(await tokenBy({ ...asPinned, certificate: shown(own) }, shown(own)));
  });

  it('an issuer without metadata is asked at the token endpoint that the configuration names', async () => {
    assert.ok(await tokenBy({ ...byKey, signing, tokenEndpoint: `${issuer.url}/token` }));
  });

  it('fails without a word of the secret where the proof is another, or lacks its part', async () => {
    const wrong: [Partial<ClientCredentials>, OwnCertificate?][] = [
      [{ clientId: 'by-basic', clientSecret: 'another', authentication: 'client_secret_basic' }],
      [{ ...byKey, signing: { ...signing, key: stranger.key } }],
      [{ ...byKey, signing: { ...signing, audience: 'https://elsewhere.example' } }],
      [{ ...asPinned, certificate: shown(stranger) }, shown(stranger)],
      [{ ...asNamed, certificate: shown(own) }],
      [byKey],
      [asNamed, shown(own)],
      [{ clientId: 'by-post' }],
    ];
    for (const [secret, certificate] of wrong) {
      await assert.rejects(tokenBy(secret, certificate), (error: Error) => {
        assert.equal('code' in error && error.code, 'upstream-sign-in-failed', JSON.stringify(secret));
        assert.ok(!/BEGIN|another|not\+a/.test(String(error.stack)));
        return true;
      });
    }
  });
});
