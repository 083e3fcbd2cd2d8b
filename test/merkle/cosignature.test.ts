import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64 } from '../../src/encoding/base64.ts';
import { sha256 } from '../../src/encoding/sha256.ts';
import {
  cosignatureOf,
  cosignedMessage,
  cosignerKey,
  formatCosignerKey,
  openCosignatures,
  parseCosignerKey,
} from '../../src/merkle/cosignature.ts';
import {
  formatSignedNote,
  formatVerifierKey,
  keyId,
  NoteError,
  parseSignedNote,
  verifierKey,
} from '../../src/merkle/signed-note.ts';
import { readVectors } from '../vectors/read-vectors.ts';

const SUNLIGHT = readVectors<{ originSha256: string; verifierKey: string; checkpoint: string }[]>(
  'sunlight-witness/checkpoints.json',
);
const TEXT = `log.example\n7\n${toBase64(Buffer.alloc(32, 7))}\n`;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const key = cosignerKey('witness.example', publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));

function cosigned(text = TEXT, at = 1_795_449_600, message = cosignedMessage(text, at)) {
  const signature = sign(null, Buffer.from(message), privateKey);
  return formatSignedNote(text, [cosignatureOf(key, at, signature)]);
}

test('cosignatures that another implementation made verify under its verifier keys', () => {
  for (const { verifierKey: text, checkpoint, originSha256 } of SUNLIGHT) {
    const known = parseCosignerKey(text);
    const [one, ...rest] = openCosignatures(parseSignedNote(checkpoint), [known]);
    assert.equal(one?.key, known);
    assert.equal(one?.atSeconds, 0x69546780);
    assert.deepEqual(rest, []);
    assert.equal(formatCosignerKey(known), text);
    assert.equal(sha256(checkpoint.split('\n')[0] ?? '').toString('hex'), originSha256);
  }
});

test('a cosignature that was written is read back with the instant at which it was made', () => {
  const found = openCosignatures(parseSignedNote(cosigned()), [key]);
  assert.deepEqual(found, [{ key, atSeconds: 1_795_449_600 }]);
  assert.deepEqual(parseCosignerKey(formatCosignerKey(key)), key);
});

test('of two cosignatures of one witness the newer counts', () => {
  const [older] = parseSignedNote(cosigned(TEXT, 5)).signatures;
  const [newer] = parseSignedNote(cosigned(TEXT, 6)).signatures;
  for (const pair of [
    [older!, newer!],
    [newer!, older!],
  ])
    assert.equal(openCosignatures({ text: TEXT, signatures: pair }, [key])[0]?.atSeconds, 6);
});

test('signatures of unknown witnesses are passed over', () => {
  const other = { name: key.name, id: Buffer.of(1, 2, 3, 4), signature: Buffer.alloc(72) };
  assert.deepEqual(openCosignatures({ text: TEXT, signatures: [other] }, [key]), []);
  assert.deepEqual(openCosignatures(parseSignedNote(cosigned()), []), []);
});

test('a plain signature over the checkpoint is no cosignature, and one without an instant neither', () => {
  assert.throws(() => openCosignatures(parseSignedNote(cosigned(TEXT, 9, TEXT)), [key]), NoteError);
  assert.throws(() => openCosignatures(parseSignedNote(cosigned(TEXT, 0)), [key]), NoteError);
});

test('a cosignature of something that is no checkpoint is refused', () => {
  assert.throws(() => openCosignatures(parseSignedNote(cosigned('hello\n')), [key]), NoteError);
});

test('no changed bit of a cosignature or its instant goes through', () => {
  const note = parseSignedNote(cosigned());
  const [{ signature, ...rest }] = note.signatures as [(typeof note.signatures)[0]];
  fc.assert(
    fc.property(fc.nat(signature.length * 8 - 1), (bit) => {
      const changed = Buffer.from(signature);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const spoiled = { text: TEXT, signatures: [{ ...rest, signature: changed }] };
      assert.throws(() => openCosignatures(spoiled, [key]), NoteError);
    }),
    { numRuns: 600 },
  );
});

test("a log's key and a key of a type that is not supported are told from a witness's", () => {
  const ofLog = formatVerifierKey(verifierKey('log.example', key.publicKey));
  assert.throws(() => parseCosignerKey(ofLog), /one of a log/);
  const typed = Buffer.concat([Buffer.of(6), Buffer.alloc(1312, 3)]);
  const mlDsa = `w.example+${keyId('w.example', typed).toString('hex')}+${toBase64(typed)}`;
  assert.throws(() => parseCosignerKey(mlDsa), /ML-DSA-44/);
  assert.throws(() => parseCosignerKey('w.example+00000000+BBBB'), NoteError);
});
