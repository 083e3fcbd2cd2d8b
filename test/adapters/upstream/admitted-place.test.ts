/** The dataset's time counts from the request's arrival: over a place, a token and a connection, to the answer. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createUpstream, type UpstreamClient } from '../../../src/adapters/upstream/upstream.ts';
import type { UpstreamSecret } from '../../../src/adapters/upstream/upstream-secrets.ts';
import {
  A_REQUEST,
  aContext,
  aDataset,
  jsonAnswer,
  RawServer,
  readAll,
} from '../../support/test-upstream.ts';

async function begin(
  t: TestContext,
  secrets: ReadonlyMap<string, UpstreamSecret> = new Map(),
): Promise<{ server: RawServer; upstream: UpstreamClient }> {
  const server = await RawServer.start((socket, request) => {
    if (!request.includes('/stall')) socket.write(jsonAnswer('{}'));
  });
  const outbound = { allowed: ['127.0.0.1'], plainHttp: 'loopback' } as const;
  const upstream = createUpstream({ outbound, secrets });
  t.after(async () => {
    await upstream.close();
    await server.stop();
  });
  return { server, upstream };
}

describe('admitted place', () => {
  it('is not to be had where the time was over before', async (t) => {
    const { server, upstream } = await begin(t);
    const dataset = aDataset(server.address, { timeoutMs: 200 });
    assert.throws(() => upstream.admit(dataset, performance.now() - 201), {
      code: 'overloaded',
      retryAfterSeconds: 1,
    });
    assert.equal(server.accepted, 0);
  });

  it('sends nothing where the time ran out between the two, and says nothing against the provider', async (t) => {
    const { server, upstream } = await begin(t);
    const dataset = aDataset(server.address, { timeoutMs: 200 });
    for (let n = 0; n < 12; n += 1) {
      const place = upstream.admit(dataset, performance.now() - 195);
      await wait(7);
      await assert.rejects(place.fetch(A_REQUEST, aContext()), { code: 'overloaded' });
      place.leave();
    }
    assert.equal(server.requests.length, 0);
    assert.deepEqual(
      upstream.load().map(({ calls, state }) => [calls, state]),
      [[0, 'closed']],
    );
  });

  it('gives the answer only what is left of the time', async (t) => {
    const { server, upstream } = await begin(t);
    const dataset = aDataset(server.address, { timeoutMs: 1_000 });
    const began = performance.now();
    const place = upstream.admit(dataset, began - 700);
    const stalled = place.fetch({ ...A_REQUEST, path: '/stall' }, aContext());
    await assert.rejects(stalled, { code: 'upstream-timeout' });
    assert.ok(performance.now() - began < 700, String(performance.now() - began));
  });

  it('waits for a token no longer than the dataset allows, and ends with its caller', async (t) => {
    const login = createServer(() => undefined);
    await new Promise<void>((resolve) => login.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      login.closeAllConnections();
      login.close();
    });
    const secrets = new Map<string, UpstreamSecret>();
    const { server, upstream } = await begin(t, secrets);
    secrets.set('CLIENT', {
      ...{ kind: 'oauth client credentials', host: new URL(server.address).host, clientId: 'gateway' },
      ...{ clientSecret: 's', tokenIssuer: 'https://login.example' },
      tokenEndpoint: `http://127.0.0.1:${(login.address() as AddressInfo).port}/token`,
    });
    const signIn = {
      kind: 'oauth client credentials',
      secret: 'CLIENT',
      issuer: 'https://login.example',
    } as const;
    const dataset = aDataset(server.address, { signIn, timeoutMs: 200 });
    await assert.rejects(upstream.fetch(A_REQUEST, dataset, aContext()), { code: 'upstream-timeout' });
    const caller = new AbortController();
    const asked = upstream.fetch(A_REQUEST, dataset, aContext({ signal: caller.signal }));
    caller.abort();
    await assert.rejects(asked, { code: 'caller-gone' });
    assert.equal(server.requests.length, 0);
    assert.equal(upstream.load()[0]?.calls, 0);
  });

  it('is given back when the answer has ended', async (t) => {
    const { server, upstream } = await begin(t);
    const place = upstream.admit(aDataset(server.address), performance.now());
    assert.equal(upstream.load()[0]?.calls, 1);
    const answer = await place.fetch(A_REQUEST, aContext());
    await readAll(answer);
    place.leave();
    assert.equal(upstream.load()[0]?.calls, 0);
  });
});
