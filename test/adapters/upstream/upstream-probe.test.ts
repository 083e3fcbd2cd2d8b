/** Tests of src/adapters/upstream/upstream-probe.ts: one question about nobody, and no byte of the answer is read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probeUpstream, type UpstreamProbe } from '../../../src/adapters/upstream/upstream-probe.ts';
import type { UpstreamSecrets } from '../../../src/adapters/upstream/upstream-secrets.ts';
import type { UpstreamAddress } from '../../../src/domain/dataset.ts';
import { A_REQUEST, aDataset, RawServer } from '../../support/test-upstream.ts';

const OUTBOUND = { allowed: ['127.0.0.1'], plainHttp: 'loopback' } as const;
const KEY = { kind: 'api key', secret: 'BADGE_KEY', header: 'x-api-key' } as const;

/** Probes a server that answers with these bytes. */
async function probe(bytes: string, upstream: Partial<UpstreamAddress> = {}, secrets?: UpstreamSecrets) {
  const server = await RawServer.start((socket) => socket.write(bytes));
  try {
    const dataset = aDataset(server.address, upstream);
    const [operation = assert.fail()] = dataset.operations.values();
    const settings: UpstreamProbe = {
      outbound: OUTBOUND,
      secrets,
      ask: { operation, request: A_REQUEST },
      consumerCode: 'WHV',
      role: 'civil enforcement officer',
      exchange: '019ab000-0000-7000-8000-000000000001',
    };
    return { seen: await probeUpstream(dataset, settings), requests: server.requests, server };
  } finally {
    await server.stop();
  }
}

const head = (status: string, type = 'application/json'): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: 10\r\n\r\n`;

test('status and media type are told as the gateway judges them, though the body never comes', async () => {
  const { seen, requests, server } = await probe(head('404 Not Found', 'text/html'));
  assert.equal(requests.length, 1);
  assert.match(requests[0] ?? '', /^GET \/badges\/XX1234 HTTP\/1\.1\r\n/);
  assert.deepEqual(seen.answer, {
    kind: 'answered',
    sent: `GET ${server.address}/badges/XX1234`,
    operation: 'look up one badge',
    status: 404,
    mediaType: 'text/html',
    charset: undefined,
    verdict: 'nothing found',
  });
  const records = (await probe(head('200 OK', 'application/json; charset=UTF-8'))).seen.answer;
  assert.equal(records.kind === 'answered' ? records.verdict : '', 'records');
  const page = (await probe(head('200 OK', 'text/html'))).seen.answer;
  assert.ok(page.kind === 'answered' && typeof page.verdict === 'object');
  assert.equal(page.verdict.code, 'answer-media-type');
});

test('a refused key is told as the gateway fails with it, and the key is nowhere in what was seen', async () => {
  const server = await RawServer.start((socket) => socket.write(head('401 Unauthorized')));
  const host = new URL(server.address).host;
  const secrets: UpstreamSecrets = new Map([
    ['BADGE_KEY', { kind: 'api key', host, value: 'the-key-itself' }],
  ]);
  const dataset = aDataset(server.address, { signIn: KEY });
  const [operation = assert.fail()] = dataset.operations.values();
  const seen = await probeUpstream(dataset, {
    ...{ outbound: OUTBOUND, secrets, ask: { operation, request: A_REQUEST } },
    ...{ consumerCode: undefined, role: undefined, exchange: 'x' },
  });
  await server.stop();
  assert.match(server.requests[0] ?? '', /x-api-key: the-key-itself/);
  assert.equal(seen.answer.kind === 'failed' ? seen.answer.code : '', 'upstream-sign-in-failed');
  assert.ok(!JSON.stringify(seen).includes('the-key-itself'));
});

test('without secrets, and with wrong settings, nothing is sent', async () => {
  const none = await probe(head('200 OK'), { signIn: KEY });
  assert.deepEqual(none.requests, []);
  assert.deepEqual(none.seen.faults, []);
  assert.equal(none.seen.answer.kind, 'not asked');
  const missing = await probe(head('200 OK'), { signIn: KEY }, new Map());
  assert.deepEqual(missing.requests, []);
  assert.deepEqual(missing.seen.faults, ["secret `BADGE_KEY` is not in the gateway's configuration"]);
});

test('a dataset of which nothing can be asked about nobody is not asked', async () => {
  const server = await RawServer.start((socket) => socket.write(head('200 OK')));
  const seen = await probeUpstream(aDataset(server.address), {
    ...{ outbound: OUTBOUND, secrets: undefined, ask: undefined },
    ...{ consumerCode: undefined, role: undefined, exchange: 'x' },
  });
  await server.stop();
  assert.deepEqual(server.requests, []);
  assert.equal(seen.connection?.reached, true);
  assert.equal(seen.answer.kind, 'not asked');
});
