import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCheckpoint, parseCheckpoint } from '../../src/merkle/checkpoint.ts';
import { CompactRange } from '../../src/merkle/compact-range.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import {
  NoteError,
  openSignedNote,
  parseSignedNote,
  parseVerifierKey,
} from '../../src/merkle/signed-note.ts';
import { bytesOf, readVectors } from '../vectors/read-vectors.ts';

interface TesseraLog {
  verifierKey: string;
  checkpoints: Record<string, string>;
  tiles: Record<string, string>;
  entryBundles: Record<string, string>;
}
const log = readVectors<TesseraLog>('transparency-dev-tessera/log.json');
const examples = readVectors<{ checkpointWithoutKey: string }>('c2sp/examples.json');
const root = Buffer.alloc(32, 9);

/** Entries of a tlog-tiles bundle: a length of two bytes before each. */
function bundled(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length; ) {
    const length = bundle.readUInt16BE(at);
    entries.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

test('all 16 checkpoints of a log by another implementation verify against its entries and its tiles', () => {
  const key = parseVerifierKey(log.verifierKey);
  assert.equal(Object.keys(log.checkpoints).length, 16);
  for (const [size, note] of Object.entries(log.checkpoints)) {
    const text = openSignedNote(note, [key]);
    const checkpoint = parseCheckpoint(text);
    assert.equal(checkpoint.origin, 'example.com/log/testdata');
    assert.equal(String(checkpoint.size), size);
    assert.equal(formatCheckpoint(checkpoint), text);
    const hashes = bundled(bytesOf(log.entryBundles[size] ?? '')).map((entry) => leafHash(entry));
    const range = new CompactRange();
    for (const hash of hashes) range.append(hash);
    assert.equal(range.size, checkpoint.size);
    assert.deepEqual(Buffer.from(range.root()), Buffer.from(checkpoint.root));
    assert.deepEqual(Buffer.concat(hashes), bytesOf(log.tiles[size] ?? ''));
  }
});

test('the example of the specification is read', () => {
  const { text } = parseSignedNote(examples.checkpointWithoutKey);
  const checkpoint = parseCheckpoint(text);
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa');
  assert.equal(checkpoint.size, 20852163);
  assert.equal(formatCheckpoint(checkpoint), text);
});

test('extension lines are passed over', () => {
  const text = `${formatCheckpoint({ origin: 'log.example', size: 3, root })}an extension\n`;
  assert.equal(parseCheckpoint(text).size, 3);
});

const base64 = root.toString('base64');
const MALFORMED: readonly (readonly [string, string])[] = [
  ['two lines', 'log.example\n3\n'],
  ['an empty origin', `\n3\n${base64}\n`],
  ['an empty extension line', `log.example\n3\n${base64}\n\nmore\n`],
  ['no final newline', `log.example\n3\n${base64}`],
  ['a leading zero', `log.example\n03\n${base64}\n`],
  ['a sign', `log.example\n+3\n${base64}\n`],
  ['a hexadecimal size', `log.example\n0x3\n${base64}\n`],
  ['a size past 2^53', `log.example\n9007199254740993\n${base64}\n`],
  ['a space behind the size', `log.example\n3 \n${base64}\n`],
  ['a short root', `log.example\n3\n${base64.slice(4)}\n`],
  ['a root in base64url', `log.example\n3\n${Buffer.alloc(32, 255).toString('base64url')}=\n`],
];

for (const [what, text] of MALFORMED) {
  test(`a checkpoint with ${what} is refused`, () => assert.throws(() => parseCheckpoint(text), NoteError));
}

test('a checkpoint that could not be read back is not written', () => {
  assert.throws(() => formatCheckpoint({ origin: '', size: 1, root }), NoteError);
  assert.throws(() => formatCheckpoint({ origin: 'a\nb', size: 1, root }), NoteError);
  assert.throws(() => formatCheckpoint({ origin: 'a', size: -1, root }), NoteError);
  assert.throws(() => formatCheckpoint({ origin: 'a', size: 1, root: root.subarray(1) }), NoteError);
});
