/** Requests that have fooled proxies, as raw bytes, and what must come of each: H-1 to H-17 of proxy hardening. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { type SendRaw, statusesIn } from './send-raw.ts';

export interface WireCase {
  readonly name: string;
  readonly bytes: Buffer;
  /** Every answer has one of these; 0 means that the connection may close without one. */
  readonly statuses: readonly number[];
  /** How many requests reach the provider. */
  readonly forwarded: 0 | 1;
  /** The provider's request line, where one is forwarded and it matters. */
  readonly line?: string;
  /** What reaches neither the provider nor the answer. */
  readonly never?: readonly string[];
}

/** One request that the gateway under test permits, in both forms. */
export interface WireSettings {
  /** `/dataset/…` of an operation asked with GET. */
  readonly target: string;
  readonly askTarget: string;
  readonly askBody: string;
  /** Header lines, `Host`, `Authorization` and the `Exchange-` ones among them. */
  readonly headers: readonly string[];
  /** What the provider gets for both. */
  readonly line: string;
  /** Values of `Authorization` of callers who merely look like the right one. */
  readonly strangers: readonly string[];
}

type More = Partial<Omit<WireCase, 'name' | 'bytes'>>;

/** All cases, in the order of their numbers. */
export function wireCases(settings: WireSettings): readonly WireCase[] {
  return [
    ...targetCases(settings),
    ...headerCases(settings),
    ...callerCases(settings),
    ...smugglingCases(settings),
    ...versionCases(settings),
  ];
}

/** Sends one case and asserts what must come of it. `take` gives the requests that reached the provider since. */
export async function checkWireCase(
  wireCase: WireCase,
  sendRaw: SendRaw,
  take: () => readonly string[],
): Promise<void> {
  take();
  const received = await sendOutsideFlood(wireCase.bytes, sendRaw);
  const requests = take();
  const statuses = statusesIn(received);
  for (const status of statuses.length === 0 ? [0] : statuses) {
    assert.ok(wireCase.statuses.includes(status), `${wireCase.name}: status ${status}`);
  }
  assert.equal(requests.length, wireCase.forwarded, `${wireCase.name}: requests at the provider`);
  if (wireCase.line !== undefined) assert.equal(requests[0]?.split('\r\n')[0], wireCase.line, wireCase.name);
  for (const text of wireCase.never ?? []) {
    const everything = `${requests.join('')}${received}`.toLowerCase();
    assert.ok(!everything.includes(text.toLowerCase()), `${wireCase.name}: ${text} got through`);
  }
}

/** A gateway that holds back floods of refusals answers some cases with 429: they are sent again until it does not. */
async function sendOutsideFlood(bytes: Buffer, sendRaw: SendRaw): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const received = await sendRaw(bytes);
    if (attempt === 10 || !statusesIn(received).includes(429)) return received;
    await setTimeout(300);
  }
}

function targetCases(settings: WireSettings): WireCase[] {
  const { target, line } = settings;
  const [, dataset = '', ...rest] = target.split('/');
  const bad = (name: string, ...targets: string[]) =>
    targets.map((each) => get(`${name} ${JSON.stringify(each)}`, settings, each));
  const climbs = [
    '%2e%2e',
    '..',
    '.',
    '%2e',
    '..%2f',
    '%252e%252e',
    '..;',
    '\\..\\',
    '%5c',
    '..%5c',
    '%2f',
    '%00',
    '.%00',
  ];
  return [
    ...bad(
      'H-1 an absolute target',
      `http://evil.test${target}`,
      `https://evil.test${target}`,
      'evil.test:443',
    ),
    ...bad(
      'H-2 an empty segment',
      `//evil.test${target}`,
      `/${target}`,
      `/${dataset}//${rest.join('/')}`,
      `${target}//`,
    ),
    ...climbs.flatMap((climb) =>
      bad(
        'H-3 a segment that climbs',
        `/${dataset}/${climb}/${rest.join('/')}`,
        `/${dataset}/${climb}`,
        `${target}/${climb}`,
      ),
    ),
    ...bad(
      'H-3 a segment that climbs',
      `/${climbs[0]}${target}`,
      `/x/..${target}`,
      `/./${dataset}/${rest.join('/')}`,
    ),
    get('H-4 a path in another spelling is sent in the one spelling', settings, respelt(target), {
      statuses: [200],
      forwarded: 1,
      line,
    }),
    get('H-5 a query does not stand in for the path', settings, `/${dataset}/private?path=${target}`, {
      statuses: [403],
    }),
    get('H-5 a parameter that is not listed', settings, `${target}?path=/status`, { statuses: [403] }),
    ...bad(
      'H-5 a fragment',
      `/${dataset}/private#${target}`,
      `${target}#`,
      `${target}%23/status`,
      `${target}%3fa=b`,
    ),
  ];
}

