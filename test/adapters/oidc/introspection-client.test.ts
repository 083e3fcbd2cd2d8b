/** What an introspection endpoint may answer, and how little of it counts. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { IntrospectionClient } from '../../../src/adapters/oidc/introspection-client.ts';
import type { SharedSecret } from '../../../src/adapters/oidc/issuer-secrets.ts';
import { createOutboundFetch } from '../../../src/adapters/upstream/outbound-fetch.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';

const TOKEN = 'Zanzibar7-token';
const SECRET = 'Zanzibar7-secret';

describe('introspection client', () => {
  let server: Server;
  let host: string;
  let answering: RequestListener;
  let bodies: string[];
  let metadata: object;
  const own = createOutboundFetch({ allowed: ['127.0.0.1'], plainHttp: 'loopback' });

  before(async () => {
    server = createServer((request, response) => {
      if (request.url?.startsWith('/.well-known/')) return response.end(JSON.stringify(metadata));
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        answering(request, response);
      });
      return undefined;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await own.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function aClient(secret: Partial<SharedSecret> = {}): IntrospectionClient {
    bodies = [];
    metadata = { issuer: `http://${host}`, introspection_endpoint: `http://${host}/introspect` };
    const bound = { issuer: `http://${host}`, host, clientId: 'gateway', clientSecret: SECRET, ...secret };
    const connections = { ask: own.fetch, askUnder: () => own.fetch, plainHttp: true, timeoutSeconds: 0.3 };
    return new IntrospectionClient('client secret post', { kind: 'client secret', ...bound }, connections);
  }

  const says =
    (body: string, status = 200, type = 'application/json'): RequestListener =>
    (_request, response) =>
      void response.writeHead(status, { 'content-type': type }).end(body);

  it('asks with the token, what kind it is, and the credential, and gives the whole answer', async () => {
    answering = says('{"active":true,"sub":"s","extra":[1]}');
    const answer = await aClient().introspect(TOKEN);
    assert.deepEqual({ ...answer }, { active: true, sub: 's', extra: [1] });
    const sent = new URLSearchParams(bodies[0]);
    assert.equal(sent.get('token'), TOKEN);
    assert.equal(sent.get('token_type_hint'), 'access_token');
    assert.equal(sent.get('client_secret'), SECRET);
  });

  it('RS-48: gives an answer of false as it is', async () => {
    answering = says('{"active":false}');
    assert.equal((await aClient().introspect(TOKEN))['active'], false);
  });

  const REFUSED: [string, RequestListener][] = [
    ['an array', says('[{"active":true}]')],
    ['a text', says('"active"')],
    ['garbage', says('{active:true}')],
    ['nothing', says('')],
    ['`active` as a text', says('{"active":"true"}')],
    ['no `active`', says('{"sub":"s"}')],
    ['`active` twice', says('{"active":false,"active":true}')],
    ['another type', says('{"active":true}', 200, 'text/html')],
    ['a token in place of an answer', says('{"active":true}', 200, 'application/token-introspection+jwt')],
    ['an answer that is huge', says(`{"active":true,"filler":"${'x'.repeat(70_000)}"}`)],
    ['an answer that goes too deep', says(`{"active":true,"deep":${'['.repeat(20)}${']'.repeat(20)}}`)],
    ['status 500', says('{"active":true}', 500)],
    ['status 401', says('{"error":"invalid_client"}', 401)],
    ['status 201', says('{"active":true}', 201)],
    ['a redirect', (_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end()],
    ['no answer in time', () => undefined],
    ['a cut', (request) => void request.socket.destroy()],
  ];
  for (const [what, listener] of REFUSED) {
    it(`RS-51, RS-53: ${what} is a failure that grants nothing, and is not repeated in it`, async () => {
      answering = listener;
      const failure: unknown = await aClient()
        .introspect(TOKEN)
        .catch((error: unknown) => error);
      assert.ok(failure instanceof GatewayError, what);
      assert.equal(failure.code, 'issuer-unavailable');
      assert.doesNotMatch(JSON.stringify([failure.message, failure.cause]), /Zanzibar7|x{9}/);
    });
  }

  it('sends neither token nor credential to another host than the one it is bound to', async () => {
    answering = says('{"active":true}');
    await assert.rejects(aClient({ host: 'login.westhaven.example' }).introspect(TOKEN), {
      code: 'issuer-unavailable',
    });
    assert.deepEqual(bodies, []);
  });

  it('takes no metadata that name another issuer', async () => {
    answering = says('{"active":true}');
    const client = aClient();
    metadata = { issuer: 'http://127.0.0.1:1', introspection_endpoint: `http://${host}/introspect` };
    await assert.rejects(client.introspect(TOKEN), { code: 'issuer-unavailable' });
    assert.deepEqual(bodies, []);
  });

  it('looks for the endpoint anew after a failure', async () => {
    answering = says('{"active":true}');
    const client = aClient();
    metadata = { issuer: `http://${host}` };
    await assert.rejects(client.introspect(TOKEN));
    metadata = { issuer: `http://${host}`, introspection_endpoint: `http://${host}/moved` };
    assert.equal((await client.introspect(TOKEN))['active'], true);
  });
});
