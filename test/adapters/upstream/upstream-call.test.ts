/** An answer that is cut, stalls, is too large or unwanted fails whole and leaves no connection behind. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createUpstream, type UpstreamClient } from '../../../src/adapters/upstream/upstream.ts';
import type { UpstreamAddress } from '../../../src/domain/dataset.ts';
import type { UpstreamAnswer } from '../../../src/exchange/ports.ts';
import {
  A_REQUEST,
  aContext,
  aDataset,
  jsonAnswer,
  RawServer,
  readAll,
  until,
} from '../../support/test-upstream.ts';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('upstream call', () => {
  let server: RawServer;
  let speak: (socket: Socket, request: string) => void;
  let upstream: UpstreamClient;

  before(async () => {
    server = await RawServer.start((socket, request) => speak(socket, request));
    const outbound = { allowed: ['127.0.0.1'], plainHttp: 'loopback' } as const;
    upstream = createUpstream({ outbound, secrets: new Map(), connections: 2, wholeAnswerMs: 1500 });
  });
  after(async () => {
    await upstream.close();
    await server.stop();
  });

  const ask = (more: Partial<UpstreamAddress> = {}, signal?: AbortSignal): Promise<UpstreamAnswer> =>
    upstream.fetch(A_REQUEST, aDataset(server.address, more), aContext(signal && { signal }));

  const settled = () => wait(50);

  afterEach(async () => {
    // Every call gives its place back.
    await until(() => upstream.load()[0]?.calls === 0);
  });

  it('hands out bytes that are there at once, and the end at once', async () => {
    speak = (socket) => socket.write(jsonAnswer('{"a":1}'));
    const answer = await ask();
    assert.equal(answer.status, 200);
    assert.equal(answer.mediaType, 'application/json');
    const first = answer.read();
    assert.ok(first instanceof Buffer);
    assert.equal(first.toString(), '{"a":1}');
    assert.equal(answer.read(), undefined);
    assert.equal(answer.read(), undefined);
  });

  it('uses connections again after whole answers', async () => {
    speak = (socket) => socket.write(jsonAnswer('{}'));
    const before = server.accepted;
    for (let n = 0; n < 20; n += 1) await readAll(await ask());
    // undici waits for one turn of the event loop before it uses a connection again, so that two may serve in turns.
    assert.ok(server.accepted - before <= 2, String(server.accepted - before));
  });

  it('passes over interim answers', async () => {
    speak = (socket) =>
      socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${jsonAnswer('{"a":2}')}`);
    assert.equal((await readAll(await ask())).toString(), '{"a":2}');
  });

  it('says of a body without length or chunks that it ends with its connection', async () => {
    speak = (socket) => socket.end(`${HEAD}\r\n{"a":3}`);
    const cut = await ask();
    assert.equal(cut.endsWithConnection, true);
    assert.equal((await readAll(cut)).toString(), '{"a":3}');
    for (const framing of [
      'content-length: 2\r\n\r\n{}',
      'transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    ]) {
      speak = (socket) => socket.write(HEAD + framing);
      const answer = await ask();
      assert.equal(answer.endsWithConnection, false);
      await readAll(answer);
    }
  });

  const brokenBodies: [string, (socket: Socket) => void][] = [
    ['a body shorter than it said', (socket) => socket.end(`${HEAD}content-length: 100\r\n\r\n{"a":`)],
    [
      'a chunked body without its end',
      (socket) => socket.end(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"a":`),
    ],
    [
      'a chunk that is no chunk',
      (socket) => socket.end(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"a":zz`),
    ],
  ];
  for (const [name, broken] of brokenBodies) {
    it(`fails on ${name} and hands out nothing more`, async () => {
      speak = broken;
      const answer = await ask();
      await settled();
      await assert.rejects(async () => answer.read(), { code: 'upstream-error' });
      await assert.rejects(async () => answer.read(), { code: 'upstream-error' });
    });
  }

  it('fails on a reset in the body', async () => {
    speak = (socket) => {
      socket.write(`${HEAD}content-length: 100\r\n\r\n{"a":`);
      setTimeout(() => socket.resetAndDestroy(), 20);
    };
    await assert.rejects(readAll(await ask()), { code: 'upstream-error' });
  });

  it('fails on a close or a reset before the headers, and sends nothing again', async () => {
    for (const end of ['destroy', 'resetAndDestroy'] as const) {
      const before = server.requests.length;
      speak = (socket) => socket[end]();
      await assert.rejects(ask(), { code: 'upstream-unreachable' });
      await settled();
      assert.equal(server.requests.length, before + 1);
    }
  });

  it('gives up on headers that do not come in time', async () => {
    speak = () => undefined;
    const started = performance.now();
    await assert.rejects(ask({ timeoutMs: 150 }), { code: 'upstream-timeout' });
    assert.ok(performance.now() - started < 2_000);
  });

  it('gives up on a body that stalls', async () => {
    speak = (socket) => socket.write(`${HEAD}content-length: 100\r\n\r\n{"a":`);
    const answer = await ask({ timeoutMs: 150 });
    assert.equal((await answer.read())?.toString(), '{"a":');
    await assert.rejects(async () => answer.read(), { code: 'upstream-timeout' });
  });

  it('gives up on a body that drips on for longer than the whole may take', async () => {
    speak = (socket) => {
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
      const drip = setInterval(() => socket.write('1\r\n \r\n'), 50);
      socket.on('close', () => clearInterval(drip));
    };
    await assert.rejects(readAll(await ask({ timeoutMs: 500 })), { code: 'upstream-timeout' });
  });

  it('never takes unsolicited bytes for the answer to the next request', async () => {
    const evil = jsonAnswer('{"evil":true}');
    speak = (socket, request) => {
      socket.write(jsonAnswer('{"a":1}'));
      if (!request.includes('/second')) setTimeout(() => socket.write(evil), 10);
    };
    await readAll(await ask());
    await settled();
    const second = { ...A_REQUEST, path: '/second' };
    const answer = await upstream.fetch(second, aDataset(server.address), aContext());
    assert.equal((await readAll(answer)).toString(), '{"a":1}');
  });

  it('does not use a connection again on which more came than the answer', async () => {
    speak = (socket) => socket.write(`${jsonAnswer('{"a":1}')}${jsonAnswer('{"evil":true}')}`);
    const bodies: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const body = await ask()
        .then(readAll)
        .then(String, () => 'failed');
      bodies.push(body);
    }
    assert.ok(!bodies.some((body) => body.includes('evil')), bodies.join());
  });

  it('refuses an answer whose length can be read in two ways', async () => {
    for (const head of [
      'content-length: 2\r\ncontent-length: 3\r\n',
      'content-length: 2\r\ntransfer-encoding: chunked\r\n',
    ]) {
      speak = (socket) => socket.end(`${HEAD}${head}\r\n{}`);
      await assert.rejects(async () => readAll(await ask()), { code: 'upstream-error' });
      await settled();
    }
  });

  it('refuses an answer larger than the dataset allows, said or not', async () => {
    const body = `"${'x'.repeat(3000)}"`;
    speak = (socket) => socket.write(jsonAnswer(body));
    await assert.rejects(async () => readAll(await ask({ largestAnswerBytes: 1000 })), {
      code: 'answer-too-large',
    });
    speak = (socket) =>
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\nbba\r\n${body.slice(0, 3002)}\r\n0\r\n\r\n`);
    await assert.rejects(async () => readAll(await ask({ largestAnswerBytes: 1000 })), {
      code: 'answer-too-large',
    });
    assert.equal((await readAll(await ask({ largestAnswerBytes: 3002 }))).length, 3002);
  });

  it('slows the upstream down while nobody reads, and loses nothing', async () => {
    const size = 16 * 1024 * 1024;
    let flushed = 0;
    speak = (socket) => {
      socket.write(`${HEAD}content-length: ${size}\r\n\r\n`);
      const block = Buffer.alloc(64 * 1024, 'x');
      const more = () => {
        while (flushed < size && socket.write(block)) flushed += block.length;
        if (flushed < size) flushed += block.length;
      };
      socket.on('drain', more);
      more();
    };
    const answer = await ask({ largestAnswerBytes: size, timeoutMs: 200 });
    await wait(400);
    assert.ok(flushed < size, `${flushed} of ${size} went out although nobody read`);
    const rest = await readAll(answer);
    assert.equal(rest.length, size);
  });

  it('ends the connection when the caller goes away, before the headers and in a paused body', async () => {
    for (const first of ['', `${HEAD}content-length: 9000000\r\n\r\n${'x'.repeat(2_000_000)}`]) {
      speak = (socket) => socket.write(first);
      const caller = new AbortController();
      const asked = ask({ largestAnswerBytes: 9_000_000 }, caller.signal);
      if (first !== '') await asked;
      await settled();
      caller.abort();
      await assert.rejects(async () => (await asked).read(), { code: 'caller-gone' });
      await until(() => server.sockets.size === 0);
    }
  });

  it('ends the connection when the answer is not wanted, and leaves a finished one alone', async () => {
    speak = (socket) => socket.write(`${HEAD}content-length: 100\r\n\r\n{`);
    const answer = await ask();
    answer.cancel();
    await until(() => server.sockets.size === 0);
    await assert.rejects(async () => answer.read(), { name: 'GatewayError' });
    speak = (socket) => socket.write(jsonAnswer('{}'));
    const whole = await ask();
    whole.cancel();
    await settled();
    assert.equal(server.sockets.size, 1);
  });
});
