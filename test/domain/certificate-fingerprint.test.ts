import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fingerprintInWords, readFingerprint } from '../../src/domain/certificate-fingerprint.ts';

const sha256 = createHash('sha256').update('a certificate');
const bytes = sha256.digest();
const HEX = bytes.toString('hex');

test('a fingerprint is read with colons or without, in capitals or not, and shown as openssl shows it', () => {
  const words = fingerprintInWords(bytes.toString('base64url'));
  assert.match(words, /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  for (const text of [words, words.toLowerCase(), HEX, HEX.toUpperCase()])
    assert.equal(readFingerprint(text), bytes.toString('base64url'));
});

test('anything else is no fingerprint', () => {
  const wrong = ['', HEX.slice(2), `${HEX}00`, `${HEX.slice(0, -1)}g`, ` ${HEX}`, `${HEX}\n`];
  const colons = fingerprintInWords(bytes.toString('base64url'));
  for (const text of [...wrong, colons.replace(':', ''), `${colons}:`, bytes.toString('base64url')])
    assert.equal(readFingerprint(text), undefined, text);
});
