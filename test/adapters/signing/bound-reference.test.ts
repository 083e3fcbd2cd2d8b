import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { bindReference, openReference } from '../../../src/adapters/signing/bound-reference.ts';

const key = randomBytes(32);

test('a reference opens to the agreement, system and value that it was bound to', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (agreement, system, value) => {
      const text = bindReference(key)(agreement, system, value);
      assert.match(text, /^[A-Za-z0-9_-]+$/);
      assert.deepEqual(openReference(key)(text), { agreement, system, value });
    }),
  );
});

test('one reference always has one text, and its value cannot be read in it', () => {
  const bind = bindReference(key);
  const text = bind('DSA-2026-030', 'westhaven-meals', 'check-6f2c41');
  assert.equal(bind('DSA-2026-030', 'westhaven-meals', 'check-6f2c41'), text);
  assert.notEqual(bind('DSA-2026-031', 'westhaven-meals', 'check-6f2c41'), text);
  assert.ok(!Buffer.from(text, 'base64url').includes('6f2c41'));
});

test('a text with any bit changed opens to nothing', () => {
  const sealed = Buffer.from(
    bindReference(key)('DSA-2026-030', 'westhaven-meals', 'check-6f2c41'),
    'base64url',
  );
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(openReference(key)(changed.toString('base64url')), undefined);
  }
});

test('what was never a reference opens to nothing', () => {
  const open = openReference(key);
  for (const text of ['', 'check-6f2c41', 'AAAA', '=', 'ä', 'A'.repeat(5000)])
    assert.equal(open(text), undefined);
});

test('after a rotation the older key still opens what it bound', () => {
  const text = bindReference(key)('DSA-2026-030', 'westhaven-meals', 'check-6f2c41');
  const newer = randomBytes(32);
  assert.equal(openReference(newer)(text), undefined);
  assert.equal(openReference(newer, key)(text)?.value, 'check-6f2c41');
});
