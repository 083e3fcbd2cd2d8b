import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { verifyEd25519 } from '../../src/encoding/ed25519.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

test('the first two test vectors of RFC 8032 section 7.1 verify', () => {
  const vectors = [
    {
      key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      message: '',
      signature:
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    },
    {
      key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      message: '72',
      signature:
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    },
  ];
  for (const { key, message, signature } of vectors) {
    assert.ok(verifyEd25519(hex(key), hex(message), hex(signature)));
    assert.ok(!verifyEd25519(hex(key), hex(`${message}00`), hex(signature)));
  }
});

test('another message, key or signature, or one of another length, does not verify', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const message = Buffer.from('message');
  const signature = sign(null, message, privateKey);
  assert.ok(verifyEd25519(raw, message, signature));
  assert.ok(!verifyEd25519(raw, Buffer.from('other'), signature));
  assert.ok(!verifyEd25519(raw, message, signature.fill(0, 0, 1)) || signature[0] === 0);
  assert.ok(!verifyEd25519(raw, message, signature.subarray(1)));
  assert.ok(!verifyEd25519(raw, message, Buffer.concat([signature, Buffer.of(0)])));
  assert.ok(!verifyEd25519(raw.subarray(1), message, signature));
  assert.ok(!verifyEd25519(Buffer.alloc(32, 255), message, signature));
});