function headerCases(settings: WireSettings): WireCase[] {
  const { target, line, headers } = settings;
  const fine = (name: string, lines: readonly string[], never: readonly string[]) =>
    get(name, settings, target, { statuses: [200], forwarded: 1, line, never }, lines);
  const bad = (name: string, ...lines: string[]) => get(name, settings, target, {}, lines);
  const authorization = headers.find((each) => each.startsWith('Authorization')) ?? '';
  return [
    fine(
      'H-6 forwarded and rewriting headers have no effect',
      [
        'X-Forwarded-Uri',
        'X-Forwarded-Host',
        'X-Forwarded-Proto',
        'X-Forwarded-Prefix',
        'X-Forwarded-For',
        'Forwarded',
        'X-Original-URL',
        'X-Rewrite-URL',
        'X-HTTP-Method-Override',
      ].map((name) => `${name}: evil.test`),
      ['evil.test', 'x-forwarded', 'x-original', 'override'],
    ),
    fine(
      'H-7 underscore names of others are dropped',
      ['X_Forwarded_User: evil', 'X-Forwarded_User: evil'],
      ['evil'],
    ),
    bad('H-7 an underscore name that looks like ours', 'Exchange_Purpose: evil'),
    bad('H-7 an underscore name that looks like ours, in mixed case', 'eXchange-Case_Reference: evil'),
    fine(
      "H-8 the gateway's own headers are not taken from a client",
      [
        'X-Agreement-Id: evil',
        'Sharing-Agreement: evil',
        'Audit-Receipt: evil',
        'X-Request-ID: evil',
        'NHSD-End-User-Organisation-ODS: evil',
      ],
      ['evil'],
    ),
    fine(
      'H-9 Connection cannot name a header away',
      ['Connection: close, Exchange-Purpose, Authorization, X-Agreement-Id, Content-Length'],
      [authorization.slice('Authorization: '.length)],
    ),
    fine(
      'H-10 hop-by-hop headers end here',
      ['Keep-Alive: timeout=99', 'Proxy-Authorization: Basic evil', 'Proxy-Connection: evil', 'TE: trailers'],
      ['evil', 'timeout=99', 'trailers', 'proxy-'],
    ),
    ...headers
      .filter((each) => /^(?:Host|Authorization|Exchange-)/i.test(each))
      .flatMap((each) => {
        const name = each.split(':')[0] ?? '';
        return [
          bad(`H-11 ${name} twice`, each),
          bad(`H-11 ${name} twice, in capitals, with another value`, `${name.toUpperCase()}: evil`),
        ];
      }),
    ...[
      'Content-Type: application/json',
      'DPoP: a',
      'Exchange-Id: a',
      'Traceparent: a',
      'Content-Length: 0',
    ].map((each) => bad(`H-11 ${each.split(':')[0]} twice`, each, each)),
  ];
}

