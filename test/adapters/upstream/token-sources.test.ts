/** Tokens are kept as long as the secret that they were had with, and no longer. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { TokenSources } from '../../../src/adapters/upstream/token-sources.ts';
import type { ClientCredentials } from '../../../src/adapters/upstream/upstream-secrets.ts';
import { makeCertificate } from '../../support/certificates.ts';

describe('token sources', () => {
  const asked: string[] = [];
  let endpoint = '';
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += bytes;
    });
    request.on('end', () => {
      asked.push(new URLSearchParams(body).get('client_secret') ?? '');
      const token = { access_token: `token-${asked.length}`, token_type: 'Bearer', expires_in: 300 };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(token));
    });
  });
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const SIGN_IN = {
    kind: 'oauth client credentials',
    secret: 'CLIENT',
    issuer: 'https://login.example',
  } as const;
  const secretOf = (clientSecret: string): ClientCredentials => ({
    ...{ kind: 'oauth client credentials', host: 'api.example', clientId: 'gateway', clientSecret },
    ...{
      tokenIssuer: 'https://login.example',
      tokenEndpoint: endpoint,
      authentication: 'client_secret_post',
    },
  });

  it('one source serves every dataset with the same secret and scope', async () => {
    const sources = new TokenSources({ allowed: ['127.0.0.1'], plainHttp: 'loopback' });
    const one = sources.of(SIGN_IN, secretOf('old'));
    assert.equal(sources.of({ ...SIGN_IN }, secretOf('old')), one);
    assert.notEqual(sources.of({ ...SIGN_IN, scope: 'read' }, secretOf('old')), one);
    await sources.close();
  });

  it('another secret of the same name brings another token; one that was being asked for arrives all the same', async () => {
    asked.length = 0;
    const sources = new TokenSources({ allowed: ['127.0.0.1'], plainHttp: 'loopback' });
    const underWay = sources.of(SIGN_IN, secretOf('old')).current();
    const renewed = sources.of(SIGN_IN, secretOf('new'));
    const tokens = await Promise.all([underWay, renewed.current()]);
    assert.equal(new Set(tokens).size, 2);
    assert.deepEqual(asked.sort(), ['new', 'old']);
    await sources.close();
  });

  it('a token that shows a certificate is had over connections of its own, which are closed with the rest', async () => {
    const { cert: chain, key } = makeCertificate({ name: 'gateway' });
    const other = makeCertificate({ name: 'gateway' });
    const sources = new TokenSources({ allowed: ['127.0.0.1'], plainHttp: 'loopback' });
    const secret = (certificate: { chain: string; key: string }): ClientCredentials => ({
      ...{ kind: 'oauth client credentials', host: 'api.example', clientId: 'gateway', certificate },
      ...{ tokenIssuer: 'https://login.example', tokenEndpoint: endpoint, authentication: 'tls_client_auth' },
    });
    const underWay = sources.of(SIGN_IN, secret({ chain, key })).current();
    const renewed = sources.of(SIGN_IN, secret({ chain: other.cert, key: other.key })).current();
    for (const token of await Promise.all([underWay, renewed])) assert.match(token, /^token-/);
    await sources.close();
  });
});
