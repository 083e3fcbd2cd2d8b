import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { noteSigner } from '../../../src/adapters/signing/note-signer.ts';
import {
  batchNoteText,
  isBodyOfLeaf,
  receiptHeader,
  receiptsName,
  verifyReceipt,
} from '../../../src/audit-log/proving/receipt.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { rootOfTree, treeHashes } from '../../../src/merkle/batch-tree.ts';
import { parseCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { parseSignedNote } from '../../../src/merkle/signed-note.ts';
import { exchangeId, releasedDraft } from '../../support/drafts.ts';
import { ORIGIN, throwawayKeys } from '../../support/log-folder.ts';
import { sealedEntry } from '../../support/opened-leaf.ts';

const AT = '2026-11-23T16:00:00.123Z';
const { privateKey } = generateKeyPairSync('ed25519');
const signer = noteSigner(receiptsName(ORIGIN), privateKey);
const key = signer.verifierKey;

function batch(size: number, first = 1000) {
  const leaves = Array.from({ length: size }, (_, nth) => Buffer.from(`{"nth":${nth}}`));
  const levels = treeHashes(Buffer.concat(leaves.map((leaf) => leafHash(leaf))));
  const note = signer.sign(batchNoteText(ORIGIN, first, size, rootOfTree(levels), AT));
  return { leaves, proof: { size, levels, note } };
}

test('every place in batches of every size up to 70, and of 512, has a receipt that verifies and tells its index', () => {
  for (const size of [...Array.from({ length: 70 }, (_, n) => n + 1), 512]) {
    const { leaves, proof } = batch(size);
    const places = size < 6 ? [...leaves.keys()] : [0, 1, size >> 1, size - 2, size - 1];
    for (const place of places) {
      const said = verifyReceipt(receiptHeader(proof, place), leaves[place], key);
      assert.ok(typeof said === 'object', `${place} of ${size}: ${said}`);
      assert.deepEqual([said.index, said.at], [1000 + place, AT]);
    }
  }
});

test('a receipt proves no other leaf', () => {
  const { leaves, proof } = batch(8);
  assert.match(String(verifyReceipt(receiptHeader(proof, 3), leaves[4], key)), /another leaf/);
});

test('a receipt with any bit changed proves nothing', () => {
  const { leaves, proof } = batch(5);
  const bytes = Buffer.from(receiptHeader(proof, 4), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const said = verifyReceipt(changed.toString('base64url'), leaves[4], key);
    assert.equal(typeof said, 'string', `bit ${bit}`);
  }
  for (const text of ['', 'AQ', '%', receiptHeader(proof, 4).slice(0, -4)])
    assert.equal(typeof verifyReceipt(text, undefined, key), 'string');
});

test('a receipt of another key, of the same key under another name, or of another log proves nothing', () => {
  const { leaves, proof } = batch(2);
  const header = receiptHeader(proof, 1);
  const other = noteSigner(receiptsName(ORIGIN), generateKeyPairSync('ed25519').privateKey);
  assert.match(String(verifyReceipt(header, leaves[1], other.verifierKey)), /signature/);
  assert.match(
    String(verifyReceipt(header, leaves[1], noteSigner(ORIGIN, privateKey).verifierKey)),
    /signature/,
  );
  const note = signer.sign(batchNoteText('other.example', 1000, 2, proof.levels.subarray(-32), AT));
  assert.match(
    String(verifyReceipt(receiptHeader({ ...proof, note }, 1), leaves[1], key)),
    /not one of a receipt/,
  );
});

test('a receipt never reads as a checkpoint, and a checkpoint never as a receipt', () => {
  const { leaves, proof } = batch(1);
  const { text } = parseSignedNote(proof.note);
  assert.throws(() => parseCheckpoint(text));
  assert.doesNotMatch(text.split('\n')[1] ?? '', /^\d/);
  const checkpoint = signer.sign(`${ORIGIN}\n1\n${proof.levels.toString('base64')}\n`);
  const header = receiptHeader({ ...proof, note: checkpoint }, 0);
  assert.match(String(verifyReceipt(header, leaves[0], key)), /not one of a receipt/);
});

test('the holder of a body proves with the salt that it is the one, and no other body passes', () => {
  const bodySha256 = randomBytes(32);
  const draft = releasedDraft(exchangeId(0), 0, `${'A'.repeat(43)}=`);
  const sealed = { ...draft.sealed, bodySha256 };
  const { leaf, bodySalt = '' } = sealedEntry(new Sealer(throwawayKeys()), { ...draft, sealed });
  assert.ok(isBodyOfLeaf(bodySha256, bodySalt, leaf.body));
  assert.ok(!isBodyOfLeaf(randomBytes(32), bodySalt, leaf.body));
  assert.ok(!isBodyOfLeaf(bodySha256, randomBytes(16).toString('base64url'), leaf.body));
  assert.ok(!isBodyOfLeaf(bodySha256, `${bodySalt}A`, leaf.body));
});
