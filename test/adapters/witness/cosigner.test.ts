import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { makeCosigner } from '../../../src/adapters/witness/cosigner.ts';
import { formatCosignerKey, openCosignatures, parseCosignerKey } from '../../../src/merkle/cosignature.ts';
import { NoteError } from '../../../src/merkle/signed-note.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const TEXT = `log.example\n7\n${Buffer.alloc(32, 7).toString('base64')}\n`;

test('a cosignature says when it was made, in whole seconds, and verifies under the public half', () => {
  const cosigner = makeCosigner('witness.example', privateKey, () => 1_795_449_600_999);
  const key = parseCosignerKey(formatCosignerKey(cosigner.key));
  const [found] = openCosignatures({ text: TEXT, signatures: [cosigner.cosign(TEXT)] }, [key]);
  assert.equal(found?.atSeconds, 1_795_449_600);
});

test('a name that no signature line can hold makes no cosigner', () => {
  for (const name of ['', 'two words', 'a+b'])
    assert.throws(() => makeCosigner(name, privateKey, Date.now), NoteError);
});
