import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BLOCK_BYTES,
  DIGEST_BYTES,
  endMessage,
  FIRST_STATE,
  ROOM_AT,
  roomFor,
  Sha256Lanes,
  STATE_BYTES,
} from '../../src/encoding/sha256-lanes.ts';

const lanes = new Sha256Lanes(256 * 1024);
const { bytes } = lanes;
const STATE = ROOM_AT;
const OUTER_STATE = STATE + STATE_BYTES;
const ROWS = 0x2000;
const DIGESTS = 0x18000;
const sha256 = (...pieces: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};

function rowFor(length: number): number {
  return length <= roomFor(BLOCK_BYTES) ? BLOCK_BYTES : 2 * BLOCK_BYTES;
}

/** Digests of messages that all fill as many blocks, after a state that so many bytes led to. */
function hashed(messages: readonly Uint8Array[], state = FIRST_STATE, before = 0): Buffer[] {
  const rowBytes = rowFor(messages[0]?.length ?? 0);
  bytes.fill(0, ROWS, ROWS + rowBytes * messages.length);
  messages.forEach((message, nth) => {
    bytes.set(message, ROWS + nth * rowBytes);
    endMessage(bytes, ROWS + nth * rowBytes, message.length, rowBytes, before);
  });
  lanes.hash(ROWS, rowBytes, rowBytes, messages.length, state, DIGESTS, DIGEST_BYTES);
  return messages.map((_, nth) => Buffer.from(bytes.subarray(DIGESTS + 32 * nth, DIGESTS + 32 * nth + 32)));
}

test('messages of every length up to two blocks hash as node:crypto hashes them, in every lane', () => {
  for (let length = 0; length <= roomFor(2 * BLOCK_BYTES); length += 1) {
    for (let used = 1; used <= 5; used += 1) {
      const messages = Array.from({ length: used }, () => randomBytes(length));
      assert.deepEqual(
        hashed(messages),
        messages.map((message) => sha256(message)),
      );
    }
  }
});

test('lanes never mix: messages of mixed lengths hash as they do alone', () => {
  const short = fc.uint8Array({ maxLength: roomFor(BLOCK_BYTES) });
  const long = fc.uint8Array({ minLength: roomFor(BLOCK_BYTES) + 1, maxLength: roomFor(2 * BLOCK_BYTES) });
  const some = { minLength: 1, maxLength: 9 };
  fc.assert(
    fc.property(fc.oneof(fc.array(short, some), fc.array(long, some)), (messages) => {
      assert.deepEqual(
        hashed(messages),
        messages.map((one) => sha256(one)),
      );
    }),
  );
});

test('the examples of FIPS 180-4 come out', () => {
  const examples = [
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ] as const;
  for (const [text, digest] of examples)
    assert.equal(hashed([Buffer.from(text)])[0]?.toString('hex'), digest);
});

function hmac(key: Uint8Array, message: Uint8Array): string {
  const pad = (byte: number) => Buffer.alloc(BLOCK_BYTES, byte).map((one, nth) => one ^ (key[nth] ?? 0));
  lanes.stateAfter(pad(0x36), STATE, ROWS);
  lanes.stateAfter(pad(0x5c), OUTER_STATE, ROWS);
  const [inner = Buffer.alloc(0)] = hashed([message], STATE, BLOCK_BYTES);
  const [outer = Buffer.alloc(0)] = hashed([inner], OUTER_STATE, BLOCK_BYTES);
  return outer.toString('hex');
}

test('HMAC from prepared states is that of RFC 4231 and of node:crypto', () => {
  const vectors = [
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      Buffer.alloc(20, 0xaa),
      Buffer.alloc(50, 0xdd),
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    ],
    [
      Buffer.from(Array.from({ length: 25 }, (_, nth) => nth + 1)),
      Buffer.alloc(50, 0xcd),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
  ] as const;
  for (const [key, message, expected] of vectors) assert.equal(hmac(key, Buffer.from(message)), expected);
  for (let length = 0; length < 100; length += 7) {
    const [key, message] = [randomBytes(32), randomBytes(length)];
    assert.equal(hmac(key, message), createHmac('sha256', key).update(message).digest('hex'));
  }
});

test('a prepared state leaves nothing of its block where it was made', () => {
  lanes.stateAfter(randomBytes(BLOCK_BYTES), STATE, ROWS);
  assert.ok(bytes.subarray(ROWS, ROWS + 384).every((byte) => byte === 0));
});

test('nodes are those of RFC 6962, also where they overwrite their children', () => {
  for (let count = 1; count <= 13; count += 1) {
    const children = randomBytes(64 * count);
    const expected = Array.from({ length: count }, (_, nth) =>
      sha256(Uint8Array.of(1), children.subarray(64 * nth, 64 * nth + 64)),
    );
    for (const to of [DIGESTS, ROWS]) {
      bytes.set(children, ROWS);
      lanes.nodes(ROWS, count, to);
      assert.deepEqual(bytes.subarray(to, to + 32 * count), Buffer.concat(expected));
    }
  }
});

test('digests go where the stride says and rows are copied as they were', () => {
  const rows = randomBytes(5 * 48);
  bytes.set(rows, ROWS);
  bytes.fill(7, DIGESTS, DIGESTS + 5 * 51);
  lanes.copy(ROWS, 48, DIGESTS + 3, 51, 48, 5);
  for (let nth = 0; nth < 5; nth += 1) {
    const at = DIGESTS + 51 * nth;
    assert.deepEqual(bytes.subarray(at, at + 3), Buffer.alloc(3, 7));
    assert.deepEqual(bytes.subarray(at + 3, at + 51), rows.subarray(48 * nth, 48 * nth + 48));
  }
});
