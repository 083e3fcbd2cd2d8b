/** A compact token is read in one way or not at all. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readCompactToken } from '../../../src/adapters/oidc/compact-token.ts';
import { anyText } from '../../support/any-text.ts';

const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('compact token', () => {
  it('reads header and claims', () => {
    const read = readCompactToken(`${encode('{"alg":"ES256"}')}.${encode('{"sub":"staff-9001"}')}.YWJj`);
    assert.ok(typeof read !== 'string');
    assert.equal(read.header['alg'], 'ES256');
    assert.equal(read.claims['sub'], 'staff-9001');
  });

  it('keeps __proto__ a name like any other', () => {
    const read = readCompactToken(`${encode('{}')}.${encode('{"__proto__":{"sub":"x"}}')}.YWJj`);
    assert.ok(typeof read !== 'string');
    assert.equal(read.claims['sub'], undefined);
  });

  it('never throws, whatever the text, and never quotes it', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 6 }), (parts) => {
        const read = readCompactToken(parts.join('.'));
        assert.ok(typeof read !== 'string' || /^[a-zA-Z0-9 ]+$/.test(read));
      }),
    );
    fc.assert(
      fc.property(fc.json(), fc.json(), (header, claims) => {
        const read = readCompactToken(`${encode(header)}.${encode(claims)}.YWJj`);
        assert.ok(typeof read === 'string' || typeof read.claims === 'object');
      }),
    );
  });
});
