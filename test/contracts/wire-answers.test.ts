/** What HTTP offers beside the plain request and answer, asked of a whole gateway over raw sockets: none of it goes around the filter. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ASKING, OFFICER } from '../support/asking-gateway.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.ts';
import { rawSender, statusesIn } from '../support/send-raw.ts';
import { type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const TARGET = '/blue-badges/badges/ZZ9Z01';
const ASK = '/blue-badges/ask/look-up-one-badge';
const RELEASED = '{"data":{"badgeNumber":"ZZ9Z01","statusCode":"ISSUED"}}';

/** What the provider answers next. */
let answer: string;
let upstream: RecordingUpstream;
let gateway: WholeGateway;
let usual: readonly string[];
before(async () => {
  upstream = await startRecordingUpstream(() => answer);
  gateway = await wholeGateway({
    settings: { UNPROVED_ENTRIES_PER_SECOND: '1000' },
    policies: (folder) => {
      const file = join(folder, 'datasets/blue-badges.yaml');
      const own = `http://127.0.0.1:${upstream.port}`;
      writeFileSync(file, readFileSync(file, 'utf8').replace(/http:\/\/127\.0\.0\.1:[0-9]+/, own));
    },
  });
  const asking = Object.entries(ASKING).map(([name, value]) => `${name}: ${value}`);
  usual = ['Host: gateway.test', `Authorization: Bearer ${await gateway.token(OFFICER)}`, ...asking];
});
after(async () => {
  await gateway.close();
  upstream.close();
});

/** The provider's answer: one badge, with headers of its own and a member that no agreement lets out. */
function provided({ status = '200 OK', headers = [] as readonly string[], nino = 'QQ123456C' } = {}): string {
  const body = `{"data":{"badgeNumber":"ZZ9Z01","statusCode":"ISSUED","party":{"person":{"nino":"${nino}"}}}}`;
  const all = ['Content-Type: application/json', `Content-Length: ${body.length}`, ...headers];
  return `HTTP/1.1 ${status}\r\n${all.join('\r\n')}\r\n\r\n${body}`;
}

interface Came {
  readonly statuses: readonly number[];
  readonly head: string;
  readonly body: string;
  /** What reached the provider. */
  readonly asked: readonly string[];
}

async function send(line: string, more: readonly string[] = [], body = ''): Promise<Came> {
  upstream.take();
  const bytes = Buffer.from([line, ...usual, ...more, '', body].join('\r\n'), 'latin1');
  const got = await rawSender(gateway.running.port, 60, 10_000)(bytes);
  const end = got.indexOf('\r\n\r\n');
  return {
    statuses: statusesIn(got),
    head: got.slice(0, end),
    body: got.slice(end + 4),
    asked: upstream.take(),
  };
}

test('a change in what is withheld shows in no header and no byte of the answer', async () => {
  const told: string[] = [];
  for (const [nino, tag] of [
    ['QQ123456C', '"a"'],
    ['QQ123457C', '"b"'],
  ] as const) {
    const headers = [
      `ETag: ${tag}`,
      `Last-Modified: Tue, 24 Nov 2026 0${tag.length}:00:00 GMT`,
      `Content-MD5: ${tag}`,
    ];
    answer = provided({ nino, headers: [...headers, `Content-Location: /${nino}`, 'Age: 7', 'Expires: 0'] });
    const { statuses, head, body } = await send(`GET ${TARGET} HTTP/1.1`);
    assert.deepEqual([statuses, body], [[200], RELEASED]);
    assert.doesNotMatch(
      head,
      /^(?:etag|last-modified|content-md5|content-location|age|expires|accept-ranges):/im,
    );
    told.push(head.replaceAll(/^(?:Exchange-Id|Audit-Receipt|Audit-Salt|Date): .*\r\n/gim, ''));
  }
  assert.equal(told[0], told[1]);
});

test('part of an answer, or none where it has not changed, is never asked for and never given', async () => {
  answer = provided();
  const { statuses, body, asked } = await send(`GET ${TARGET} HTTP/1.1`, [
    'Range: bytes=0-10',
    'If-Range: "a"',
    'If-None-Match: "a"',
    'If-Match: "a"',
    'If-Modified-Since: Tue, 24 Nov 2026 09:00:00 GMT',
    'If-Unmodified-Since: Tue, 24 Nov 2026 09:00:00 GMT',
  ]);
  assert.deepEqual([statuses, body, asked.length], [[200], RELEASED, 1]);
  assert.doesNotMatch(asked[0] ?? '', /^(?:range|if-)/im);
  for (const status of ['206 Partial Content', '304 Not Modified']) {
    answer = provided({ status, headers: ['Content-Range: bytes 0-10/100'] });
    const partial = await send(`GET ${TARGET} HTTP/1.1`);
    assert.deepEqual(partial.statuses, [502], status);
    assert.ok(!partial.body.includes('ZZ9Z01'), status);
  }
});

