import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isEmpty,
  placesOf,
  stillHolds,
  withoutPlaces,
} from '../../../src/audit-log/keeping/erased-places.ts';
import { openSealedRow, readSealedRow, SealedRowError } from '../../../src/audit-log/sealing/sealed-row.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';
import { rootOfTree, treeHashes } from '../../../src/merkle/batch-tree.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { exchangeId, releasedDraft } from '../../support/drafts.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { sealedEntry } from '../../support/opened-leaf.ts';

const AT = 1_795_000_000_000;
const keys = throwawayKeys();
const sealer = new Sealer(keys);
const tags = new SubjectTags(keys.subjectTags.bytes);
const badge = (id: string) => ({ namespace: 'badge number', id });
const commitmentOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const isOf = (id: string) => (tag: Uint8Array) => tags.of('badge number', id).equals(tag);

function sealed(asked: readonly string[], found: readonly string[]) {
  const draft = releasedDraft(exchangeId(AT), AT, `${'A'.repeat(43)}=`);
  const subjects = { asked: asked.map(badge), subjects: found.map(badge) };
  return sealedEntry(sealer, { ...draft, sealed: { ...draft.sealed, ...subjects } });
}

function rootOver(row: Uint8Array, list: 'asked' | 'found'): string {
  const commitments = readSealedRow(row)[list].map((subject) =>
    'tag' in subject ? commitmentOf(Buffer.concat([subject.salt, subject.tag])) : subject.commitment,
  );
  return rootOfTree(treeHashes(Buffer.concat(commitments.map((one) => leafHash(one))))).toString('base64');
}

test('whatever places are erased, in whatever order: the others stay, both roots can be rebuilt, and nothing leads to the one', () => {
  const ids = fc.array(fc.constantFrom('ZZ9Z01', 'ZZ9Z02', 'ZZ9Z03'), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(ids, ids, fc.constantFrom('ZZ9Z01', 'ZZ9Z02'), (asked, found, id) => {
      const { leaf, row } = sealed(asked, found);
      const read = readSealedRow(row);
      const places = placesOf(row, isOf(id), false);
      const reduced = withoutPlaces(row, places);
      for (const list of ['asked', 'found'] as const)
        for (const subject of read[list]) {
          if (!('tag' in subject)) continue;
          assert.equal(Buffer.from(reduced).includes(subject.salt), !isOf(id)(subject.tag));
        }
      assert.ok(!Buffer.from(reduced).includes(tags.of('badge number', id)));
      assert.equal(rootOver(reduced, 'asked'), leaf.asked.root);
      assert.equal(rootOver(reduced, 'found'), leaf.subjects.root);
      assert.deepEqual(readSealedRow(reduced).bodySalt, read.bodySalt);
      // A second erasure in the same entry counts the same places, and the first one again changes nothing.
      const other = withoutPlaces(reduced, placesOf(row, isOf('ZZ9Z03'), false));
      assert.deepEqual(
        other,
        withoutPlaces(withoutPlaces(row, placesOf(row, isOf('ZZ9Z03'), false)), places),
      );
      assert.deepEqual(withoutPlaces(reduced, places), reduced);
      assert.ok(!stillHolds(reduced, places));
      assert.equal(stillHolds(row, places), !isEmpty(places));
    }),
  );
});

test('the words go where they are named, and stay where they are not', () => {
  const { leaf, row } = sealed(['ZZ9Z01'], []);
  const sealingKey = () => keys.sealing;
  const kept = withoutPlaces(row, placesOf(row, isOf('ZZ9Z01'), false));
  assert.equal(openSealedRow(readSealedRow(kept), leaf, sealingKey)?.person, 'officer-0417');
  const places = placesOf(row, isOf('ZZ9Z02'), true);
  assert.deepEqual(places, { asked: [], found: [], heldBack: [], words: true });
  const gone = withoutPlaces(row, places);
  assert.equal(openSealedRow(readSealedRow(gone), leaf, sealingKey), undefined);
  assert.ok(stillHolds(row, places) && !stillHolds(gone, places));
  assert.deepEqual(placesOf(gone, isOf('ZZ9Z02'), true).words, false);
});

test('a place that the row does not have, and bytes that are no row, are refused', () => {
  const { row } = sealed(['ZZ9Z01'], ['ZZ9Z02']);
  assert.throws(
    () => withoutPlaces(row, { asked: [1], found: [], heldBack: [], words: false }),
    SealedRowError,
  );
  assert.throws(
    () => withoutPlaces(row, { asked: [], found: [0, 7], heldBack: [], words: false }),
    SealedRowError,
  );
  assert.throws(
    () => withoutPlaces(Buffer.from('no row'), { asked: [0], found: [], heldBack: [], words: false }),
    SealedRowError,
  );
});

test('somebody who was held back goes with the words that name them, and others who were held back stay', () => {
  const draft = releasedDraft(exchangeId(AT), AT, `${'A'.repeat(43)}=`);
  const people = ['ZZ9Z01', 'ZZ9Z02', 'ZZ9Z03'].map(badge);
  const { row } = sealedEntry(sealer, {
    ...draft,
    sealed: { ...draft.sealed, screened: { conditions: 0, people } },
  });
  const places = placesOf(row, isOf('ZZ9Z02'), false);
  assert.deepEqual(places, { asked: [], found: [], heldBack: [1], words: true });
  const reduced = withoutPlaces(row, places);
  assert.deepEqual(
    readSealedRow(reduced).heldBack.map((tag) => Buffer.from(tag)),
    ['ZZ9Z01', 'ZZ9Z03'].map((id) => tags.of('badge number', id)),
  );
  assert.deepEqual(placesOf(reduced, isOf('ZZ9Z03'), false).heldBack, [2]);
  assert.ok(!stillHolds(reduced, places) && stillHolds(row, { ...places, words: false }));
});
