/** H-6 to H-15: headers and callers that claim to be more than they are. */
import { get, raw, type WireCase, type WireSettings } from './wire-case.ts';

export function headerCases(settings: WireSettings): WireCase[] {
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

export function callerCases(settings: WireSettings): WireCase[] {
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
