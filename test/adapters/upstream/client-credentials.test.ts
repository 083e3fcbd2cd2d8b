/** The gateway's own token: asked for once, renewed in time, and a failure that tells nothing of the secret. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { AccessTokenSource } from '../../../src/adapters/upstream/client-credentials.ts';
import { createOutboundFetch } from '../../../src/adapters/upstream/outbound-fetch.ts';
import type { ClientCredentials } from '../../../src/adapters/upstream/upstream-secrets.ts';

const SECRET = 'notARealSecret';

describe('client credentials', () => {
  let issuer = '';
  let metadata: object | undefined;
  let status = 200;
  let answer: object = {};
  let asked: { request: IncomingMessage; body: string }[] = [];
  const clock = { ms: 1_800_000_000_000 };
  const outbound = createOutboundFetch({ allowed: ['127.0.0.1'], plainHttp: 'loopback' });
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += bytes;
    });
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.includes('/.well-known/openid-configuration')) {
        if (metadata === undefined) response.statusCode = 404;
        return response.end(JSON.stringify(metadata ?? {}));
      }
      if (request.url?.startsWith('/.well-known/oauth-authorization-server')) {
        if (metadata !== undefined) response.statusCode = 404;
        return response.end(JSON.stringify({ issuer, token_endpoint: `${issuer}/token` }));
      }
      asked.push({ request, body });
      response.statusCode = status;
      return response.end(JSON.stringify(answer));
    });
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await outbound.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    metadata = { issuer, token_endpoint: `${issuer}/token` };
    status = 200;
    answer = { access_token: 'own-1', token_type: 'Bearer', expires_in: 300 };
    asked = [];
  });

  function aSource(scope?: string): AccessTokenSource {
    const secret: ClientCredentials = {
      kind: 'oauth client credentials',
      host: 'api.example',
      clientId: 'gateway',
      clientSecret: SECRET,
      tokenIssuer: issuer,
    };
    return new AccessTokenSource(secret, scope, outbound.fetch, true, () => clock.ms);
  }

  it('are shown to the token endpoint, and the token is asked for once', async () => {
    const source = aSource('read');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => source.current()));
    assert.deepEqual(new Set(tokens), new Set(['own-1']));
    assert.equal(asked.length, 1);
    assert.equal(source.current(), 'own-1');
    const [first] = asked;
    assert.equal(
      first?.request.headers.authorization,
      `Basic ${Buffer.from(`gateway:${SECRET}`).toString('base64')}`,
    );
    assert.equal(first?.body, 'scope=read&grant_type=client_credentials');
  });

  it('are posted where the endpoint takes that', async () => {
    metadata = {
      ...metadata,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    };
    await aSource().current();
    assert.equal(new URLSearchParams(asked[0]?.body).get('client_secret'), SECRET);
    assert.equal(asked[0]?.request.headers.authorization, undefined);
  });

  it('find the token endpoint by RFC 8414 where there is no OpenID Connect', async () => {
    metadata = undefined;
    assert.equal(await aSource().current(), 'own-1');
  });

  it('bring a new token shortly before the old one ends', async () => {
    const source = aSource();
    await source.current();
    answer = { access_token: 'own-2', token_type: 'Bearer', expires_in: 300 };
    // The life that is left is counted in whole seconds from the answer on, so a slow machine loses one of them.
    clock.ms += 268_000;
    assert.equal(source.current(), 'own-1');
    clock.ms += 2_000;
    assert.equal(await source.current(), 'own-2');
    assert.equal(asked.length, 2);
  });

  it('bring a new token after one was refused, but keep a newer one', async () => {
    const source = aSource();
    await source.current();
    source.refused('some older token');
    assert.equal(source.current(), 'own-1');
    source.refused('own-1');
    answer = { access_token: 'own-2', token_type: 'Bearer' };
    assert.equal(await source.current(), 'own-2');
  });

  it('fail with upstream-sign-in-failed, without the secret, and leave the endpoint alone for a second', async () => {
    const source = aSource();
    status = 401;
    answer = { error: 'invalid_client', error_description: `${SECRET} is wrong` };
    const failure = await Promise.resolve(source.current()).then(
      () => assert.fail('must fail'),
      (error: Error) => error,
    );
    assert.equal('code' in failure && failure.code, 'upstream-sign-in-failed');
    assert.ok(!inspect(failure, { depth: 9 }).includes(SECRET));
    await assert.rejects(async () => source.current(), { code: 'upstream-sign-in-failed' });
    assert.equal(asked.length, 1);
    clock.ms += 1000;
    status = 200;
    answer = { access_token: 'own-3', token_type: 'Bearer' };
    assert.equal(await source.current(), 'own-3');
  });

  it('take nothing but a bearer token from the issuer that is named', async () => {
    const wrong: [object, object | undefined][] = [
      [{ access_token: 'x', token_type: 'DPoP' }, metadata],
      [{ token_type: 'Bearer' }, metadata],
      [[], metadata],
      [answer, { issuer: 'https://evil.example', token_endpoint: `${issuer}/token` }],
      [answer, { issuer, token_endpoint: 'http://169.254.169.254/token' }],
    ];
    for (const [given, found] of wrong) {
      answer = given;
      metadata = found;
      const source = aSource();
      await assert.rejects(
        async () => source.current(),
        { code: 'upstream-sign-in-failed' },
        JSON.stringify([given, found]),
      );
    }
  });
});
