/**
 * Requests whose framing, header lines, request line or target two servers could read in two ways, each with a second
 * request hidden in it. The bytes that mislead were written after what http-garden and smuggler found in other servers.
 */
import { ASKING } from './asking-gateway.ts';

export interface WirePayload {
  readonly name: string;
  readonly bytes: Buffer;
  /** The badge that its one request asks for, if it is read as one at all. */
  readonly asked: string;
  /** The badge of the request that hides in it and must never be read. */
  readonly hidden: string;
}

/** The lines of one payload: the badge it asks for, the whole request that hides in it, the headers of who may ask. */
type Write = (asked: string, hidden: string, headers: readonly string[]) => readonly string[];

/** Bytes that some servers take for white space, the end of a line, or nothing. */
const ODD = [...Array.from({ length: 0x1f }, (_, at) => at + 1), 0x7f, 0x80, 0x85, 0x96, 0xa0, 0xff];

/** Header lines that only some servers take for chunks. */
const CODINGS = [
  ' Transfer-Encoding: chunked',
  'Transfer-Encoding:\tchunked\t',
  'Transfer-Encoding : chunked',
  'Transfer Encoding: chunked',
  'Transfer_Encoding: chunked',
  'Transfer-\r\nEncoding: chunked',
  'Transfer-Encoding',
  'Transfer-Encoding chunked',
  'Transfer-Encoding:',
  'Transfer-Encoding: chunked, cow',
  'Transfer-Encoding: cow, chunked',
  'Transfer-Encoding: cow chunked bar',
  'Transfer-Encoding: ,chunked',
  'Transfer-Encoding: chunked,',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: chunked;q=1',
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: 'chunked'",
  'Transfer-Encoding: chunk',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: gzip',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding:\n chunked',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding: chunked\r',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: cow',
  'Transfer-Encoding: cow\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\ntransfer-encoding: identity',
  'Transfer\r-Encoding: chunked',
  'TrAnSFer-EnCODinG: cHuNkeD',
  'Content-Encoding: chunked',
  'Content-Encoding: gzip',
  'X: X\nTransfer-Encoding: chunked',
  'X: X\rTransfer-Encoding: chunked',
  'X:\n\nTransfer-Encoding: chunked',
  ': X\r\nTransfer-Encoding: chunked',
  ':\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nConnection: Transfer-Encoding',
  'Connection: Content-Length\r\nTransfer-Encoding: chunked',
];

/** Of these, the ones that say nothing but chunks: what follows the last chunk is another request. */
const RIGHT =
  /^(?:Connection: [A-Za-z-]+\r\n)?transfer-encoding:[ \t]*chunked[ \t]*(?:\r\nConnection: [A-Za-z-]+)?$/i;

/** Values of a length that only some servers take for a number, or for another one; the true one stands where `#` does. */
const LENGTHS = [
  ...['', ' ', '+#', '-#', '-48', '0#', '00#', '0x#', '0#0', '#_0', '+#_0', '#;', '# #', '#,#', '#, #'],
  ...['#.0', '#e0', '#Z', '"#"', '#\r', '#\x00', '\x0b#', '#\xa0', '\xff#', '\xd9\xa5', '4294967301'],
  ...['18446744073709551621', '340282366920938463463374607431768211461', '99999999999999999999'],
  ...['#\r\nContent-Length: 0', '0\r\nContent-Length: #', '\r\nContent-Length: #', '#\r\nContent-Length: #'],
  ...['#\r\nContent_Length: 0', '#\r\nContent-Length : 0', '#\r\n Content-Length: 0', '#\nContent-Length: 0'],
];

/** Beginnings of a chunk that only some servers take for its size; the true one stands where `#` does. */
const SIZES = [
  ...['0x#', '0X#', '+#', '-#', '#_', '0_#', '# ', ' #', '\t#', '# #', '#;', '#;a="\r\n"'],
  ...['#;\n', '#\n', '#\r', '#\r\r', '#\r\r;a', '#\x00', '#\xa0', '#g', 'g', '', '\n', '#;a\rX', '#;\x00=b'],
  ...['FFFFFFFFFFFFFFFF#', '100000000000000#', '-FFFFFFFFFFFFFF#', '#these-bytes', '#,#', '#.0', '#h'],
  ...[`#;${'a'.repeat(20_000)}`],
];

/** Beginnings of a chunk that every server takes for its size (RFC 9112 section 7.1). */
const RIGHT_SIZES = ['#', '#;a', '#;a=b', '#;a="b"', `${'0'.repeat(64)}#`];

/** Ends of a chunk and of a body. */
const ENDS = [
  ...['\n0\r\n\r\n', '0\r\n\r\n', 'XX0\r\n\r\n', '\r0\r\n\r\n', '\r\n\r\n0\r\n\r\n', '\r\n0\n\n'],
  ...['\r\n0\r\nX', '\r\n0\r\nX: y\r\n\r\n', '\r\n0\r\nContent-Length: 5\r\n\r\n', '\r\n00\r\nX:y\r\n\r\n'],
  ...['\r\n0\r\nAuthorization: Bearer x\r\n\r\n', '\r\n-0\r\n\r\n', '\r\n0\r\n\rX', '\r\n0;\n\r\n\r\n'],
];

