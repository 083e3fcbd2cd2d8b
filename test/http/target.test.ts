import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkTarget, splitTarget } from '../../src/http/target.ts';

function split(target: string) {
  const parts = splitTarget(target);
  return typeof parts === 'string' ? parts : [...parts.segments, Object.fromEntries(parts.query)];
}

describe('a target that can be read in one way', () => {
  test('is split into segments and parameters, decoded once', () => {
    assert.deepEqual(split('/a/b'), ['a', 'b', {}]);
    assert.deepEqual(split('/blue%2Dbadges/b%C3%A9/x%20y'), ['blue-badges', 'bé', 'x y', {}]);
    assert.deepEqual(split('/a?x=1&y=a%26b&z='), ['a', { x: '1', y: 'a&b', z: '' }]);
    assert.deepEqual(split('/a?x=1=2&y=/?:@'), ['a', { x: '1=2', y: '/?:@' }]);
  });

  test('reads a plus sign as a space in the query and as itself in the path', () => {
    assert.deepEqual(split('/a+b?x=c+d%2Be'), ['a+b', { x: 'c d+e' }]);
  });

  test('decodes a percent sign in the query once only', () => {
    assert.deepEqual(split('/a?x=%252e'), ['a', { x: '%2e' }]);
  });

  test('keeps an empty last segment, which is another path', () => {
    assert.deepEqual(split('/a/'), ['a', '', {}]);
    assert.deepEqual(split('/'), ['', {}]);
  });
});

describe('a target that can be read in two ways is refused', () => {
  const ambiguous: readonly [string, readonly string[]][] = [
    [
      'another form of target',
      ['', '*', 'a', 'http://evil.test/a', 'evil.test:443', '//evil.test/a', '/a//b', '/a//'],
    ],
    ['dot segments', ['/.', '/..', '/./a', '/a/..', '/a/../b', '/a/.?x=1', '/a/...', '/..a/../b']],
    ['encoded dot segments', ['/%2e', '/%2E%2e/a', '/.%2e', '/a/%2e%2e?x=1', '/a/%2e%20', '/a/%20']],
    [
      'encoded separators',
      ['/a%2fb', '/a%2Fb', '/a%5cb', '/a%3bb', '/a%3fb', '/a%23b', '/a%25b', '/%252e%252e/a'],
    ],
    ['separators of other systems', ['/a\\b', '/\\..\\a', '/a;b', '/..;/a', '/a#b', '/a?x#y', '/a?x;y=1']],
    [
      'malformed percent signs',
      ['/a%', '/a%2', '/a%zz', '/a%+1', '/a?x=%', '/a?x=%2', '/a?x=%u0041', '/%%32%65'],
    ],
    [
      'control characters',
      ['/a\u0000', '/a%00', '/a%0d%0a', '/a%7f', '/a\tb', '/a b', '/a?x=%0a', '/a?x=%00', '/a?x=\n'],
    ],
    ['bytes that are not UTF-8', ['/a%ff', '/a%c0%af', '/a%ed%a0%80', '/a?x=%fe', '/a?x=%e2%82']],
    [
      'characters outside RFC 3986',
      ['/é', '/a?x=é', '/a"b', '/a<b', '/a?x=[1]', '/a?x=a|b', '/a`', '/a^', '/{a}'],
    ],
    ['parameters that are none', ['/a?', '/a?&', '/a?x', '/a?x=1&', '/a?=1', '/a?x=1&&y=2']],
  ];
  for (const [what, targets] of ambiguous) {
    test(what, () => {
      for (const target of targets) assert.equal(split(target), 'target-ambiguous', JSON.stringify(target));
    });
  }

  test('a parameter that stands twice, however it is written', () => {
    for (const target of ['/a?x=1&x=1', '/a?x=1&%78=2', '/a?a+b=1&a%20b=2']) {
      assert.equal(split(target), 'parameter-repeated');
    }
  });

  test('an access token in the query, however it is written', () => {
    for (const query of ['access_token=a', 'x=1&access_token=', 'ACCESS_TOKEN=a', '%61ccess_token=a']) {
      assert.equal(split(`/a?${query}`), 'token-in-query');
    }
    assert.equal(checkTarget('/a?access_token'), 'token-in-query');
    assert.deepEqual(split('/access_token?x=access_token'), ['access_token', { x: 'access_token' }]);
  });
});

describe('properties', () => {
  const mark = fc.constantFrom(
    ...'/.%2e2f5cC0af;#?&=+\\ab: é\u0000~'.split(''),
    '%2e',
    '%C3%A9',
    '//',
    '/../',
  );
  const anyTarget = fc.array(mark, { maxLength: 16 }).map((marks) => `/${marks.join('')}`);

  test('whatever is accepted, the WHATWG URL standard reads in the same way and alters nothing', () => {
    fc.assert(
      fc.property(anyTarget, (target) => {
        const parts = splitTarget(target);
        if (typeof parts === 'string') return;
        const url = new URL(target, 'http://gateway.test');
        assert.equal(url.host, 'gateway.test');
        assert.equal(url.hash, '');
        assert.equal(url.pathname, target.split('?')[0]);
        assert.deepEqual(url.pathname.slice(1).split('/').map(decodeURIComponent), parts.segments);
        assert.deepEqual([...url.searchParams], [...parts.query]);
      }),
      { numRuns: 5_000 },
    );
  });

  test('any text gets an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        checkTarget(text);
        splitTarget(`/${text}`);
      }),
    );
  });
});
