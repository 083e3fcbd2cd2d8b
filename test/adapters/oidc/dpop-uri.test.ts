import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dpopUri } from '../../../src/adapters/oidc/dpop-uri.ts';

const HERE = 'https://gateway.northmere.example/blue-badges/badges/ZZ9Z01';

test('addresses that RFC 3986 calls equal are one, and query and fragment do not count', () => {
  for (const same of [
    HERE,
    `${HERE}?postcode=1`,
    `${HERE}#x`,
    `${HERE}?#?`,
    HERE.replace('https', 'HTTPS').replace('gateway', 'GateWay'),
    HERE.replace('.example/', '.example:443/'),
    HERE.replace('.example/', '.example:/'),
    HERE.replace('badges/ZZ', 'badges/./x/../ZZ'),
    HERE.replace('ZZ9Z01', '%5A%5a9Z01'),
    HERE.replace('blue-badges', 'blue%2Dbadges'),
  ])
    assert.equal(dpopUri(same), HERE, same);
  assert.equal(dpopUri('http://a.example:80'), 'http://a.example/');
  assert.equal(dpopUri('https://a.example/%e2%9c%93'), dpopUri('https://a.example/%E2%9C%93'));
});

test('addresses that differ in anything that counts are not one', () => {
  for (const other of [
    HERE.replace('https', 'http'),
    HERE.replace('northmere', 'evil'),
    HERE.replace('.example/', '.example:8443/'),
    `${HERE}/`,
    HERE.replace('ZZ9Z01', 'zz9z01'),
    HERE.replace('/badges/', '%2Fbadges/'),
    HERE.replace('ZZ9Z01', 'ZZ9Z01%3Fx'),
  ])
    assert.notEqual(dpopUri(other), HERE, other);
});

test('what is no http address is none', () => {
  for (const none of [
    '',
    '/blue-badges',
    'gateway.northmere.example/x',
    'ftp://a.example/x',
    'https:/a.example/x',
    'https:a.example/x',
    'https://a@b.example/',
    'https://a.example\\b',
    'https://a.example/%zz',
    'https://a.example/a b',
    ' https://a.example/',
    'https://a.example/\u00e4',
    'https://',
  ])
    assert.equal(dpopUri(none), undefined, none);
});

test('settling an address twice changes nothing more', () => {
  const path = fc.stringMatching(/^(?:\/(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2}){0,6}){0,4}$/);
  fc.assert(
    fc.property(path, (text) => {
      const once = dpopUri(`https://a.example${text}`);
      assert.ok(once !== undefined);
      assert.equal(dpopUri(once), once);
    }),
  );
});
