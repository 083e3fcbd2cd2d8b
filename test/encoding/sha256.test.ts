import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  hmacSha256,
  sha256,
  sha256Base64url,
  sha256Hex,
  sha256Into,
  sha256Stream,
} from '../../src/encoding/sha256.ts';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('hashes the FIPS 180-4 example in every spelling', () => {
  assert.equal(sha256('abc').toString('hex'), ABC);
  assert.equal(sha256Hex(Buffer.from('abc')), ABC);
  assert.equal(sha256Base64url('abc'), Buffer.from(ABC, 'hex').toString('base64url'));
});

test('hashes bytes that come in pieces to the same', () => {
  const stream = sha256Stream();
  for (const piece of ['a', '', 'bc']) stream.update(Buffer.from(piece));
  assert.equal(stream.digest().toString('hex'), ABC);
});

test('keys the hash as RFC 4231 test case 2 does', () => {
  assert.equal(
    hmacSha256(Buffer.from('Jefe'), 'what do ya want for nothing?').toString('hex'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('writes the hash into a place of its own and nothing beside it', () => {
  const target = Buffer.alloc(40, 0xff);
  sha256Into(target, 4, Buffer.from('abc'));
  assert.deepEqual(target.subarray(4, 36), sha256('abc'));
  assert.deepEqual([...target.subarray(0, 4), ...target.subarray(36)], Array(8).fill(0xff));
});
