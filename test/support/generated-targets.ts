/**
 * Generated request targets: real questions in odd spellings, and what attackers do to them. Whatever the judge
 * accepts is compared with what the WHATWG URL standard reads from the same target, code that the judge does not use.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decide, type Permit } from '../../src/domain/decision.ts';
import { kindNamed } from '../../src/domain/kind.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { readDatasetRequest } from '../../src/http/dataset-request.ts';
import { frontCheck } from '../../src/http/front-check.ts';
import { caller, NOON, openReference, REFERENCE } from './judge-fixtures.ts';
import { rawRequest } from './raw-request.ts';

export const EXCHANGE_HEADERS: readonly (readonly [string, string])[] = [
  ['Host', 'gateway.test'],
  ['Authorization', 'Bearer good'],
  ['Exchange-Purpose', 'parking enforcement'],
  ['Exchange-Reason', 'appeal'],
  ['Exchange-Case-Reference', 'PCN-0001'],
];

const NASTY = [
  '/',
  '//',
  '/..',
  '/../',
  '/./',
  '..',
  '.',
  '%2e',
  '%2E%2e',
  '%2f',
  '%5c',
  '\\',
  '%25',
  '%252e',
  '%00',
  '%0d%0a',
  '%',
  '%zz',
  '%c0%af',
  '%ff',
  ';',
  ';x=1',
  '#',
  '%23',
  '?',
  '%3f',
  '&',
  '&&',
  '=',
  '+',
  '@',
  ':',
  '@evil.test',
  '//evil.test',
  'http://evil.test',
  '&name=b',
  '&x=1',
  '?access_token=a',
  '&page%5Bnumber%5D=2',
  ' ',
  '%20',
  '\t',
  '\u0000',
  '\u00e9',
  '%C3%A9',
  '%E2%80%A8',
  '%EF%BC%8F',
  '*',
  '[1]',
  '|',
  '"',
  '<',
  '~',
  '%7E',
  "'",
  '(',
  '$',
  '!',
] as const;

const letters = fc.stringMatching(/^[a-zA-Z0-9]{6}$/);
const name = fc.constantFrom('Ines Marlowe', "Ada O'Neill", 'Zoë Åström', 'Li', 'Jean-Luc, Jr.');
const postcode = fc.constantFrom('ZZ99 9ZZ', 'zz999zz', 'ZZ1 1ZZ');
const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('count', 'COUNT', 'a.b', '...', 'x+y', '100% sure', 'a/b'),
);
const enc = encodeURIComponent;

/** Questions that the fixtures' agreement mostly allows, in the plain spelling. */
const plain: fc.Arbitrary<string> = fc.oneof(
  letters.map((badge) => `/blue-badges/badges/${badge}`),
  fc.tuple(name, postcode).map(([who, code]) => `/blue-badges/badges?name=${enc(who)}&postCode=${enc(code)}`),
  fc.tuple(name, postcode).map(([who, code]) => `/blue-badges/badges?postCode=${enc(code)}&name=${enc(who)}`),
  text.filter((note) => note.isWellFormed()).map((note) => `/blue-badges/notes/${enc(note)}`),
  fc.constantFrom(
    `/blue-badges/checks/${REFERENCE}/status`,
    '/blue-badges/notes/count',
    '/blue-badges/badges/all',
  ),
);

/** The same parameter twice, the second time perhaps under another spelling. */
const repeated = fc
  .tuple(name, fc.constantFrom('name', '%6eame', 'n%61me'))
  .map(([who, again]) => `/blue-badges/badges?name=${enc(who)}&postCode=ZZ99+9ZZ&${again}=${enc(who)}`);

