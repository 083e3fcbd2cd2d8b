/** RS-1 to RS-10 as far as the challenge shows them: constant texts, each parameter once, only characters that may stand there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { REFUSALS } from '../../src/domain/reason.ts';
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
