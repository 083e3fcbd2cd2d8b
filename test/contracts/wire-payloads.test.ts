/** Hundreds of requests that fooled other servers, over raw sockets through a whole gateway to a provider that records every byte. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ASKING, KERBSIDE, OFFICER } from '../support/asking-gateway.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { rawSender, statusesIn } from '../support/send-raw.ts';
import { jsonAnswer } from '../support/test-upstream.ts';
import { type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';
import { badge, request, type WirePayload, wirePayloads } from '../support/wire-payloads.ts';

/** Sent at once. */
const TOGETHER = 24;
/** What a payload may be answered with; 0 of them where the connection just ends. */
const STATUSES: ReadonlySet<number> = new Set([200, 400, 403, 408, 413, 417, 431]);
const FORWARDED =
  /^GET \/blue-badges\/badges\/(ZZ[0-9A-Z]{4}) HTTP\/1\.1\r\n((?:[A-Za-z-]+: [\x20-\x7e]*\r\n)+)\r\n$/;

let upstream: RecordingUpstream;
let gateway: WholeGateway;
let authorization: string;
before(async () => {
  upstream = await startRecordingUpstream((asked) =>
    jsonAnswer(JSON.stringify({ data: { badgeNumber: FORWARDED.exec(asked)?.[1], statusCode: 'ISSUED' } })),
  );
  gateway = await wholeGateway({
    spawned: true,
    settings: {
      REFUSED_ENTRIES_PER_HOUR: '100000',
      UNPROVED_ENTRIES_PER_SECOND: '100000',
      UNPROVED_REQUESTS_PER_SECOND: '100000',
    },
    policies: (folder) => {
      change(folder, KERBSIDE, /(checks by [a-z ]+): [0-9]+/g, '$1: 100000');
      change(
        folder,
        'datasets/blue-badges.yaml',
        /http:\/\/127\.0\.0\.1:[0-9]+/,
        `http://127.0.0.1:${upstream.port}`,
      );
    },
  });
  authorization = `Bearer ${await gateway.token(OFFICER)}`;
});
after(async () => {
  await gateway.close();
  upstream.close();
});

function change(folder: string, file: string, find: RegExp, write: string): void {
  const text = readFileSync(join(folder, file), 'utf8');
  assert.match(text, find);
  writeFileSync(join(folder, file), text.replace(find, write));
}

interface Came {
  readonly payload: WirePayload;
  readonly statuses: readonly number[];
  /** Statuses of a good request on a connection of its own, sent after the payload was answered. */
  readonly good: readonly number[];
}

/** Sends payloads, so many at once, each followed by a good request on a fresh connection. */
async function send(payloads: readonly WirePayload[], goodFrom: number): Promise<readonly Came[]> {
  const { port } = gateway.running;
  const headers = [
    'Host: gateway.test',
    `Authorization: ${authorization}`,
    ...Object.entries(ASKING).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  const waiting = [...payloads.entries()];
  const came: Came[] = [];
  const sender = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, payload] = next;
      const statuses = statusesIn(await rawSender(port, 30, 1_500)(payload.bytes));
      const good = Buffer.from(request(badge(goodFrom + at), headers));
      came.push({ payload, statuses, good: statusesIn(await rawSender(port, 30, 20_000)(good)) });
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, sender));
  return came;
}

/** How often each badge was asked of the provider; whatever else it got fails the test. */
function askedOfProvider(): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const bytes of upstream.take()) {
    const [, asked = '', headers = ''] = FORWARDED.exec(bytes) ?? assert.fail(`the provider got ${bytes}`);
    const names = [...headers.matchAll(/^([A-Za-z-]+):/gm)].map(([, name = '']) => name.toLowerCase());
    assert.deepEqual(names, ['host', 'connection', 'accept', 'accept-encoding']);
    times.set(asked, (times.get(asked) ?? 0) + 1);
  }
  return times;
}

test('hundreds of misleading requests: one in is at most one out, framed anew, and the next caller is served', async () => {
  const payloads = wirePayloads(authorization);
  assert.ok(new Set(payloads.map(({ bytes }) => bytes.toString('latin1'))).size >= 400);
  const came = await send(payloads, 2 * payloads.length);
  const times = askedOfProvider();
  let forwarded = 0;
  for (const { payload, statuses, good } of came) {
    const { name, asked, hidden } = payload;
    const asks = times.get(asked) ?? 0;
    forwarded += asks;
    assert.ok(asks <= 1, `${name}: asked of the provider ${asks} times`);
    assert.equal(times.get(hidden), undefined, `${name}: the hidden request got through`);
    assert.ok(
      statuses.length <= 2 && statuses.every((status) => STATUSES.has(status)),
      `${name}: ${statuses}`,
    );
    assert.equal(asks, statuses.filter((status) => status === 200).length, `${name}: ${statuses}`);
    assert.deepEqual(good, [200], `${name}: the good request after it`);
  }
  // Some are right, odd as they look; were none let through, this would show nothing.
  assert.ok(forwarded >= 5 && forwarded < 20, `${forwarded} forwarded`);
  const sent = gateway.leaves().filter(({ kind }) => kind === 'sent').length;
  assert.equal(sent, payloads.length + forwarded, 'entries that say what was sent');
});
