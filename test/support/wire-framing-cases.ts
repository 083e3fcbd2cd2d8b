/** H-16 and H-17: requests whose framing or version two servers could read in two ways. */
import { get, type More, raw, type WireCase, type WireSettings } from './wire-case.ts';

/** A second request hides in the body of a first one whose framing two servers could read in two ways. */
export function smugglingCases(settings: WireSettings): WireCase[] {
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

export function versionCases(settings: WireSettings): WireCase[] {
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
