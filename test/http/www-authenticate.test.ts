/** RS-1 to RS-10 as far as the challenge shows them: constant texts, each parameter once, only characters that may stand there. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { presentedToken } from '../../src/adapters/oidc/presented-token.ts';
import { REFUSALS, type RefusalCode } from '../../src/domain/reason.ts';
import { readBody, readDatasetRequest } from '../../src/http/dataset-request.ts';
import { frontCheck } from '../../src/http/front-check.ts';
import { problemStatus } from '../../src/http/problem.ts';
import { challenges, quotable } from '../../src/http/www-authenticate.ts';
import { anyText } from '../support/any-text.ts';

const METADATA = 'https://gateway.northmere.example/.well-known/oauth-protected-resource';

/** Parameters of one challenge of this scheme; fails where the text is not exactly one. */
function parameters(text: string | undefined, scheme = 'Bearer'): Map<string, string> {
  assert.ok(text !== undefined);
  assert.ok(text.startsWith(`${scheme} `), text);
  const found = new Map<string, string>();
  const rest = text
    .slice(scheme.length + 1)
    .replaceAll(/(?:^|, )([a-z_]+)="([\x20-\x21\x23-\x5b\x5d-\x7e]*)"/g, (_, name: string, value: string) => {
      assert.ok(!found.has(name), `${name} stands twice`);
      found.set(name, value);
      return '';
    });
  assert.equal(rest, '');
  return found;
}

const ALGORITHMS = 'ES256 PS256 EdDSA';

describe('WWW-Authenticate', () => {
  it('RS-1: one challenge for each scheme, no error where there were no credentials, and where the metadata is', () => {
    const [bearer, dpop, ...more] = challenges('credentials-missing', {}, METADATA);
    assert.deepEqual(more, []);
    const common = [
      ['realm', 'sharing gateway'],
      ['resource_metadata', METADATA],
    ];
    assert.deepEqual([...parameters(bearer)], common);
    assert.deepEqual([...parameters(dpop, 'DPoP')].sort(), [...common, ['algs', ALGORITHMS]].sort());
  });

  it('RS-2, RS-3, RS-4, RS-7: calls a token in the wrong place or of the wrong form an invalid request', () => {
    for (const code of ['token-in-query', 'credentials-malformed'] as const) {
      const [only, ...more] = challenges(code, {}, METADATA);
      assert.equal(parameters(only).get('error'), 'invalid_request');
      assert.deepEqual(more, []);
    }
  });

  it('RS-11: calls a token that does not hold invalid_token, by the scheme that showed it', () => {
    const [bearer, dpop] = challenges('token-invalid', {}, METADATA);
    assert.equal(parameters(bearer).get('error'), 'invalid_token');
    assert.equal(parameters(dpop, 'DPoP').get('error'), undefined);
    const [plain, shown] = challenges('token-invalid', { scheme: 'DPoP' }, METADATA);
    assert.equal(parameters(plain).get('error'), undefined);
    assert.equal(parameters(shown, 'DPoP').get('error'), 'invalid_token');
  });

  it('RS-8: names the scope that is needed', () => {
    const [only] = challenges('scope-insufficient', { scope: 'exchange.read' }, METADATA);
    const found = parameters(only);
    assert.equal(found.get('error'), 'insufficient_scope');
    assert.equal(found.get('scope'), 'exchange.read');
  });

  it('RS-40 to RS-44: proofs have errors of their own, always with the algorithms that are taken', () => {
    for (const [code, error] of [
      ['proof-invalid', 'invalid_dpop_proof'],
      ['proof-used', 'invalid_dpop_proof'],
      ['proof-nonce-needed', 'use_dpop_nonce'],
    ] as const) {
      const [only, ...more] = challenges(code, {}, METADATA);
      const found = parameters(only, 'DPoP');
      assert.deepEqual([found.get('error'), found.get('algs'), more], [error, ALGORITHMS, []]);
    }
  });

  it('RS-30: a sender that proved no key is told both ways to prove one', () => {
    const [bearer, dpop] = challenges('sender-not-proved', {}, METADATA);
    assert.equal(parameters(bearer).get('error'), 'invalid_token');
    assert.equal(parameters(dpop, 'DPoP').get('algs'), ALGORITHMS);
  });

  it('RS-56: asks for a stronger sign-in, by its name where it has one, in the scheme that was used', () => {
    const asked = challenges('second-factor-missing', { acrValues: 'c1' }, METADATA);
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? '', /^Bearer .*error="insufficient_user_authentication", .*acr_values="c1"/);
    const [dpop = ''] = challenges('second-factor-missing', { scheme: 'DPoP' }, METADATA);
    assert.match(dpop, /^DPoP .*error="insufficient_user_authentication"/);
    assert.doesNotMatch(dpop, /acr_values/);
  });

  it('is there for every reason about credentials and for no other', () => {
    const challenged = REFUSALS.filter((code) => challenges(code, {}, METADATA).length > 0);
    assert.deepEqual(challenged, [
      ...['token-in-query', 'credentials-missing', 'credentials-malformed', 'token-invalid'],
      ...['scope-insufficient', 'system-not-registered', 'sender-not-proved'],
      ...['proof-invalid', 'proof-nonce-needed', 'proof-used'],
      ...['second-factor-missing', 'authorization-not-covered'],
    ]);
    assert.deepEqual(challenges('no-record', {}, METADATA), []);
  });

  it('RS-9, RS-10: holds only what RFC 6750 allows and each parameter once, whatever it is made from', () => {
    const text = fc.oneof(anyText, fc.constantFrom('a"b', 'a\\b', 'a\r\nSet-Cookie: x', 'ä', '\0'));
    fc.assert(
      fc.property(fc.constantFrom(...REFUSALS), text, text, (code, scope, metadata) => {
        for (const scheme of [undefined, 'DPoP'] as const)
          for (const written of challenges(code, { scope, scheme }, metadata))
            parameters(written, written.startsWith('Bearer ') ? 'Bearer' : 'DPoP');
      }),
      { numRuns: 2000 },
    );
  });

  it('RS-9: quotes and line ends cannot break out', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.match(quotable(text), /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/);
      }),
      { numRuns: 2000 },
    );
    assert.equal(quotable('plain text'), 'plain text');
  });
});

