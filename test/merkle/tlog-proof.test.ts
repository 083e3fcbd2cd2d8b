import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatCheckpoint } from '../../src/merkle/checkpoint.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { proveInclusion } from '../../src/merkle/inclusion-proof.ts';
import { NoteError } from '../../src/merkle/signed-note.ts';
import { formatTlogProof, openTlogProof, parseTlogProof } from '../../src/merkle/tlog-proof.ts';
import { noteKey } from '../support/sample-log.ts';
import { readVectors } from '../vectors/read-vectors.ts';
import { slowHashAt, slowRoot, someLeaves } from './slow-tree.ts';

const signer = noteKey('gateway.example/log');

function made(size: number, index: number, extra?: Uint8Array): { text: string; hash: Buffer } {
  const leaves = someLeaves(size);
  const checkpoint = signer.sign(
    formatCheckpoint({ origin: 'gateway.example/log', size, root: slowRoot(leaves) }),
  );
  const proof = proveInclusion(index, size, slowHashAt(leaves));
  return { text: formatTlogProof({ index, proof, checkpoint, extra }), hash: leafHash(leaves[index]!) };
}

test('a proof reads as the specification shows it', () => {
  const { text } = made(5, 4);
  const lines = text.split('\n');
  assert.equal(lines[0], 'c2sp.org/tlog-proof@v1');
  assert.equal(lines[1], 'index 4');
  assert.match(lines[2] ?? '', /^[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual(lines.slice(3, 6), ['', 'gateway.example/log', '5']);
  assert.ok(text.endsWith('\n'));
  const extra = made(1, 0, Buffer.from('more')).text.split('\n');
  assert.deepEqual(extra.slice(1, 4), ['extra bW9yZQ==', 'index 0', '']);
});

test('the example of the specification is read: index, hashes and extra data', () => {
  const { tlogProofHead } = readVectors<{ tlogProofHead: string }>('c2sp/examples.json');
  const { index, proof, extra, checkpoint } = parseTlogProof(`${tlogProofHead}the checkpoint`);
  assert.deepEqual([index, proof.length, checkpoint], [73_894, 5, 'the checkpoint']);
  assert.equal(
    Buffer.from(proof[0] ?? '').toString('base64'),
    'gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=',
  );
  assert.ok(Buffer.from(extra ?? '').includes('age-v1.2.1-darwin-arm64.tar'));
});

test('every proof of every entry of any tree opens, with and without extra data, and says its index and size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(), fc.boolean(), (size, pick, more) => {
      const index = pick % size;
      const { text, hash } = made(size, index, more ? Buffer.from('extra') : undefined);
      const opened = openTlogProof(text, hash, signer.key);
      assert.deepEqual([opened.index, opened.checkpoint.size], [index, size]);
      assert.equal(formatTlogProof(parseTlogProof(text)), text);
    }),
    { numRuns: 150 },
  );
});

test('no proof opens after any one of its letters was changed, but for extra data, which nobody signs', () => {
  const { text, hash } = made(77, 70);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
      fc.pre(text[at] !== letter);
      const changed = text.slice(0, at) + letter + text.slice(at + 1);
      assert.throws(() => openTlogProof(changed, hash, signer.key), NoteError);
    }),
    { numRuns: 2000 },
  );
});

test('a proof shows nothing of another leaf, of another log and under another key', () => {
  const { text, hash } = made(20, 3);
  assert.throws(() => openTlogProof(text, leafHash(hash), signer.key), NoteError);
  assert.throws(() => openTlogProof(text, hash, noteKey('gateway.example/log').key), NoteError);
  const foreign = signer.sign(
    formatCheckpoint({ origin: 'other.example', size: 20, root: slowRoot(someLeaves(20)) }),
  );
  const moved = formatTlogProof({ ...parseTlogProof(text), checkpoint: foreign });
  assert.throws(() => openTlogProof(moved, hash, signer.key), /of another log/);
});

const { text: good } = made(4, 2);
const MALFORMED: readonly (readonly [string, string])[] = [
  ['nothing in it', ''],
  ['another first line', good.replace('@v1', '@v2')],
  ['carriage returns', good.replaceAll('\n', '\r\n')],
  ['a leading zero', good.replace('index 2', 'index 02')],
  ['a sign', good.replace('index 2', 'index +2')],
  ['an index past 2^53', good.replace('index 2', 'index 9007199254740993')],
  ['no index', good.replace('index 2\n', '')],
  ['a hash in base64url', good.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${'_'.repeat(42)}8=\n`)],
  ['a short hash', good.replace(/\n[A-Za-z0-9+/]{43}=\n/, '\nAAAA\n')],
  ['extra data that is not base64', good.replace('index', 'extra !\nindex')],
  ['more hashes than levels', good.replace('index 2\n', `index 2\n${`${'A'.repeat(43)}=\n`.repeat(70)}`)],
  ['no checkpoint', good.slice(0, good.indexOf('\n\n') + 2)],
  ['a megabyte more', `${good}${'a'.repeat(1_200_000)}`],
];

for (const [what, text] of MALFORMED) {
  test(`a proof with ${what} is refused`, () => {
    assert.throws(() => openTlogProof(text, leafHash(someLeaves(4)[2]!), signer.key), NoteError);
  });
}

test('a proof with more hashes than any tree has levels is refused before any is used', () => {
  const long = good.replace('index 2\n', `index 2\n${`${'A'.repeat(43)}=\n`.repeat(65)}`);
  assert.throws(() => parseTlogProof(long), /more hashes than a tree has levels/);
});

test('whatever text comes is a proof or is refused with a sentence', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'c2sp.org/tlog-proof@v1',
      '\n',
      '\n\n',
      'index ',
      '0',
      '7',
      'extra ',
      'AA==',
      `${'A'.repeat(43)}=`,
      ' ',
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((list) => list.join('')),
      ),
      (text) => {
        try {
          parseTlogProof(text);
        } catch (error) {
          assert.ok(error instanceof NoteError);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
