import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { noteSigner } from '../../../src/adapters/signing/note-signer.ts';
import { openSignedNote } from '../../../src/merkle/signed-note.ts';

const { privateKey } = generateKeyPairSync('ed25519');

test('what the signer signs, its verifier key opens', () => {
  const signer = noteSigner('log.northmere.example', privateKey);
  const note = signer.sign('first line\nsecond line\n');
  assert.equal(openSignedNote(note, [signer.verifierKey]), 'first line\nsecond line\n');
  assert.match(note, /\n\n\u2014 log\.northmere\.example [A-Za-z0-9+/=]+\n$/);
});

test('a note does not open under another name of the same key', () => {
  const note = noteSigner('log.northmere.example', privateKey).sign('text\n');
  const other = noteSigner('log.northmere.example/receipts', privateKey);
  assert.throws(() => openSignedNote(note, [other.verifierKey]));
});
