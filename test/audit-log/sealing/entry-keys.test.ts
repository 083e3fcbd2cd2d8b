import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { EntryKeys, KEY_BYTES, WRAPPED_BYTES, wrapKeys } from '../../../src/audit-log/sealing/entry-keys.ts';
import { Salts } from '../../../src/audit-log/sealing/salts.ts';

/** AES Key Wrap as node:crypto does it. */
function plainWrap(wrapping: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv('id-aes256-wrap', wrapping, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

function together(wrapping: Uint8Array, keys: Buffer): Buffer {
  const count = keys.length / KEY_BYTES;
  const cipher = createCipheriv('aes-256-ecb', wrapping, null).setAutoPadding(false);
  const wrapped = Buffer.alloc(count * WRAPPED_BYTES);
  const blocks = Buffer.alloc(count * 16);
  wrapKeys(cipher, keys, wrapped, blocks);
  assert.ok(blocks.every((byte) => byte === 0));
  return wrapped;
}

test('the example of RFC 3394 section 4.6 comes out', () => {
  const wrapping = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
  const key = Buffer.from('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f', 'hex');
  const expected = '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21';
  assert.equal(together(wrapping, key).toString('hex'), expected);
});

test('keys wrapped together are those that node:crypto wraps one by one', () => {
  for (const count of [1, 2, 3, 64, 65]) {
    const wrapping = randomBytes(32);
    const keys = randomBytes(count * KEY_BYTES);
    const expected = Array.from({ length: count }, (_, nth) =>
      plainWrap(wrapping, keys.subarray(nth * KEY_BYTES, (nth + 1) * KEY_BYTES)),
    );
    assert.deepEqual(together(wrapping, keys), Buffer.concat(expected));
  }
});

test('every key is given out once, wrapped, and nothing beside its place is written', () => {
  const wrapping = randomBytes(32);
  const keys = new EntryKeys(wrapping, new Salts());
  const seen = new Set<string>();
  const key = Buffer.alloc(KEY_BYTES);
  const target = Buffer.alloc(50, 9);
  for (let nth = 0; nth < 300; nth += 1) {
    keys.take(key, target, 5);
    assert.deepEqual(target.subarray(5, 45), plainWrap(wrapping, key));
    assert.ok(target.subarray(0, 5).every((byte) => byte === 9));
    assert.ok(target.subarray(45).every((byte) => byte === 9));
    seen.add(key.toString('hex'));
  }
  assert.equal(seen.size, 300);
});
