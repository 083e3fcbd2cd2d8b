/** So many connections, so many waiting, and nothing that was given up keeps its place. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createUpstream } from '../../../src/adapters/upstream/upstream.ts';
import {
  A_REQUEST,
  aContext,
  aDataset,
  jsonAnswer,
  RawServer,
  readAll,
} from '../../support/test-upstream.ts';

const outbound = { allowed: ['127.0.0.1'], plainHttp: 'loopback' } as const;

describe('upstream pool', () => {
  it('opens no more connections than it may, lets so many wait, and says busy to the rest', async () => {
    const held: Socket[] = [];
    const server = await RawServer.start((socket) => held.push(socket));
    const upstream = createUpstream({ outbound, secrets: new Map(), connections: 3, waiting: 2 });
    const dataset = aDataset(server.address);
    const running = Array.from({ length: 5 }, () => upstream.fetch(A_REQUEST, dataset, aContext()));
    await wait(50);
    assert.equal(server.accepted, 3);
    await assert.rejects(upstream.fetch(A_REQUEST, dataset, aContext()), {
      code: 'upstream-busy',
      retryAfterSeconds: 1,
    });
    for (let n = 0; n < 5; n += 1) {
      await wait(20);
      held.shift()?.write(jsonAnswer('{}'));
    }
    for (const answer of await Promise.all(running)) await readAll(answer);
    assert.deepEqual(upstream.load(), [{ origin: server.address, calls: 0, connections: 3 }]);
    await upstream.close();
    await server.stop();
  });

  it('never sends what was given up while it waited', async () => {
    const held: Socket[] = [];
    const server = await RawServer.start((socket) => held.push(socket));
    const upstream = createUpstream({ outbound, secrets: new Map(), connections: 1 });
    const dataset = aDataset(server.address);
    const first = upstream.fetch(A_REQUEST, dataset, aContext());
    const caller = new AbortController();
    const given = upstream.fetch(
      { ...A_REQUEST, path: '/given-up' },
      dataset,
      aContext({ signal: caller.signal }),
    );
    await wait(30);
    caller.abort();
    await assert.rejects(given, { code: 'caller-gone' });
    held[0]?.write(jsonAnswer('{}'));
    await readAll(await first);
    await wait(30);
    assert.ok(!server.requests.join('').includes('given-up'));
    assert.equal(upstream.load()[0]?.calls, 0);
    await upstream.close();
    await server.stop();
  });

  it('sends nothing for a caller that has gone already', async () => {
    const server = await RawServer.start(() => undefined);
    const upstream = createUpstream({ outbound, secrets: new Map() });
    await assert.rejects(
      upstream.fetch(A_REQUEST, aDataset(server.address), aContext({ signal: AbortSignal.abort() })),
      { code: 'caller-gone' },
    );
    assert.equal(server.accepted, 0);
    await upstream.close();
    await server.stop();
  });

  it('serves on after 300 callers went away in the middle of paused answers', async () => {
    const big = jsonAnswer(`"${'x'.repeat(2_000_000)}"`);
    const server = await RawServer.start((socket, request) =>
      socket.write(request.includes('/small') ? jsonAnswer('{}') : big),
    );
    const upstream = createUpstream({ outbound, secrets: new Map(), connections: 8, waiting: 1000 });
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
    assert.equal(upstream.load()[0]?.calls, 0);
    await upstream.close();
    await server.stop();
  });
});
