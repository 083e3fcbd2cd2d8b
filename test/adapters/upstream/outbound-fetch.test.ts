/** The gateway's own small requests keep the same rules: TLS, allowed addresses, no redirects, bounded answers. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createOutboundFetch, mayBeSpokenTo } from '../../../src/adapters/upstream/outbound-fetch.ts';
import { jsonAnswer, RawServer } from '../../support/test-upstream.ts';

describe('outbound fetch', () => {
  let server: RawServer;
  let answer = '';
  const outbound = createOutboundFetch({ allowed: ['127.0.0.1'], plainHttp: 'loopback' });

  before(async () => {
    server = await RawServer.start((socket) => socket.end(answer));
  });
  after(async () => {
    await outbound.close();
    await server.stop();
  });

  it('hands over status, media type and body, and sends no more than it must', async () => {
    answer = jsonAnswer('{"a":1}', 'set-cookie: a=b\r\n');
    const response = await outbound.fetch(`${server.address}/keys?x=1`);
    assert.deepEqual(await response.json(), { a: 1 });
    assert.deepEqual([...response.headers], [['content-type', 'application/json']]);
    const sent = server.requests.at(-1)?.toLowerCase() ?? '';
    assert.ok(sent.startsWith('get /keys?x=1 http/1.1\r\n'));
    assert.ok(!sent.includes('cookie') && !sent.includes('user-agent'));
  });

  it('hands over the clock of the server, and leaves out a header that holds what none can', async () => {
    const date = 'Mon, 23 Nov 2026 12:00:00 GMT';
    answer = jsonAnswer('{}', `date: ${date}\r\nage: 7\r\nserver: x\r\nlocation: /\u4e2d\r\n`);
    const response = await outbound.fetch(server.address);
    assert.deepEqual(
      [...response.headers],
      [
        ['age', '7'],
        ['content-type', 'application/json'],
        ['date', date],
      ],
    );
  });

  it('follows no redirect', async () => {
    answer = 'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n';
    assert.equal((await outbound.fetch(server.address)).status, 302);
  });

  it('refuses an answer above 1 MiB', async () => {
    answer = jsonAnswer(`"${'x'.repeat(1024 * 1024)}"`);
    await assert.rejects(outbound.fetch(server.address));
  });

  it('gives up when its signal says so', async () => {
    answer = '';
    await assert.rejects(outbound.fetch(server.address, { signal: AbortSignal.timeout(1) }));
  });

  it('goes where it may and nowhere else', async () => {
    for (const address of [
      'http://example.com/',
      'ftp://127.0.0.1/',
      'http://user:pass@127.0.0.1/',
      'nonsense',
    ]) {
      await assert.rejects(outbound.fetch(address), TypeError, address);
    }
    await assert.rejects(outbound.fetch('https://169.254.169.254/latest'), { name: 'AddressRefused' });
  });

  it('speaks without TLS only to loopback and only where it is told to', () => {
    const may = (address: string, plain?: 'never' | 'loopback') => mayBeSpokenTo(new URL(address), plain);
    assert.ok(may('https://api.example'));
    assert.ok(!may('https://user@api.example'));
    assert.ok(!may('http://127.0.0.1'));
    assert.ok(!may('http://127.0.0.1', 'never'));
    assert.ok(may('http://127.0.0.1', 'loopback'));
    assert.ok(may('http://[::1]:8080', 'loopback'));
    assert.ok(!may('http://10.0.0.1', 'loopback'));
    assert.ok(!may('http://localhost.evil.example', 'loopback'));
  });
});