describe('credentials on the wire', () => {
  /** What the gateway says before it has looked at a token's contents. */
  async function refusalOf(request: IncomingMessage): Promise<RefusalCode | undefined> {
    const ambiguous = frontCheck(request);
    if (ambiguous !== undefined) return ambiguous;
    const token = presentedToken(request.headers.authorization);
    if ('refused' in token) return token.refused;
    const body = await readBody(request, 1024);
    if ('refused' in body) return body.refused;
    const asked = readDatasetRequest(request, body);
    return 'refused' in asked ? asked.refused : undefined;
  }

  const server = createServer((request, response) => {
    refusalOf(request).then((code) => {
      const asked = code === undefined ? [] : challenges(code, {}, METADATA);
      if (asked.length > 0) response.setHeader('WWW-Authenticate', [...asked]);
      response.writeHead(code === undefined ? 200 : problemStatus(code), { connection: 'close' }).end(code);
    });
  });
  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  async function say(target: string, headers: readonly string[], body = ''): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const method = body === '' ? 'GET' : 'POST';
    const length = body === '' ? [] : [`Content-Length: ${body.length}`];
    socket.write(
      [`${method} ${target} HTTP/1.1`, 'Host: gateway.test', ...headers, ...length, '', body].join('\r\n'),
    );
    let answer = '';
    for await (const bytes of socket) answer += bytes;
    return answer;
  }

  it('RS-1, RS-5: no credentials, or those of another scheme, are 401 with a challenge that names no error', async () => {
    for (const headers of [[], ['Authorization: Basic dTpw'], ['Authorization: Negotiate a.b.c']]) {
      const answer = await say('/blue-badges/badges/1', headers);
      assert.match(answer, /^HTTP\/1\.1 401 /);
      assert.match(answer, /\r\nWWW-Authenticate: Bearer realm="[^"]*", resource_metadata="[^"]*"\r\n/);
      assert.match(answer, /\r\nWWW-Authenticate: DPoP realm="[^"]*", algs="ES256 PS256 EdDSA", /);
    }
  });

  it('RS-2: a token in the query is 400, even beside a good header', async () => {
    for (const headers of [[], ['Authorization: Bearer a.b.c']]) {
      const answer = await say('/blue-badges/badges/1?access_token=a.b.c', headers);
      assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*error="invalid_request"/);
    }
  });

  it('RS-3: a token in a form is never taken, with or without a header', async () => {
    const form = 'Content-Type: application/x-www-form-urlencoded';
    const alone = await say('/blue-badges/ask/look-up', [form], 'access_token=a.b.c');
    assert.match(alone, /^HTTP\/1\.1 40[01] /);
    const beside = await say(
      '/blue-badges/ask/look-up',
      [form, 'Authorization: Bearer a.b.c'],
      'access_token=a.b.c',
    );
    assert.match(beside, /^HTTP\/1\.1 400 /);
  });

  it('RS-4: two Authorization headers are 400, equal or not', async () => {
    for (const second of ['Bearer a.b.c', 'Bearer d.e.f', 'Basic dTpw', '']) {
      const headers = ['Authorization: Bearer a.b.c', `authorization: ${second}`];
      assert.match(await say('/blue-badges/badges/1', headers), /^HTTP\/1\.1 400 /, second);
    }
  });

  it('RS-6, RS-7: the scheme may come in any case, a token of the wrong form may not', async () => {
    assert.match(await say('/blue-badges/badges/1', ['Authorization: bEARER a.b.c']), /^HTTP\/1\.1 200 /);
    assert.match(await say('/blue-badges/badges/1', ['Authorization: dPoP a.b.c']), /^HTTP\/1\.1 200 /);
    for (const wrong of ['Bearer  a.b.c', 'Bearer a.b.c,', 'Bearer a b', `Bearer ${'a'.repeat(9000)}`]) {
      const answer = await say('/blue-badges/badges/1', [`Authorization: ${wrong}`]);
      assert.match(answer, /^HTTP\/1\.1 400 /, wrong.slice(0, 20));
      assert.ok(!answer.includes('aaa'));
    }
  });
});