/** Header lines that change what some servers read around them. */
const LINES = [
  'X: a\rb',
  'X: a\x00b',
  'X: a\x00',
  'X: a\x0bb',
  'X: \x85a\xa0',
  'X\x85: a',
  'X\x00: a',
  'X : a',
  ' X: a',
  '\tX: a',
  'X',
  ': a',
  ':',
  '"X": a',
  'X(: a',
  '@X: a',
  'X: a\r\n b',
  'X: a\n b',
  'X: a\r\n\rZ',
  'X: a\n\r\n',
  'Host: evil.test',
  'Host : evil.test',
  'Host: evil.test\x00',
  ' Host: evil.test',
  '\xffHost: evil.test',
  'Authorization : Bearer evil',
  'Authorization: Bearer evil',
  'Exchange-Purpose\t: evil',
  'Exchange_Purpose: evil',
  'Content-Length: 0\r\nContent-Length : 5',
  'Expect: 100-continue, evil',
  'Expect: 200-ok',
  'Upgrade: websocket\r\nConnection: Upgrade',
  'Upgrade: h2c, websocket\r\nConnection: Upgrade',
  'Upgrade: TLS/1.2\r\nConnection: Upgrade',
  'Trailer: Authorization',
  '__proto__: evil',
  'constructor: evil',
  'toString: evil',
];

/** What stands in the place of `GET {target} HTTP/1.1`; the target stands where `$` does. */
const REQUEST_LINES = [
  ...['GET $', 'GET $ ', 'GET  $ HTTP/1.1', ' GET $ HTTP/1.1', 'GET $  HTTP/1.1', 'GET\t$\tHTTP/1.1'],
  ...['GET $ HTTP/1.1 ', 'GET $ HTTP/1.1 HTTP/1.1', 'GET $ HTTP/1.0', 'GET $ HTTP/0.9', 'GET $ HTTP/1.2'],
  ...['GET $ HTTP/1.32', 'GET $ HTTP/2.0', 'GET $ HTTP/01.1', 'GET $ HTTP/1.01', 'GET $ HTTP/\r\r1.1'],
  ...['GET $ HTTP/4294967297.1', 'GET $ http/1.1', 'GET $ HTTP/1,1', 'GET $ HTTP/+1.1', 'GET $\nHTTP/1.1'],
  ...['get $ HTTP/1.1', 'GeT $ HTTP/1.1', '"GET" $ HTTP/1.1', 'G\x00ET $ HTTP/1.1', 'GET\x0b$ HTTP/1.1'],
  ...['\x00 $ HTTP/1.1', 'G=":<>(e),[T];?" $ HTTP/1.1', 'FOO $ HTTP/1.1', 'PRI * HTTP/2.0', 'GET $ ICE/1.0'],
  ...['GET $ RTSP/1.0', 'SOURCE $ HTTP/1.1', 'TRACE $ HTTP/1.1', 'CONNECT $ HTTP/1.1', 'TRACK $ HTTP/1.1'],
  ...['PUT $ HTTP/1.1', 'DELETE $ HTTP/1.1', 'PATCH $ HTTP/1.1', 'OPTIONS $ HTTP/1.1', 'HEAD $ HTTP/1.1'],
  ...['GET http://evil.test$ HTTP/1.1', 'GET //evil.test$ HTTP/1.1', 'GET evil.test:443 HTTP/1.1'],
  ...['GET * HTTP/1.1', 'GET ! HTTP/1.1', 'GET $# HTTP/1.1', 'GET $? HTTP/1.1', 'GET $\\ HTTP/1.1'],
  ...[
    'GET $;x HTTP/1.1',
    'GET $%00 HTTP/1.1',
    'GET $%0d%0a HTTP/1.1',
    'GET $%2e%2e HTTP/1.1',
    'GET $/.. HTTP/1.1',
  ],
  ...['GET $/../../x HTTP/1.1', 'GET $%2f.. HTTP/1.1', 'GET $%252f HTTP/1.1', 'GET $\x00 HTTP/1.1'],
  ...[
    'GET $\xe9 HTTP/1.1',
    'GET $%ff HTTP/1.1',
    'GET $%c0%af HTTP/1.1',
    'GET /.$ HTTP/1.1',
    'GET /%2e$ HTTP/1.1',
  ],
  ...['GET $?fields=nino HTTP/1.1', 'GET $?expand=party HTTP/1.1', 'GET $?callback=evil HTTP/1.1'],
  ...['GET $?$select=nino HTTP/1.1', 'GET $?a=b&a=c HTTP/1.1', 'GET $?access_token=evil HTTP/1.1'],
];

