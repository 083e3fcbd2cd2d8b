import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { matchingCode } from '../../../src/adapters/signing/matching-code.ts';

const key = randomBytes(32);
const NINO = 'national insurance number';

test('one person has one code under one agreement, whoever makes it and however often', () => {
  const code = matchingCode(key)('DSA-2026-032', NINO, 'QQ123456C');
  const again = matchingCode(Buffer.from(key));
  again('DSA-2026-033', NINO, 'QQ123456C');
  assert.equal(again('DSA-2026-032', NINO, 'QQ123456C'), code);
  assert.match(code, /^[A-Za-z0-9_-]{43}$/);
});

test('another agreement, key, namespace or person has another code', () => {
  const code = matchingCode(key);
  const codes = [
    code('DSA-2026-032', NINO, 'QQ123456C'),
    code('DSA-2026-033', NINO, 'QQ123456C'),
    code('DSA-2026-032', 'account reference', 'QQ123456C'),
    code('DSA-2026-032', NINO, 'QQ123456D'),
    matchingCode(randomBytes(32))('DSA-2026-032', NINO, 'QQ123456C'),
  ];
  assert.equal(new Set(codes).size, codes.length);
});

test('a code is what docs/formats/reveals.md says, so that another program can make it from the key', () => {
  const hmac = (secret: Uint8Array, text: string) => createHmac('sha256', secret).update(text).digest();
  const ofAgreement = hmac(hmac(key, 'matching code'), 'DSA-2026-032');
  const code = hmac(ofAgreement, `${NINO}\0QQ123456C`).toString('base64url');
  assert.equal(matchingCode(key)('DSA-2026-032', NINO, 'QQ123456C'), code);
});

test('a key of another length is refused', () => {
  assert.throws(() => matchingCode(randomBytes(16)), /32 bytes/);
});