function callerCases(settings: WireSettings): WireCase[] {
  const { target, headers, line } = settings;
  const bare = headers.filter((each) => !each.startsWith('Authorization'));
  const [, dataset = '', ...rest] = target.split('/');
  const probes = ['GoogleHC/1.0', 'kube-probe/1.30', 'ELB-HealthChecker/2.0'];
  return [
    ...probes.map((agent) =>
      get(
        `H-12 no exemption for ${agent}`,
        { ...settings, headers: [...bare, `User-Agent: ${agent}`] },
        target,
        {
          statuses: [401],
        },
      ),
    ),
    ...settings.strangers.map((stranger) =>
      get(
        'H-13 a caller who merely looks like the right one',
        { ...settings, headers: [...bare, `Authorization: ${stranger}`] },
        target,
        {
          statuses: [401, 403],
        },
      ),
    ),
    ...[
      `/${dataset}${rest.join('/')}`,
      `/${dataset}/${rest.join('')}`,
      `/${dataset.slice(0, -1)}/${rest.join('/')}`,
    ].map((each) =>
      get(`H-14 neighbouring segments are not joined: ${each}`, settings, each, { statuses: [403] }),
    ),
    get('H-15 a websocket', settings, target, {}, [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ]),
    get(
      'H-15 an offer of h2c is answered in HTTP/1.1',
      settings,
      target,
      { statuses: [200, 400], forwarded: 1, line },
      ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
    ),
    raw('H-15 CONNECT', ['CONNECT evil.test:443 HTTP/1.1', ...headers, '', ''], { statuses: [0, 400, 405] }),
    raw('H-15 HTTP/2 with prior knowledge', ['PRI * HTTP/2.0', '', 'SM', '', ''], { statuses: [0, 400] }),
  ];
}

