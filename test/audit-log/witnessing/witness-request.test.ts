import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatAddCheckpoint,
  knownSize,
  parseAddCheckpoint,
} from '../../../src/audit-log/witnessing/witness-request.ts';
import { NoteError } from '../../../src/merkle/signed-note.ts';

const HASH = 'PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=';

test('a request that was written is read back as it was', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.array(hash, { maxLength: 63 }),
      fc.string(),
      (oldSize, hashes, checkpoint) => {
        const proof = hashes.map((one) => Buffer.from(one));
        const request = { oldSize, proof, checkpoint };
        assert.deepEqual(parseAddCheckpoint(formatAddCheckpoint(request)), request);
      },
    ),
  );
});

test('the request looks as the protocol writes it', () => {
  const proof = [Buffer.from(HASH, 'base64')];
  assert.equal(
    formatAddCheckpoint({ oldSize: 20852014, proof, checkpoint: 'note\n' }),
    `old 20852014\n${HASH}\n\nnote\n`,
  );
  assert.equal(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: 'note\n' }), 'old 0\n\nnote\n');
});

for (const [what, body] of [
  ['no empty line', 'old 0\nnote\n'],
  ['no size', 'old \n\nnote\n'],
  ['a size with a zero before it', 'old 01\n\nnote\n'],
  ['a size below zero', 'old -1\n\nnote\n'],
  ['a size with a space behind it', 'old 1 \n\nnote\n'],
  ['a size beyond what can be counted', 'old 9999999999999999\n\nnote\n'],
  ['another first word', 'size 1\n\nnote\n'],
  ['a short hash', 'old 1\nAAAA\n\nnote\n'],
  ['a hash in base64url', `old 1\n${HASH.replace('+', '-').replace('P', '_')}\n\nnote\n`],
  ['64 hashes', `old 1\n${`${HASH}\n`.repeat(64)}\nnote\n`],
] as const) {
  test(`a request with ${what} is not read`, () => {
    assert.throws(() => parseAddCheckpoint(body), NoteError);
  });
}

test('the size that a witness knows is one number on one line', () => {
  assert.equal(knownSize('20852014\n'), 20852014);
  assert.equal(knownSize('0\n'), 0);
  for (const body of ['', '\n', '12', '012\n', '-1\n', '12\n\n', ' 12\n', '9999999999999999\n', '<html>'])
    assert.equal(knownSize(body), undefined, body);
});