/** Some characters percent-encoded, in capitals or small letters; some spaces as plus signs. */
const respelt = fc.tuple(plain, fc.array(fc.nat(40), { maxLength: 8 })).map(([target, places]) => {
  const marks = [...target];
  for (const place of places) {
    const mark = marks[place];
    if (
      mark !== undefined &&
      /^[A-Za-z0-9._~-]$/.test(mark) &&
      marks[place - 1] !== '%' &&
      marks[place - 2] !== '%'
    ) {
      marks[place] = `%${mark.charCodeAt(0).toString(16)}`;
    }
  }
  return places.length % 3 === 0 ? marks.join('').replaceAll('%20', '+') : marks.join('');
});

const attacked = fc
  .tuple(respelt, fc.array(fc.tuple(fc.nat(60), fc.constantFrom(...NASTY)), { minLength: 1, maxLength: 3 }))
  .map(([target, insertions]) =>
    insertions.reduce((so, [at, nasty]) => so.slice(0, at) + nasty + so.slice(at), target),
  );

export const anyTarget: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: respelt },
  { weight: 1, arbitrary: repeated },
  { weight: 11, arbitrary: attacked },
);

/** The permit for a target asked with GET, or the code of what refused it. */
export function judgeTarget(target: string, policies: PolicySet): Permit | string {
  const request = rawRequest({ url: target, headers: EXCHANGE_HEADERS.flat() });
  const refused = frontCheck(request);
  if (refused !== undefined) return refused;
  const asked = readDatasetRequest(request, undefined);
  if ('refused' in asked) return asked.refused;
  const decision = decide(caller(), asked, policies, NOON, openReference);
  return decision.effect === 'permit' ? decision : decision.code;
}

/** Asserts that the request of a permit is what its target says, as the URL standard reads it, and nothing else. */
export function assertJudgedAsAsked(target: string, permit: Permit): void {
  const { path, query, body } = permit.request;
  const url = new URL(target, 'http://gateway.test');
  assert.equal(url.host, 'gateway.test');
  const [dataset, ...segments] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  assert.equal(dataset, 'blue-badges');
  const expected = expectedRequest(segments, url.searchParams);
  assert.deepEqual({ operation: permit.operation.name, path, query }, expected);
  assert.equal(body, undefined);
  // Nothing that a URL parser on the way could still turn into another request.
  const whole = `http://provider.test/base${path}${query}`;
  assert.equal(new URL(whole).href, whole);
  assert.match(path + query, /^(?:[A-Za-z0-9._~/?&=-]|%[0-9A-F]{2})+$/);
}

function expectedRequest(segments: readonly string[], parameters: URLSearchParams) {
  const [first, second = ''] = segments;
  if (first === 'badges' && segments.length === 1) {
    assert.equal(parameters.size, 2);
    const [who, code] = [parameters.get('name'), parameters.get('postCode')];
    assert.ok(who !== null && code !== null);
    return {
      operation: 'search for badges',
      path: '/badges',
      query: `?name=${strict(normal('name', who))}&postCode=${strict(normal('postcode', code))}`,
    };
  }
  assert.equal(parameters.size, 0);
  if (first === 'checks') {
    assert.deepEqual(segments, ['checks', REFERENCE, 'status']);
    return { operation: 'follow a check', path: '/checks/check-77/status', query: '' };
  }
  assert.equal(segments.length, 2);
  if (first === 'notes') {
    return { operation: 'read a note', path: `/notes/${strict(normal('free text', second))}`, query: '' };
  }
  assert.equal(first, 'badges');
  return {
    operation: 'look up one badge',
    path: `/badges/${strict(normal('blue badge number', second))}`,
    query: '',
  };
}

function normal(kind: string, value: string): string {
  const settled = kindNamed(kind)?.normalise(value);
  assert.ok(settled !== undefined, `${kind} accepted a value that is not of its kind`);
  return settled;
}

function strict(value: string): string {
  let out = '';
  for (const byte of Buffer.from(value)) {
    const mark = String.fromCharCode(byte);
    out += /[A-Za-z0-9._~-]/.test(mark) ? mark : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
