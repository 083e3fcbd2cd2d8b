/** What a provider's server may do wrong, as raw bytes on its socket, and what a caller is told of it. */
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** Stands in every answer that must not leave. */
export const CANARY = 'Ines Marlowe';
export const RECORD = `{"data":{"badgeNumber":"ZZ9Z01","statusCode":"ISSUED","nino":"${CANARY}"}}`;
const TYPE = 'content-type: application/json\r\n';
const OK = `HTTP/1.1 200 OK\r\n${TYPE}`;

export interface UpstreamFault {
  readonly name: string;
  readonly speak: (socket: Socket) => void;
  readonly status: number;
  readonly code: string;
  /** Value of `Retry-After` of the gateway's answer. */
  readonly retryAfter?: string;
}

const says = (text: string | Buffer) => (socket: Socket) => void socket.write(text);
const saysAndEnds = (text: string) => (socket: Socket) => void socket.end(text);
const whole = (head: string, body: string | Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 ${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ]);

function faults(
  status: number,
  code: string,
  cases: Readonly<Record<string, (socket: Socket) => void>>,
): UpstreamFault[] {
  return Object.entries(cases).map(([name, speak]) => ({ name, speak, status, code }));
}

/** A gigabyte of spaces in about a megabyte. */
const bomb = (): Buffer => gzipSync(Buffer.alloc(16 * 1024 * 1024, ' '));

const CUT: UpstreamFault[] = [
  ...faults(502, 'upstream-error', {
    'a body shorter than its length': saysAndEnds(`${OK}content-length: 500\r\n\r\n${RECORD}`),
    'chunks without their end': saysAndEnds(
      `${OK}transfer-encoding: chunked\r\n\r\n50\r\n${RECORD.slice(0, 30)}`,
    ),
    'a chunk size that is none': saysAndEnds(`${OK}transfer-encoding: chunked\r\n\r\nzz\r\n${RECORD}`),
    'a reset in the middle of the body': (socket) => {
      socket.write(`${OK}content-length: 500\r\n\r\n${RECORD}`);
      setTimeout(() => socket.resetAndDestroy(), 20);
    },
    'two lengths': saysAndEnds(`${OK}content-length: 5\r\ncontent-length: 90\r\n\r\n${RECORD}`),
    'a length and chunks': saysAndEnds(
      `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n${RECORD}`,
    ),
    'another protocol': saysAndEnds(`SSH-2.0-${CANARY}\r\n`),
    'a continue that nobody asked for': saysAndEnds(`HTTP/1.1 100 Continue\r\n\r\n${OK}\r\n${RECORD}`),
    'an upgrade that nobody asked for': saysAndEnds(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
    ),
    'a NUL in a header': saysAndEnds(`${OK}x: a\0b\r\ncontent-length: ${RECORD.length}\r\n\r\n${RECORD}`),
    'a carriage return alone in a header': saysAndEnds(
      `${OK}x: a\rset-cookie: b\r\ncontent-length: 2\r\n\r\n{}`,
    ),
    'a line feed alone in the head': saysAndEnds(`HTTP/1.1 200 OK\n${TYPE}content-length: 2\n\n{}`),
    'headers without end': saysAndEnds(`${OK}x: ${'a'.repeat(70_000)}\r\ncontent-length: 2\r\n\r\n{}`),
  }),
  ...faults(502, 'upstream-unreachable', {
    'a close before the answer': (socket) => void socket.destroy(),
    'half a head': saysAndEnds('HTTP/1.1 200 OK\r\ncontent-'),
  }),
  ...faults(504, 'upstream-timeout', {
    'a stall before the head': () => undefined,
    'a stall in the body': says(`${OK}content-length: 500\r\n\r\n${RECORD}`),
  }),
];

const CODINGS: UpstreamFault[] = faults(502, 'answer-media-type', {
  'gzip that was not asked for': says(whole(`200 OK\r\n${TYPE}content-encoding: gzip\r\n`, gzipSync(RECORD))),
  'a bomb of gzip': says(whole(`200 OK\r\n${TYPE}content-encoding: gzip\r\n`, bomb())),
  'gzip a thousand times over': says(
    whole(`200 OK\r\n${TYPE}content-encoding: ${'gzip, '.repeat(999)}gzip\r\n`, gzipSync(RECORD)),
  ),
  'a coding that nobody knows': says(
    whole(`200 OK\r\n${TYPE}content-encoding: x-${CANARY.length}\r\n`, RECORD),
  ),
  'a page that says 200': says(whole('200 OK\r\ncontent-type: text/html\r\n', `<p>${CANARY}</p>`)),
  'another charset': says(whole('200 OK\r\ncontent-type: application/json; charset=utf-16\r\n', RECORD)),
});

const STATUSES: UpstreamFault[] = [
  ...faults(502, 'upstream-redirect', {
    'a redirect to a metadata service': says(
      whole('302 Found\r\nlocation: http://169.254.169.254/latest/meta-data/\r\n', CANARY),
    ),
    'a permanent redirect to another host': says(
      whole('308 Permanent Redirect\r\nlocation: https://evil.example/\r\n', CANARY),
    ),
    'an answer that nothing changed': says('HTTP/1.1 304 Not Modified\r\netag: "1"\r\n\r\n'),
  }),
  ...faults(502, 'upstream-error', {
    'a stack trace': says(whole(`500 Oh\r\n${TYPE}`, `Error: ${CANARY}\n    at select (db.js:1)`)),
    'a record in an error': says(whole(`422 No\r\n${TYPE}`, RECORD)),
    'a part of a record': says(whole(`206 Partial\r\n${TYPE}content-range: bytes 0-9/99\r\n`, RECORD)),
    'a record under another status of success': says(whole(`201 Created\r\n${TYPE}`, RECORD)),
  }),
  ...[
    ['7', '7'],
    ['999999999', '86400'],
    ['0', '0'],
    ['-5', '10'],
    [CANARY, '10'],
    ['7, 8', '10'],
  ].map(
    ([said = '', told = '']): UpstreamFault => ({
      name: `busy, and "Retry-After: ${said}"`,
      speak: says(whole(`503 Busy\r\n${TYPE}retry-after: ${said}\r\n`, CANARY)),
      status: 503,
      code: 'upstream-busy',
      retryAfter: told,
    }),
  ),
  {
    name: 'too many requests',
    speak: says(whole(`429 Slow down\r\n${TYPE}retry-after: 12\r\n`, CANARY)),
    status: 503,
    code: 'upstream-busy',
    retryAfter: '12',
  },
];

const TOO_MUCH: UpstreamFault[] = faults(502, 'answer-too-large', {
  'a length beyond what the dataset allows': says(`${OK}content-length: 99999999\r\n\r\n${RECORD}`),
  'chunks beyond what the dataset allows': says(
    `${OK}transfer-encoding: chunked\r\n\r\n300000\r\n${' '.repeat(0x300000)}\r\n0\r\n\r\n`,
  ),
});

export const UPSTREAM_FAULTS: readonly UpstreamFault[] = [...CUT, ...CODINGS, ...STATUSES, ...TOO_MUCH];
