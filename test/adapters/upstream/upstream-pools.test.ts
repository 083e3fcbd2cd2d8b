/** A slow provider takes nobody else's place, a failing one is left alone, and other secrets lose no exchange. */
import assert from 'node:assert/strict';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';
import type { BreakerState } from '../../../src/adapters/upstream/circuit-breaker.ts';
import type { OwnCertificate } from '../../../src/adapters/upstream/own-keys.ts';
import {
  createUpstream,
  type UpstreamClient,
  type UpstreamSettings,
} from '../../../src/adapters/upstream/upstream.ts';
import type { UpstreamSecret } from '../../../src/adapters/upstream/upstream-secrets.ts';
import { type Certificate, makeCertificate } from '../../support/certificates.ts';
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

function clientOf(t: TestContext, more: Partial<UpstreamSettings> = {}): UpstreamClient {
  const upstream = createUpstream({ outbound, secrets: new Map(), ...more });
  t.after(() => upstream.close());
  return upstream;
}

async function serverOf(
  t: TestContext,
  speak: (socket: Socket, request: string) => void,
): Promise<RawServer> {
  const server = await RawServer.start(speak);
  t.after(() => server.stop());
  return server;
}

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: Error) => ('code' in error ? String(error.code) : String(error)),
  );

describe('upstream pools', () => {
  it('a provider that stalls keeps nobody waiting but those who ask it', async (t) => {
    const stalling = await serverOf(t, () => undefined);
    const well = await serverOf(t, (socket) => socket.write(jsonAnswer('{}')));
    const upstream = clientOf(t, { connections: 4, waiting: 4 });
    const slow = aDataset(stalling.address, { timeoutMs: 3_000 });
    const waiting = Array.from({ length: 8 }, () => codeOf(upstream.fetch(A_REQUEST, slow, aContext())));
    await until(() => stalling.accepted === 4);
    assert.equal(await codeOf(upstream.fetch(A_REQUEST, slow, aContext())), 'upstream-busy');
    const began = performance.now();
    for (let n = 0; n < 20; n += 1)
      await readAll(await upstream.fetch(A_REQUEST, aDataset(well.address), aContext()));
    assert.ok(performance.now() - began < 1_000);
    await upstream.close();
    await Promise.all(waiting);
  });

  it('no more requests are with a provider at one time than its dataset allows', async (t) => {
    const held: Socket[] = [];
    const server = await serverOf(t, (socket) => held.push(socket));
    const upstream = clientOf(t);
    const dataset = aDataset(server.address, { mostAtOnce: 2, timeoutMs: 10_000 });
    const running = Array.from({ length: 4 }, () => upstream.fetch(A_REQUEST, dataset, aContext()));
    await until(() => held.length === 2);
    assert.equal(await codeOf(upstream.fetch(A_REQUEST, dataset, aContext())), 'upstream-busy');
    for (let n = 0; n < 4; n += 1) {
      await until(() => held.length > 0);
      held.shift()?.write(jsonAnswer('{}'));
    }
    for (const answer of await Promise.all(running)) await readAll(answer);
    assert.equal(server.accepted, 2);
  });

  it('a place that is given back unused is free again', async (t) => {
    const server = await serverOf(t, (socket) => socket.write(jsonAnswer('{}')));
    const upstream = clientOf(t, { connections: 1, waiting: 0 });
    const dataset = aDataset(server.address);
    const place = upstream.admit(dataset, performance.now());
    assert.throws(() => upstream.admit(dataset, performance.now()), { code: 'upstream-busy' });
    place.leave();
    place.leave();
    assert.equal(upstream.load()[0]?.calls, 0);
    await readAll(await upstream.fetch(A_REQUEST, dataset, aContext()));
  });

  const failing: [string, (socket: Socket) => void][] = [
    ['answers 500', (socket) => socket.write('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n')],
    ['answers 429', (socket) => socket.write('HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n')],
    ['closes without an answer', (socket) => socket.destroy()],
    ['speaks no HTTP', (socket) => socket.end('SSH-2.0\r\n')],
    [
      'breaks off in the middle of its answers',
      (socket) =>
        socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{'),
    ],
    ['does not answer in time', () => undefined],
  ];
  for (const [name, speak] of failing) {
    it(`a provider that ${name} again and again is left alone, and nothing reaches it`, async (t) => {
      const server = await serverOf(t, speak);
      const states: BreakerState[] = [];
      const upstream = clientOf(t, { onState: (_origin, state) => states.push(state) });
      const dataset = aDataset(server.address, { timeoutMs: 150 });
      const ask = async (): Promise<void> => {
        const answer = await upstream.fetch(A_REQUEST, dataset, aContext());
        if (answer.status === 200) await readAll(answer);
        else answer.cancel();
      };
      await Promise.all(Array.from({ length: 10 }, () => codeOf(ask())));
      await until(() => upstream.load()[0]?.calls === 0);
      assert.equal(upstream.load()[0]?.state, 'open');
      const sent = server.requests.length;
      assert.throws(() => upstream.admit(dataset, performance.now()), {
        code: 'upstream-paused',
        retryAfterSeconds: 5,
      });
      assert.equal(server.requests.length, sent);
      assert.deepEqual(states, ['open']);
    });
  }

  it('answers that say nothing against a provider never have it left alone', async (t) => {
    const answers = ['404 Not Found', '400 Bad', '302 Found', '200 OK', '401 Unauthorized', '403 Forbidden'];
    let nth = 0;
    const server = await serverOf(t, (socket) => {
      nth += 1;
      socket.write(`HTTP/1.1 ${answers[nth % answers.length]}\r\ncontent-length: 0\r\n\r\n`);
    });
    const upstream = clientOf(t);
    for (let n = 0; n < 30; n += 1)
      await readAll(await upstream.fetch(A_REQUEST, aDataset(server.address), aContext()));
    assert.equal(upstream.load()[0]?.state, 'closed');
  });

  it('callers who go away and answers that are not wanted say nothing against a provider', async (t) => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{';
    const server = await serverOf(t, (socket, request) => {
      if (request.includes('/head')) socket.write(head);
    });
    const upstream = clientOf(t);
    const dataset = aDataset(server.address);
    for (let n = 0; n < 15; n += 1) {
      const caller = new AbortController();
      const gone = codeOf(upstream.fetch(A_REQUEST, dataset, aContext({ signal: caller.signal })));
      caller.abort();
      assert.equal(await gone, 'caller-gone');
      (await upstream.fetch({ ...A_REQUEST, path: '/head' }, dataset, aContext())).cancel();
    }
    assert.equal(upstream.load()[0]?.state, 'closed');
  });
});

describe('upstream pools, certificates of the gateway', () => {
  const authority = makeCertificate({ name: 'private CA', authority: true });
  const first = makeCertificate({ name: 'first', issuer: authority });
  const second = makeCertificate({ name: 'second', issuer: authority });
  const shown = ({ cert, key }: Certificate): OwnCertificate => ({ chain: cert, key });
  const SIGN_IN = { kind: 'client certificate', secret: 'OWN' } as const;

  async function mutual(t: TestContext, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3') {
    const { cert, key } = makeCertificate({ hosts: ['127.0.0.1'], issuer: authority });
    const seen: string[] = [];
    const held: (() => void)[] = [];
    const server: Server = createTlsServer(
      { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: true, maxVersion },
      ({ socket, url }, response) => {
        const { subject } =
          socket instanceof TLSSocket ? socket.getPeerCertificate() : { subject: undefined };
        seen.push(String(subject?.CN));
        const answer = (): unknown => response.setHeader('content-type', 'application/json').end('{}');
        if (url?.includes('held')) held.push(answer);
        else answer();
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const secrets = (certificate: OwnCertificate): Map<string, UpstreamSecret> =>
      new Map([['OWN', { kind: 'client certificate', host, certificate }]]);
    return { host, seen, held, secrets, address: `https://${host}` };
  }

  const trusting = { allowed: ['127.0.0.1'], tls: { privateCa: authority.cert } };

  it('mutual TLS: the provider sees the certificate that is bound to its host', async (t) => {
    const { address, seen, secrets } = await mutual(t);
    const upstream = clientOf(t, { outbound: trusting, secrets: secrets(shown(first)) });
    await readAll(await upstream.fetch(A_REQUEST, aDataset(address, { signIn: SIGN_IN }), aContext()));
    assert.deepEqual(seen, ['first']);
  });

  it('a certificate is never shown to a host that it is not bound to', async (t) => {
    const { address, secrets } = await mutual(t);
    const other = await mutual(t);
    const upstream = clientOf(t, { outbound: trusting, secrets: secrets(shown(first)) });
    await readAll(await upstream.fetch(A_REQUEST, aDataset(address, { signIn: SIGN_IN }), aContext()));
    const elsewhere = aDataset(other.address, { signIn: SIGN_IN });
    assert.match(String(upstream.checkUpstream(elsewhere)), /bound to another host/);
    assert.equal(await codeOf(upstream.fetch(A_REQUEST, elsewhere, aContext())), 'upstream-sign-in-failed');
    const without = aDataset(other.address);
    assert.notEqual(await codeOf(upstream.fetch(A_REQUEST, without, aContext())), 'answered');
    assert.deepEqual(other.seen, []);
  });

  it('a provider that does not take the certificate gets no request', async (t) => {
    const stranger = makeCertificate({ name: 'stranger' });
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { address, secrets, seen } = await mutual(t, version);
      const upstream = clientOf(t, { outbound: trusting, secrets: secrets(shown(stranger)) });
      const asked = upstream.fetch(A_REQUEST, aDataset(address, { signIn: SIGN_IN }), aContext());
      assert.match(await codeOf(asked), /^upstream-(?:sign-in-failed|unreachable)$/, version);
      assert.deepEqual(seen, []);
    }
  });

  it('another certificate counts from the next request on, what runs is answered, and the old connections go', async (t) => {
    const { address, seen, held, secrets } = await mutual(t);
    const upstream = clientOf(t, { outbound: trusting, secrets: secrets(shown(first)) });
    const dataset = aDataset(address, { signIn: SIGN_IN });
    const running = upstream.fetch({ ...A_REQUEST, path: '/held' }, dataset, aContext());
    const admitted = upstream.admit(dataset, performance.now());
    await until(() => held.length === 1);
    upstream.useSecrets(secrets(shown(second)));
    await readAll(await upstream.fetch(A_REQUEST, dataset, aContext()));
    held[0]?.();
    await readAll(await running);
    await readAll(await admitted.fetch(A_REQUEST, aContext()));
    assert.deepEqual(seen, ['first', 'second', 'first']);
    assert.equal(upstream.load().length, 1);
    await readAll(await upstream.fetch(A_REQUEST, dataset, aContext()));
    assert.equal(seen.at(-1), 'second');
  });
});
