import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countersignedInWords,
  openCountersigned,
} from '../../../src/audit-log/witnessing/witness-countersigned.ts';
import { NoteError } from '../../../src/merkle/signed-note.ts';
import { LocalWitness, policyOf } from '../../support/local-witness.ts';
import { SignedTree } from '../../support/signed-tree.ts';

const tree = new SignedTree('log.example').grow(5);
const AT = 1_795_449_600_000;
const witnesses = [1, 2, 3].map((n) => new LocalWitness(`w${n}`, tree, () => AT + n * 10_000));
const lines = witnesses.map((witness) => witness.answer(tree.asking(0)).body);

test('a checkpoint that enough witnesses cosigned is countersigned from the instant of the last that was needed', () => {
  const note = tree.checkpoint() + lines[2] + lines[0];
  const found = openCountersigned(note, tree.key, policyOf(witnesses, 2));
  assert.deepEqual(found?.by, ['w1', 'w3']);
  assert.equal(found?.atMs, AT + 30_000);
  assert.equal(found?.checkpoint.size, 5);
  assert.equal(openCountersigned(note, tree.key, policyOf(witnesses, 1))?.atMs, AT + 10_000);
});

test('too few cosignatures, or those of strangers, countersign nothing', () => {
  const note = tree.checkpoint() + lines[0] + lines[0];
  assert.equal(openCountersigned(note, tree.key, policyOf(witnesses, 2)), undefined);
  assert.equal(openCountersigned(note, tree.key, policyOf(witnesses.slice(1), 1)), undefined);
  assert.equal(openCountersigned(tree.checkpoint(), tree.key, policyOf(witnesses, 1)), undefined);
});

test("without the log's own signature, or with a wrong cosignature, a note shows nothing", () => {
  const policy = policyOf(witnesses, 1);
  const other = new SignedTree('log.example').grow(5);
  assert.throws(() => openCountersigned(other.checkpoint() + lines[0], tree.key, policy), NoteError);
  const ofOtherText = tree.checkpoint(4) + lines[0];
  assert.throws(() => openCountersigned(ofOtherText, tree.key, policy), NoteError);
});

test('the words say until when, by whom, and since when the log stands alone', () => {
  const found = openCountersigned(tree.checkpoint() + lines[0] + lines[1], tree.key, policyOf(witnesses, 2));
  assert.equal(
    countersignedInWords(found, 7, AT + 40_500),
    'Countersigned outside until 2026-11-23T16:00:20Z (the first 5 entries) by w1 and w2; self-attested since 2026-11-23T16:00:40.500Z (2 entries).',
  );
  assert.match(countersignedInWords(found, 6, undefined), /self-attested \(1 entry\)\.$/);
  assert.match(countersignedInWords(found, 5, undefined), /; nothing came after that\.$/);
  assert.match(countersignedInWords(undefined, 7, 1), /^Nothing is countersigned outside: all 7 entries/);
});