test('HEAD tells nothing of an answer, not even how long it is', async () => {
  answer = provided();
  const { statuses, head, body, asked } = await send(`HEAD ${TARGET} HTTP/1.1`);
  assert.deepEqual([statuses, body, asked], [[403], '', []]);
  assert.match(head, /\r\nContent-Type: application\/problem\+json\r\n/i);
});

test('no cache may keep an answer, released or refused', async () => {
  answer = provided();
  for (const [line, status] of [
    [`GET ${TARGET} HTTP/1.1`, 200],
    ['GET /blue-badges/nothing HTTP/1.1', 403],
    [`GET ${TARGET}?a HTTP/1.1`, 400],
    ['GET /problems/overloaded HTTP/1.1', 200],
    ['GET /log/checkpoint HTTP/1.1', 403],
  ] as const) {
    const { statuses, head } = await send(line);
    assert.deepEqual(statuses, [status], line);
    assert.match(head, /\r\ncache-control: no-store(?:\r\n|$)/i, line);
    assert.doesNotMatch(head, /\r\n(?:expires|age|etag):|public|max-age=(?!31536000)/i, line);
  }
});

test('a body of another type than JSON reaches nobody, whatever it holds', async () => {
  const json = '{"badge number":"ZZ9Z01"}';
  const part = `--a\r\nContent-Disposition: form-data; name="badge number"\r\n\r\nZZ9Z01\r\n--a--\r\n`;
  for (const [type, body] of [
    ['multipart/form-data; boundary=a', part],
    ['multipart/form-data; boundary=a', json],
    ['application/x-www-form-urlencoded', 'badge+number=ZZ9Z01'],
    ['application/json; boundary=a', json],
    ['application/json; charset=utf-16', json],
    ['application/json, multipart/form-data', json],
    ['text/plain', json],
    ['', json],
  ] as const) {
    const { statuses, asked } = await send(
      `POST ${ASK} HTTP/1.1`,
      [`Content-Type: ${type}`, `Content-Length: ${body.length}`],
      body,
    );
    assert.deepEqual([statuses, asked], [[400], []], type);
  }
});

test('no other protocol is spoken, and an offer of h2c is answered in HTTP/1.1', async () => {
  answer = provided();
  const offered = await send(`GET ${TARGET} HTTP/1.1`, [
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAAP__',
  ]);
  assert.deepEqual([offered.statuses, offered.body, offered.asked.length], [[200], RELEASED, 1]);
  assert.doesNotMatch(offered.head, /^upgrade:/im);
  assert.doesNotMatch(offered.asked.join(), /upgrade|http2-settings/i);
  for (const [line, ...headers] of [
    [`GET ${TARGET} HTTP/1.1`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    [`GET ${TARGET} HTTP/1.1`, 'Connection: Upgrade', 'Upgrade: TLS/1.3, HTTP/1.1'],
    ['CONNECT 127.0.0.1:443 HTTP/1.1'],
    [`CONNECT ${TARGET} HTTP/1.1`],
    [`TRACE ${TARGET} HTTP/1.1`],
  ] as const) {
    const { statuses, head, asked } = await send(line, headers);
    assert.ok(
      statuses.every((status) => status >= 400 && status < 500),
      `${line}: ${statuses}`,
    );
    assert.deepEqual(asked, [], line);
    assert.ok(!head.includes('PCN-0001'), line);
  }
});

test('a header that bears the name of a prototype is one like any other', async () => {
  answer = provided();
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
  const { statuses, body, asked } = await send(
    `GET ${TARGET} HTTP/1.1`,
    names.map((name) => `${name}: polluted`),
  );
  assert.deepEqual([statuses, body], [[200], RELEASED]);
  assert.doesNotMatch(asked.join(), /polluted/);
});

test('no header is lost among too many: a request with more than are read is refused whole', async () => {
  const many = (count: number, value: string) =>
    Array.from({ length: count }, (_, at) => `X-${at}: ${value}`);
  const [authorization = '', ...others] = [usual[1], usual[0], ...usual.slice(2)];
  for (const [headers, status] of [
    [many(2100, 'a'), 431],
    [many(1000, ''), 431],
    [many(102, ''), 431],
    [many(96, ''), 400],
  ] as const) {
    const lines = [`GET ${TARGET} HTTP/1.1`, ...others, ...headers, authorization, '', ''].join('\r\n');
    const got = await rawSender(gateway.running.port, 60, 10_000)(Buffer.from(lines));
    assert.deepEqual([statusesIn(got), upstream.take()], [[status], []], `${headers.length} headers`);
  }
});