/** A second request hides in the body of a first one whose framing two servers could read in two ways. */
function smugglingCases(settings: WireSettings): WireCase[] {
  const { target, askTarget, askBody, headers, line } = settings;
  const hidden = [`GET ${target} HTTP/1.1`, ...headers, '', ''].join('\r\n');
  const chunked = `${askBody.length.toString(16)}\r\n${askBody}\r\n0\r\n\r\n`;
  const post = (name: string, framing: readonly string[], body: string, more: More = {}) =>
    raw(
      `H-16 ${name}`,
      [`POST ${askTarget} HTTP/1.1`, ...headers, 'Content-Type: application/json', ...framing, '', body],
      { statuses: [0, 400], ...more },
    );
  const codings = [
    'Transfer-Encoding : chunked',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: identity',
    'Transfer-Encoding:\x0bchunked',
    'Transfer-Encoding: cow',
    'Transfer-Encoding: gzip, chunked',
    'X: X\nTransfer-Encoding: chunked',
    'X: X\rTransfer-Encoding: chunked',
    'Transfer_Encoding: chunked',
    'Transfer-Encoding: "chunked"',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: cow',
    'Foo: bar\r\n Transfer-Encoding: chunked',
  ];
  const lengths = [
    '+5',
    '-5',
    '05',
    '5, 5',
    '5 5',
    '0x5',
    '5;',
    `5\r\nContent-Length: ${askBody.length}`,
    '',
    '1e1',
    '18446744073709551621',
  ];
  const sizes = ['0x2', '2 2', '-2', '+2', 'FFFFFFFFFFFFFFFF2', '2\n', ' 2', '2;a\n', ''];
  return [
    post('one chunked request is one request', ['Transfer-Encoding: chunked'], chunked, {
      statuses: [200],
      forwarded: 1,
      line,
    }),
    post('one request with a length is one request', [`Content-Length: ${askBody.length}`], askBody, {
      statuses: [200],
      forwarded: 1,
      line,
    }),
    post('length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${hidden}`),
    post('chunks and length', ['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${hidden}`),
    ...codings.map((each) =>
      post(`${JSON.stringify(each)} with a length`, [each, `Content-Length: ${hidden.length}`], hidden),
    ),
    ...codings
      .filter((each) => !each.startsWith('Transfer_'))
      .map((each) => post(`${JSON.stringify(each)}`, [each], `0\r\n\r\n${hidden}`)),
    ...lengths.map((each) =>
      post(`a length of ${JSON.stringify(each)}`, [`Content-Length: ${each}`], askBody + hidden),
    ),
    ...sizes.map((each) =>
      post(
        `a chunk of ${JSON.stringify(each)}`,
        ['Transfer-Encoding: chunked'],
        `${each}\r\n{}\r\n0\r\n\r\n${hidden}`,
      ),
    ),
    raw(
      'H-16 a request in the body of a GET',
      [`GET ${target} HTTP/1.1`, ...headers, `Content-Length: ${hidden.length}`, '', hidden],
      {},
    ),
    raw(
      'H-16 a request line in a header',
      [`GET ${target} HTTP/1.1`, ...headers, `X: a\r\n\nGET ${target} HTTP/1.1`, '', ''],
      { statuses: [0, 400] },
    ),
  ];
}

function versionCases(settings: WireSettings): WireCase[] {
  const { target, askTarget, askBody, headers } = settings;
  const chunk = `${askBody.length.toString(16)}\r\n${askBody}\r\n0\r\n`;
  const post = ['POST', askTarget, 'HTTP/1.1'].join(' ');
  const bad = (name: string, ...lines: string[]) => get(name, settings, target, {}, lines);
  return [
    raw('H-17 HTTP/0.9', [`GET ${target}`, '', ''], {}),
    raw('H-17 HTTP/1.0', [`GET ${target} HTTP/1.0`, ...headers, '', ''], {}),
    raw(
      'H-17 HTTP/1.0 with chunks',
      [
        `POST ${askTarget} HTTP/1.0`,
        ...headers,
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
        '',
        chunk,
        '',
      ],
      {},
    ),
    raw('H-17 HTTP/1.2', [`GET ${target} HTTP/1.2`, ...headers, '', ''], {}),
    raw(
      'H-17 no Host',
      [`GET ${target} HTTP/1.1`, ...headers.filter((each) => !each.startsWith('Host')), '', ''],
      {},
    ),
    raw(
      'H-17 a coding before chunked',
      [post, ...headers, 'Content-Type: application/json', 'Transfer-Encoding: gzip, chunked', '', chunk, ''],
      {},
    ),
    raw(
      'H-17 trailers',
      [
        post,
        ...headers,
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
        '',
        `${chunk}Exchange-Purpose: evil\r\n`,
        '',
      ],
      {},
    ),
    raw(
      'H-17 announced trailers',
      [
        post,
        ...headers,
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
        'Trailer: Authorization',
        '',
        `${chunk}Authorization: evil\r\n`,
        '',
      ],
      {},
    ),
    raw(
      'H-17 a length of 02',
      [post, ...headers, 'Content-Type: application/json', `Content-Length: 0${askBody.length}`, '', askBody],
      {},
    ),
    raw('H-17 GET *', ['GET * HTTP/1.1', ...headers, '', ''], {}),
    raw('H-17 OPTIONS *', ['OPTIONS * HTTP/1.1', ...headers, '', ''], {}),
    bad('H-17 two Hosts', 'Host: evil.test'),
    raw('H-17 GET with a body', [`GET ${target} HTTP/1.1`, ...headers, 'Content-Length: 2', '', '{}'], {}),
    raw(
      'H-17 GET with chunks',
      [`GET ${target} HTTP/1.1`, ...headers, 'Transfer-Encoding: chunked', '', chunk, ''],
      {},
    ),
    get('H-17 an unknown expectation', settings, target, { statuses: [400, 417] }, ['Expect: evil']),
    get('H-17 a control character in the target', settings, `${target}\u0001`, {}),
    get('H-17 bytes above ASCII in the target', settings, `${target}\u00e9`, {}),
    bad('H-17 bytes above ASCII in a header of ours', 'Exchange-Id: \u00e9'),
    raw('H-17 a method in small letters', [`get ${target} HTTP/1.1`, ...headers, '', ''], {
      statuses: [400, 403],
    }),
  ];
}

/** Unless told otherwise: 400, and nothing reaches the provider. */
function raw(name: string, lines: readonly string[], more: More): WireCase {
  return { name, bytes: Buffer.from(lines.join('\r\n'), 'latin1'), statuses: [400], forwarded: 0, ...more };
}

function get(
  name: string,
  { headers }: WireSettings,
  target: string,
  more: More = {},
  extra: readonly string[] = [],
): WireCase {
  return raw(name, [`GET ${target} HTTP/1.1`, ...headers, ...extra, '', ''], more);
}

/** The same target with every other letter percent-encoded. */
function respelt(target: string): string {
  return target.replace(/[a-z0-9-]/gi, (letter, at: number) =>
    at % 2 === 0 ? letter : `%${letter.charCodeAt(0).toString(16)}`,
  );
}
