/** RS-1 to RS-10 as far as the challenge shows them: constant texts, each parameter once, only characters that may stand there. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { bearerToken } from '../../src/adapters/oidc/bearer-token.ts';
import { REFUSALS, type RefusalCode } from '../../src/domain/reason.ts';
import { readBody, readDatasetRequest } from '../../src/http/dataset-request.ts';
import { frontCheck } from '../../src/http/front-check.ts';
import { problemStatus } from '../../src/http/problem.ts';
import { challenge, quotable } from '../../src/http/www-authenticate.ts';
import { anyText } from '../support/any-text.ts';

const METADATA = 'https://gateway.northmere.example/.well-known/oauth-protected-resource';

/** Parameters of one Bearer challenge; fails where the text is not exactly one. */
function parameters(text: string | undefined): Map<string, string> {
  assert.ok(text !== undefined);
  assert.ok(text.startsWith('Bearer '), text);
  const found = new Map<string, string>();
  const rest = text
    .slice('Bearer '.length)
    .replaceAll(/(?:^|, )([a-z_]+)="([\x20-\x21\x23-\x5b\x5d-\x7e]*)"/g, (_, name: string, value: string) => {
      assert.ok(!found.has(name), `${name} stands twice`);
      found.set(name, value);
      return '';
    });
  assert.equal(rest, '');
  return found;
}

describe('WWW-Authenticate', () => {
  it('RS-1: names no error where there were no credentials, and says where the metadata is', () => {
    const found = parameters(challenge('credentials-missing', undefined, METADATA));
    assert.deepEqual(
      [...found],
      [
        ['realm', 'sharing gateway'],
        ['resource_metadata', METADATA],
      ],
    );
  });

  it('RS-2, RS-3, RS-4, RS-7: calls a token in the wrong place or of the wrong form an invalid request', () => {
    for (const code of ['token-in-query', 'credentials-malformed'] as const) {
      assert.equal(parameters(challenge(code, undefined, METADATA)).get('error'), 'invalid_request');
    }
  });

  it('RS-11: calls a token that does not hold invalid_token', () => {
    assert.equal(parameters(challenge('token-invalid', undefined, METADATA)).get('error'), 'invalid_token');
  });

  it('RS-8: names the scope that is needed', () => {
    const found = parameters(challenge('scope-insufficient', 'exchange.read', METADATA));
    assert.equal(found.get('error'), 'insufficient_scope');
    assert.equal(found.get('scope'), 'exchange.read');
  });

  it('is there for every reason about credentials and for no other', () => {
    const challenged = REFUSALS.filter((code) => challenge(code, undefined, METADATA) !== undefined);
    assert.deepEqual(challenged, [
      ...['token-in-query', 'credentials-missing', 'credentials-malformed', 'token-invalid'],
      ...['scope-insufficient', 'system-not-registered'],
    ]);
    assert.equal(challenge('no-record', undefined, METADATA), undefined);
  });

  it('RS-9, RS-10: holds only what RFC 6750 allows and each parameter once, whatever it is made from', () => {
    const text = fc.oneof(anyText, fc.constantFrom('a"b', 'a\\b', 'a\r\nSet-Cookie: x', 'ä', '\0'));
    fc.assert(
      fc.property(fc.constantFrom(...REFUSALS), text, text, (code, scope, metadata) => {
        const written = challenge(code, scope, metadata);
        if (written !== undefined) parameters(written);
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
    const token = bearerToken(request.headers.authorization);
    if (typeof token !== 'string') return token.refused;
    const body = await readBody(request, 1024);
    if ('refused' in body) return body.refused;
    const asked = readDatasetRequest(request, body);
    return 'refused' in asked ? asked.refused : undefined;
  }

  const server = createServer((request, response) => {
    refusalOf(request).then((code) => {
      const asked = code === undefined ? undefined : challenge(code, undefined, METADATA);
      if (asked !== undefined) response.setHeader('WWW-Authenticate', asked);
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
    for (const headers of [[], ['Authorization: Basic dTpw'], ['Authorization: DPoP a.b.c']]) {
      const answer = await say('/blue-badges/badges/1', headers);
      assert.match(answer, /^HTTP\/1\.1 401 /);
      assert.match(answer, /\r\nWWW-Authenticate: Bearer realm="[^"]*", resource_metadata="[^"]*"\r\n/);
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
    for (const wrong of ['Bearer  a.b.c', 'Bearer a.b.c,', 'Bearer a b', `Bearer ${'a'.repeat(9000)}`]) {
      const answer = await say('/blue-badges/badges/1', [`Authorization: ${wrong}`]);
      assert.match(answer, /^HTTP\/1\.1 400 /, wrong.slice(0, 20));
      assert.ok(!answer.includes('aaa'));
    }
  });
});
