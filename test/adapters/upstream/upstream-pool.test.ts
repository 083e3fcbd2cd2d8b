/** So many connections, so many waiting, and nothing that was given up keeps its place. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import {
  createUpstream,
  type UpstreamClient,
  type UpstreamSettings,
} from '../../../src/adapters/upstream/upstream.ts';
import {
  A_REQUEST,
  aContext,
  aDataset,
  jsonAnswer,
  RawServer,
  readAll,
  until,
} from '../../support/test-upstream.ts';

const outbound = { allowed: ['127.0.0.1'], plainHttp: 'loopback' } as const;

async function begin(
  context: TestContext,
  speak: (socket: Socket, request: string) => void,
  more: Partial<UpstreamSettings> = {},
): Promise<{ server: RawServer; upstream: UpstreamClient }> {
  const server = await RawServer.start(speak);
  const upstream = createUpstream({ outbound, secrets: new Map(), ...more });
  context.after(async () => {
    await upstream.close();
    await server.stop();
  });
  return { server, upstream };
}

describe('upstream pool', () => {
  it('opens no more connections than it may, lets so many wait, and says busy to the rest', async (t) => {
    const held: Socket[] = [];
    const bounds = { connections: 3, waiting: 2 };
    const { server, upstream } = await begin(t, (socket) => held.push(socket), bounds);
    const dataset = aDataset(server.address, { timeoutMs: 10_000 });
    const running = Array.from({ length: 5 }, () => upstream.fetch(A_REQUEST, dataset, aContext()));
    await until(() => held.length === 3);
    await assert.rejects(upstream.fetch(A_REQUEST, dataset, aContext()), {
      code: 'upstream-busy',
      retryAfterSeconds: 1,
    });
    for (let n = 0; n < 5; n += 1) {
      await until(() => held.length > 0);
      held.shift()?.write(jsonAnswer('{}'));
    }
    for (const answer of await Promise.all(running)) await readAll(answer);
    assert.equal(server.accepted, 3);
    assert.deepEqual(upstream.load(), [
      { origin: server.address, calls: 0, connections: 3, state: 'closed' },
    ]);
  });

  it('never sends what was given up while it waited', async (t) => {
    const held: Socket[] = [];
    const { server, upstream } = await begin(t, (socket) => held.push(socket), { connections: 1 });
    const dataset = aDataset(server.address, { timeoutMs: 10_000 });
    const first = upstream.fetch(A_REQUEST, dataset, aContext());
    const caller = new AbortController();
    const { signal } = caller;
    const given = upstream.fetch({ ...A_REQUEST, path: '/given-up' }, dataset, aContext({ signal }));
    await until(() => held.length === 1);
    caller.abort();
    await assert.rejects(given, { code: 'caller-gone' });
    held[0]?.write(jsonAnswer('{}'));
    await readAll(await first);
    await until(() => upstream.load()[0]?.calls === 0);
    await wait(30);
    assert.ok(!server.requests.join('').includes('given-up'));
  });

  it('sends nothing for a caller that has gone already', async (t) => {
    const { server, upstream } = await begin(t, () => undefined);
    await assert.rejects(
      upstream.fetch(A_REQUEST, aDataset(server.address), aContext({ signal: AbortSignal.abort() })),
      { code: 'caller-gone' },
    );
    assert.equal(server.accepted, 0);
  });

  it('serves on after 300 callers went away in the middle of paused answers', async (t) => {
    const big = jsonAnswer(`"${'x'.repeat(2_000_000)}"`);
    const { server, upstream } = await begin(
      t,
      (socket, request) => socket.write(request.includes('/small') ? jsonAnswer('{}') : big),
      { connections: 8, waiting: 1000 },
    );
    const dataset = aDataset(server.address, { timeoutMs: 10_000 });
    for (let round = 0; round < 10; round += 1) {
      const callers = Array.from({ length: 30 }, () => new AbortController());
      const asked = callers.map(({ signal }) => upstream.fetch(A_REQUEST, dataset, aContext({ signal })));
      await wait(20);
      for (const caller of callers) caller.abort();
      await Promise.allSettled(asked);
    }
    const small = { ...A_REQUEST, path: '/small' };
    const answers = Array.from({ length: 16 }, async () =>
      readAll(await upstream.fetch(small, dataset, aContext())),
    );
    for (const body of await Promise.all(answers)) assert.equal(body.toString(), '{}');
    await until(() => upstream.load()[0]?.calls === 0);
  });
});
