import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatSignedNote,
  formatVerifierKey,
  NoteError,
  openSignedNote,
  parseSignedNote,
  parseVerifierKey,
  verifierKey,
} from '../../src/merkle/signed-note.ts';
import { readVectors } from '../vectors/read-vectors.ts';

const example = readVectors<{ verifierKey: string; note: string }>('c2sp/examples.json');
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
const key = verifierKey('gateway.example/audit/2026h2', raw);

function signed(text: string, name = key.name, id = key.id): string {
  return formatSignedNote(text, [{ name, id, signature: sign(null, Buffer.from(text), privateKey) }]);
}

test('the example of the specification verifies under its verifier key', () => {
  const known = parseVerifierKey(example.verifierKey);
  assert.equal(openSignedNote(example.note, [known]), 'This is an example message.\n');
  assert.equal(formatVerifierKey(known), example.verifierKey);
});

test('a note that was written is read back as it was, and written the same again', () => {
  const note = signed('first\n\nthird, after an empty line\n');
  const { text, signatures } = parseSignedNote(note);
  assert.equal(text, 'first\n\nthird, after an empty line\n');
  assert.equal(formatSignedNote(text, signatures), note);
  assert.equal(openSignedNote(note, [key]), text);
});

test('signatures of unknown keys are passed over, but one good signature of a known key must be there', () => {
  const other = { name: 'other.example', id: Buffer.of(1, 2, 3, 4), signature: Buffer.alloc(64) };
  const { text, signatures } = parseSignedNote(signed('text\n'));
  assert.equal(openSignedNote(formatSignedNote(text, [other, ...signatures]), [key]), 'text\n');
  assert.throws(() => openSignedNote(formatSignedNote(text, [other]), [key]), NoteError);
  assert.throws(() => openSignedNote(signed('text\n', 'other.example'), [key]), NoteError);
  assert.throws(() => openSignedNote(signed('text\n', key.name, Buffer.of(1, 2, 3, 4)), [key]), NoteError);
});

test('one wrong signature of a known key spoils the note, even beside a good one', () => {
  const { text, signatures } = parseSignedNote(signed('text\n'));
  const wrong = { name: key.name, id: key.id, signature: Buffer.alloc(64, 1) };
  assert.throws(() => openSignedNote(formatSignedNote(text, [...signatures, wrong]), [key]), NoteError);
});

test('no single changed character of a note goes through', () => {
  const note = signed('gateway.example\n12\nsome text\n');
  fc.assert(
    fc.property(fc.nat(note.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
      fc.pre(note[at] !== character);
      const changed = note.slice(0, at) + character + note.slice(at + 1);
      assert.throws(() => openSignedNote(changed, [key]), NoteError);
    }),
    { numRuns: 2000 },
  );
});

const MALFORMED: readonly (readonly [string, string])[] = [
  ['no empty line', 'text\n\u2014 name AAAAAAA=\n'],
  ['no signature', 'text\n\n'],
  ['no final newline', 'text\n\n\u2014 name AAAAAAA='],
  ['a hyphen for the dash', 'text\n\n- name AAAAAAA=\n'],
  ['two spaces', 'text\n\n\u2014  name AAAAAAA=\n'],
  ['a space behind', 'text\n\n\u2014 name AAAAAAA= \n'],
  ['a plus in the name', 'text\n\n\u2014 na+me AAAAAAA=\n'],
  ['an ideographic space in the name', 'text\n\n\u2014 na\u3000me AAAAAAA=\n'],
  ['base64url', 'text\n\n\u2014 name AAAA_A==\n'],
  ['base64 with bits left over', 'text\n\n\u2014 name AAAAAAB=\n'],
  ['a key id alone', 'text\n\n\u2014 name AAAAAA==\n'],
  ['a carriage return', 'text\r\n\n\u2014 name AAAAAAA=\n'],
  ['a tab', 'te\txt\n\n\u2014 name AAAAAAA=\n'],
  ['a lone surrogate', 'te\ud800xt\n\n\u2014 name AAAAAAA=\n'],
  ['sixty-five signatures', `text\n\n${'\u2014 name AAAAAAA=\n'.repeat(65)}`],
  ['more than a megabyte', `${'a'.repeat(1_000_001)}\n\n\u2014 name AAAAAAA=\n`],
];

for (const [what, note] of MALFORMED) {
  test(`a note with ${what} is refused`, () => assert.throws(() => parseSignedNote(note), NoteError));
}

test('sixteen signatures are accepted, as the specification demands', () => {
  assert.equal(parseSignedNote(`text\n\n${'\u2014 name AAAAAAA=\n'.repeat(16)}`).signatures.length, 16);
});

const [name, , base64] = example.verifierKey.split('+');
const BAD_KEYS = [
  '',
  'example.com/foo',
  `${name}+530d903b+${base64}`,
  `${name}+530D903A+${base64}`,
  `other.example+530d903a+${base64}`,
  `${name}+530d903a+${base64}=`,
  `${name}+530d903a+Ag${base64?.slice(2)}`,
  `+530d903a+${base64}`,
  `${name} +530d903a+${base64}`,
];

for (const text of BAD_KEYS) {
  test(`the verifier key "${text}" is refused`, () => assert.throws(() => parseVerifierKey(text), NoteError));
}

test('a key of another length or with a space in its name cannot be made', () => {
  assert.throws(() => verifierKey('name', raw.subarray(1)), NoteError);
  assert.throws(() => verifierKey('a name', raw), NoteError);
  assert.throws(() => verifierKey('', raw), NoteError);
});
