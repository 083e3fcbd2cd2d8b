/** The upstream gets the canonical request and the gateway's own credential, and nothing of the caller. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { createUpstream, type UpstreamClient } from '../../../src/adapters/upstream/upstream.ts';
import type { UpstreamSecret } from '../../../src/adapters/upstream/upstream-secrets.ts';
import type { UpstreamAddress } from '../../../src/domain/dataset.ts';
import { A_REQUEST, aContext, aDataset, readAll } from '../../support/test-upstream.ts';

interface Recorded {
  readonly request: IncomingMessage;
  readonly body: string;
}

async function listen(
  answer: RequestListener,
): Promise<{ server: Server; recorded: Recorded[]; address: string }> {
  const recorded: Recorded[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += bytes;
    });
    request.on('end', () => {
      recorded.push({ request, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, recorded, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('upstream', () => {
  let provider: Awaited<ReturnType<typeof listen>>;
  let other: Awaited<ReturnType<typeof listen>>;
  let login: Awaited<ReturnType<typeof listen>>;
  let answer: RequestListener;
  let upstream: UpstreamClient;
  let secrets: Map<string, UpstreamSecret>;

  before(async () => {
    provider = await listen((request, response) => answer(request, response));
    other = await listen((_request, response) => response.end('{}'));
    login = await listen((request, response) => {
      response.setHeader('content-type', 'application/json');
      const token = { access_token: `own-${login.recorded.length}`, token_type: 'Bearer', expires_in: 300 };
      const metadata = { issuer: login.address, token_endpoint: `${login.address}/token` };
      response.end(JSON.stringify(request.url === '/token' ? token : metadata));
    });
  });
  after(() => {
    for (const { server } of [provider, other, login]) {
      server.closeAllConnections();
      server.close();
    }
  });
  beforeEach(() => {
    for (const { recorded } of [provider, other, login]) recorded.length = 0;
    answer = (_request, response) => response.setHeader('content-type', 'application/json').end('{}');
    const host = new URL(provider.address).host;
    secrets = new Map<string, UpstreamSecret>([
      ['key', { kind: 'api key', host, value: 'key-of-the-gateway' }],
      [
        'client',
        {
          kind: 'oauth client credentials',
          host,
          clientId: 'gateway',
          clientSecret: 'not-a-real-secret',
          tokenIssuer: login.address,
        },
      ],
    ]);
    upstream = createUpstream({ outbound: { allowed: ['127.0.0.0/8'], plainHttp: 'loopback' }, secrets });
  });
  afterEach(() => upstream.close());

  const ask = (more: Partial<UpstreamAddress> = {}, request = A_REQUEST, base = '') =>
    upstream.fetch(request, aDataset(`${provider.address}${base}`, more), aContext());
  const apiKey = { kind: 'api key', secret: 'key', header: 'X-Api-Key' } as const;
  const byClient = () =>
    ({ kind: 'oauth client credentials', secret: 'client', issuer: login.address }) as const;

  it('sends method, path, query and body of the canonical request, below the base path', async () => {
    await readAll(
      await ask({}, { method: 'GET', path: '/a%20b/c', query: '?x=1&y=%2F', body: undefined }, '/v1'),
    );
    await readAll(await ask({}, { method: 'POST', path: '/check', query: '', body: '{"data":{"a":"é"}}' }));
    const [first, second] = provider.recorded;
    assert.equal(`${first?.request.method} ${first?.request.url}`, 'GET /v1/a%20b/c?x=1&y=%2F');
    assert.equal(first?.body, '');
    assert.equal(`${second?.request.method} ${second?.request.url}`, 'POST /check');
    assert.equal(second?.body, '{"data":{"a":"é"}}');
  });

  it('sends the headers of the list and no other', async () => {
    await readAll(await ask({ signIn: apiKey }, { method: 'POST', path: '/check', query: '', body: '{}' }));
    const names = Object.keys(provider.recorded[0]?.request.headers ?? {}).sort();
    assert.deepEqual(names, [
      ...['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'x-api-key'],
    ]);
    assert.equal(provider.recorded[0]?.request.headers['accept-encoding'], 'identity');
  });

  it('refuses a path that does not begin with a slash, rather than let it name another host', async () => {
    for (const path of ['http://evil.example/', 'evil', '']) {
      await assert.rejects(ask({}, { ...A_REQUEST, path }), { code: 'internal-error' });
    }
    assert.equal(provider.recorded.length, 0);
  });

  it('follows no redirect, and hands out its status without its address', async () => {
    answer = (_request, response) =>
      response.writeHead(302, { location: `${other.address}/latest` }).end('moved');
    const found = await ask();
    assert.equal(found.status, 302);
    assert.ok(!JSON.stringify(found).includes('latest'));
    found.cancel();
    assert.equal(other.recorded.length, 0);
  });

  it('no header of the upstream reaches the answer but the few that are read', async () => {
    answer = (_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'set-cookie': 'a=b',
        'x-debug-sql': 'select',
        'content-encoding': 'gzip',
        'retry-after': '7',
        trailer: 'x-trailer',
      });
      response.addTrailers({ 'x-trailer': 'secret' });
      response.end('{}');
    };
    const found = await ask();
    await readAll(found);
    const { status, mediaType, charset, contentEncoding, retryAfterSeconds } = found;
    assert.deepEqual(
      [status, mediaType, charset, contentEncoding, retryAfterSeconds],
      [200, 'application/json', 'utf-8', 'gzip', 7],
    );
    const { ms, ...rest } = found;
    assert.equal(typeof ms, 'number');
    assert.ok(!/cookie|select|secret/.test(JSON.stringify(rest)));
  });

  it('hands out the status of an error, whose body nobody need read', async () => {
    answer = (_request, response) => response.writeHead(500).end('stack trace');
    const found = await ask();
    assert.equal(found.status, 500);
    found.cancel();
  });

  it('sends an API key in the header that the dataset names', async () => {
    await readAll(await ask({ signIn: apiKey }));
    assert.equal(provider.recorded[0]?.request.headers['x-api-key'], 'key-of-the-gateway');
  });

  it('signs in with client credentials once for many requests', async () => {
    const dataset = aDataset(provider.address, { signIn: byClient() });
    const bodies = Array.from({ length: 5 }, async () =>
      readAll(await upstream.fetch(A_REQUEST, dataset, aContext())),
    );
    await Promise.all(bodies);
    assert.equal(login.recorded.filter(({ request }) => request.url === '/token').length, 1);
    const sent = provider.recorded.map(({ request }) => request.headers.authorization);
    assert.equal(new Set(sent).size, 1);
    assert.match(String(sent[0]), /^Bearer own-/);
  });

  it('fails where its credential is refused, sends nothing twice, and signs in anew for the next request', async () => {
    const dataset = aDataset(provider.address, { signIn: byClient() });
    answer = (_request, response) => response.writeHead(401).end();
    await assert.rejects(upstream.fetch(A_REQUEST, dataset, aContext()), { code: 'upstream-sign-in-failed' });
    assert.equal(provider.recorded.length, 1);
    answer = (_request, response) => response.end('{}');
    await readAll(await upstream.fetch(A_REQUEST, dataset, aContext()));
    const [first, second] = provider.recorded.map(({ request }) => request.headers.authorization);
    assert.notEqual(first, second);
  });

  it('never sends a secret to a host that it is not bound to', async () => {
    for (const signIn of [apiKey, byClient()]) {
      const dataset = aDataset(other.address, { signIn });
      assert.match(String(upstream.checkUpstream(dataset)), /bound to another host/);
      await assert.rejects(upstream.fetch(A_REQUEST, dataset, aContext()), {
        code: 'upstream-sign-in-failed',
      });
    }
    assert.equal(other.recorded.length, 0, 'nothing was sent at all');
    assert.equal(login.recorded.length, 0);
  });

  it('asks no upstream that the check finds fault with', async () => {
    const dataset = aDataset('http://intranet.example');
    assert.equal(upstream.checkUpstream(dataset).length, 1);
    await assert.rejects(upstream.fetch(A_REQUEST, dataset, aContext()), { code: 'upstream-unreachable' });
  });

  it('what a caller sent for itself cannot reach the upstream', async () => {
    // The canonical request and the context are all that it is given: no member of either holds a caller's header.
    const token = 'eyJhbGciOiJFUzI1NiJ9.caller.token';
    const context = { ...aContext(), authorization: `Bearer ${token}`, headers: { cookie: token } };
    for (const signIn of [{ kind: 'none' } as const, apiKey, byClient()]) {
      await readAll(await upstream.fetch(A_REQUEST, aDataset(provider.address, { signIn }), context));
    }
    const sent = provider.recorded.map(({ request, body }) => [request.url, request.rawHeaders, body]);
    assert.equal(sent.length, 3);
    assert.ok(!JSON.stringify(sent).includes('caller'));
  });
});