/** All payloads, each with badges of its own, for a caller whose `Authorization` has this value. */
export function wirePayloads(authorization: string): readonly WirePayload[] {
  const headers = [
    'Host: gateway.test',
    `Authorization: ${authorization}`,
    ...Object.entries(ASKING).map(([name, value]) => `${name}: ${value}`),
  ];
  return written().map(([name, write], at) => {
    const [asked, hidden] = [badge(2 * at), badge(2 * at + 1)];
    const lines = write(asked, request(hidden, headers), headers);
    return { name, asked, hidden, bytes: Buffer.from(lines.join('\r\n'), 'latin1') };
  });
}

export function badge(at: number): string {
  return `ZZ${at.toString(36).toUpperCase().padStart(4, '0')}`;
}

/** A whole request for a badge. */
export function request(asked: string, headers: readonly string[]): string {
  return [`GET ${targetOf(asked)} HTTP/1.1`, ...headers, '', ''].join('\r\n');
}

function targetOf(asked: string): string {
  return `/blue-badges/badges/${asked}`;
}

function written(): readonly (readonly [string, Write])[] {
  const odd = ODD.flatMap((byte) => {
    const mark = String.fromCharCode(byte);
    return [
      `Transfer-Encoding:${mark}chunked`,
      `Transfer-Encoding${mark}: chunked`,
      `${mark}Transfer-Encoding: chunked`,
      `Transfer-Encoding: chunked${mark}`,
    ];
  });
  return [
    ...[...CODINGS, ...odd].map((line) => named('chunks beside a length', line, besideLength(line))),
    ...CODINGS.filter((line) => !RIGHT.test(line)).map((line) =>
      named('chunks without a length', line, alone(line)),
    ),
    ...LENGTHS.map((value) => named('a length', value, withLength(value))),
    ...LENGTHS.map((value) => named('a length beside chunks', value, besideChunks(value))),
    ...SIZES.map((size) => named('a chunk of the size', size, withChunk(size, '\r\n0\r\n\r\n'))),
    ...RIGHT_SIZES.map((size) => named('a right chunk of the size', size, withRightChunk(size))),
    ...ENDS.map((end) => named('a body that ends with', end, withChunk('#', end))),
    ...LINES.map((line) => named('a header', line, withLine(line))),
    ...LINES.map((line) => named('a request in a body, and a header', line, withLineAndBody(line))),
    ...REQUEST_LINES.map((line) => named('a request line', line, withRequestLine(line))),
  ];
}

function named(what: string, bytes: string, write: Write): readonly [string, Write] {
  return [`${what} ${JSON.stringify(bytes.slice(0, 60))}`, write];
}

/** One server reads all of the body, another ends it before the hidden request. */
function besideLength(line: string): Write {
  return (_asked, hidden, headers) => {
    const body = `0\r\n\r\n${hidden}`;
    return [...post(headers), line, `Content-Length: ${body.length}`, '', body];
  };
}

function alone(line: string): Write {
  return (_asked, hidden, headers) => [...post(headers), line, '', `0\r\n\r\n${hidden}`];
}

function withLength(value: string): Write {
  return (asked, hidden, headers) => {
    const body = bodyFor(asked);
    return [
      ...post(headers),
      `Content-Length: ${value.replaceAll('#', String(body.length))}`,
      '',
      body + hidden,
    ];
  };
}

/** One server reads a chunk with the hidden request in it, another as many bytes as the length says. */
function besideChunks(value: string): Write {
  return (asked, hidden, headers) => {
    const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    const length = value.replaceAll('#', String(bodyFor(asked).length));
    return [...post(headers), 'Transfer-Encoding: chunked', `Content-Length: ${length}`, '', chunk];
  };
}

function withChunk(size: string, end: string): Write {
  return (asked, hidden, headers) => {
    const body = bodyFor(asked);
    const begins = size.replaceAll('#', body.length.toString(16));
    return [...post(headers), 'Transfer-Encoding: chunked', '', `${begins}\r\n${body}${end}${hidden}`];
  };
}

/** Nothing hides behind it: that would be a second request to everybody. */
function withRightChunk(size: string): Write {
  return (asked, _hidden, headers) => withChunk(size, '\r\n0\r\n\r\n')(asked, '', headers);
}

function withLine(line: string): Write {
  return (asked, _hidden, headers) => [`GET ${targetOf(asked)} HTTP/1.1`, ...headers, line, '', ''];
}

/** The hidden request stands in the body of a GET, which has none. */
function withLineAndBody(line: string): Write {
  return (asked, hidden, headers) => [
    ...[`GET ${targetOf(asked)} HTTP/1.1`, ...headers, line, `Content-Length: ${hidden.length}`, ''],
    hidden,
  ];
}

function withRequestLine(line: string): Write {
  return (asked, _hidden, headers) => [line.replace('$', () => targetOf(asked)), ...headers, '', ''];
}

function post(headers: readonly string[]): readonly string[] {
  return ['POST /blue-badges/ask/look-up-one-badge HTTP/1.1', ...headers, 'Content-Type: application/json'];
}

function bodyFor(asked: string): string {
  return `{"badge number":"${asked}"}`;
}
