import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSealedRow, type SealedSubject } from '../../../src/audit-log/sealing/sealed-row.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { badgeFacts, exchangeId, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { drafts } from '../../support/generated-drafts.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { sealedEntry } from '../../support/opened-leaf.ts';

const keys = throwawayKeys();
const sealer = new Sealer(keys);
const sha256 = (...pieces: (Uint8Array | string)[]) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};
const tagOf = (text: string) => createHmac('sha256', keys.subjectTags.bytes).update(text).digest();

/** RFC 6962 section 2.1, word for word. */
function treeHash(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return sha256('\0', leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256('\x01', treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

function commitments(subjects: readonly SealedSubject[]): Buffer[] {
  return subjects.map((subject) => {
    assert.ok('tag' in subject);
    return sha256(subject.salt, subject.tag);
  });
}

test('the roots in the leaf are those over the salted tags in the row, in order, for every draft', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      const { leaf, row } = sealedEntry(sealer, draft);
      if (row.length === 0) {
        assert.ok(!leaf.asked && !leaf.subjects && !leaf.case && !leaf.body);
        return;
      }
      const read = readSealedRow(row);
      const pairs = [
        [leaf.asked, read.asked, draft.sealed.asked],
        [leaf.subjects, read.found, draft.sealed.subjects],
      ] as const;
      for (const [inLeaf, inRow, drafted = []] of pairs) {
        assert.equal(inLeaf?.count ?? 0, drafted.length);
        assert.deepEqual(
          inRow.map((subject) => 'tag' in subject && Buffer.from(subject.tag)),
          drafted.map(({ namespace, id }) => tagOf(`${namespace}\0${id}`)),
        );
        if (inLeaf) assert.equal(inLeaf.root, treeHash(commitments(inRow)).toString('base64'));
      }
    }),
  );
});

test('person, case, token and body are committed to with salts that stand in the row', () => {
  const at = 1_795_000_000_000;
  const bodySha256 = randomBytes(32);
  const draft = releasedDraft(exchangeId(at), at, 'A'.repeat(43).concat('='));
  const { leaf, row, bodySalt } = sealedEntry(sealer, { ...draft, sealed: { ...draft.sealed, bodySha256 } });
  const read = readSealedRow(row);
  assert.equal(leaf.person.c, sha256(read.person!.salt, 'officer-0417').toString('base64url'));
  assert.equal(leaf.case, sha256(read.caseReference!.salt, 'PCN/2026/00417').toString('base64url'));
  assert.equal(leaf.auth.token, sha256(read.tokenSalt!, 'token-7f3a9c').toString('base64url'));
  assert.equal(leaf.body, sha256(read.bodySalt!, bodySha256).toString('base64url'));
  assert.equal(bodySalt, Buffer.from(read.bodySalt!).toString('base64url'));
});

test('tags of person and case tell who and where they belong to', () => {
  const at = 1_795_000_000_000;
  const read = readSealedRow(sealedEntry(sealer, sentDraft(exchangeId(at), at)).row);
  assert.deepEqual(read.person?.tag, tagOf('acting person https://login.westhaven.example\0officer-0417'));
  assert.deepEqual(
    read.caseReference?.tag,
    tagOf('case reference westhaven-district-council\0PCN/2026/00417'),
  );
  assert.equal(read.tagKey, keys.subjectTags.id);
});

test('no salt of two entries with the same content is the same', () => {
  const at = 1_795_000_000_000;
  const draft = sentDraft(exchangeId(at), at);
  const [one, other] = [sealedEntry(sealer, draft), sealedEntry(sealer, draft)];
  assert.notEqual(one.leaf.person.c, other.leaf.person.c);
  assert.notEqual(one.leaf.asked.root, other.leaf.asked.root);
  assert.notEqual(one.leaf.case, other.leaf.case);
});

test('an entry that names nobody has no sealed row, and nothing of the entry before it is left', () => {
  const at = 1_795_000_000_000;
  sealedEntry(sealer, releasedDraft(exchangeId(at), at, 'A'.repeat(43).concat('=')));
  const { leaf, row } = sealedEntry(sealer, {
    kind: 'failed',
    facts: badgeFacts(exchangeId(at), at),
    result: { code: 'upstream-timeout' },
    sealed: {},
  });
  assert.equal(row.length, 0);
  for (const member of ['person', 'case', 'body', 'asked', 'subjects']) assert.ok(!(member in leaf), member);
  assert.ok(!('token' in leaf.auth));
});

test('no identifier stands in a row in the clear', () => {
  const at = 1_795_000_000_000;
  const { row } = sealedEntry(sealer, sentDraft(exchangeId(at), at));
  for (const identifier of ['officer-0417', 'PCN', 'token-7f3a9c', 'kerb-99', 'ZZ9Z01'])
    assert.ok(!row.includes(identifier), identifier);
});

test('five hundred people in one part fit', () => {
  const at = 1_795_000_000_000;
  const subjects = Array.from({ length: 500 }, (_, nth) => ({ namespace: 'UPRN', id: `99000000${nth}` }));
  const draft = releasedDraft(exchangeId(at), at, 'A'.repeat(43).concat('='));
  const { leaf, row } = sealedEntry(sealer, { ...draft, sealed: { subjects } });
  assert.equal(leaf.subjects.count, 500);
  assert.equal(readSealedRow(row).found.length, 500);
});

test('names, body and people commit to the same bytes whether they fit a block, stand beside others or alone', () => {
  const at = 1_795_000_000_000;
  const name = fc.option(fc.string({ unit: 'grapheme', maxLength: 60 }), { nil: undefined });
  const people = fc.integer({ min: 0, max: 140 });
  const bodies = fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined });
  fc.assert(
    fc.property(
      name,
      name,
      name,
      people,
      people,
      bodies,
      (person, caseReference, token, asked, found, body) => {
        const some = (count: number) =>
          Array.from({ length: count }, (_, nth) => ({ namespace: 'UPRN', id: `${nth}` }));
        const { leaf, row } = sealedEntry(sealer, {
          ...{ kind: 'released', facts: badgeFacts(exchangeId(at), at), result: {} },
          sealed: {
            ...{ person, caseReference, token, asked: some(asked), subjects: some(found) },
            ...(body === undefined ? {} : { bodySha256: body }),
          },
        });
        const read = row.length === 0 ? undefined : readSealedRow(row);
        const committed = (salt: Uint8Array | undefined, content: string | Uint8Array | undefined) =>
          content === undefined ? undefined : sha256(salt!, content).toString('base64url');
        assert.equal(leaf.auth.token, committed(read?.tokenSalt, token));
        assert.equal(leaf.person?.c, committed(read?.person?.salt, person));
        assert.equal(leaf.case, committed(read?.caseReference?.salt, caseReference));
        assert.equal(leaf.body, committed(read?.bodySalt, body));
        const root = (subjects: readonly SealedSubject[] = []) =>
          subjects.length === 0
            ? undefined
            : { count: subjects.length, root: treeHash(commitments(subjects)).toString('base64') };
        assert.deepEqual(leaf.asked, root(read?.asked));
        assert.deepEqual(leaf.subjects, root(read?.found));
        assert.equal((read?.asked.length ?? 0) + (read?.found.length ?? 0), asked + found);
      },
    ),
  );
});

test('an entry with the names of an earlier one repeats its commitments and has no item for them', () => {
  const at = 1_795_000_000_000;
  sealer.seal(sentDraft(exchangeId(at), at));
  const { person, token, caseReference } = sealer.commitments;
  const draft = releasedDraft(exchangeId(at), at, 'A'.repeat(43).concat('='));
  const { subjects = [], bodySha256 } = draft.sealed;
  const named = { person, token, caseReference };
  const { leaf, row } = sealedEntry(sealer, {
    ...draft,
    sealed: { named, subjects, bodySha256: bodySha256! },
  });
  const read = readSealedRow(row);
  assert.deepEqual([leaf.person.c, leaf.auth.token, leaf.case], [person, token, caseReference]);
  assert.deepEqual([read.tokenSalt, read.person, read.caseReference, read.text], Array(4).fill(undefined));
  assert.equal(leaf.body, sha256(read.bodySalt!, bodySha256!).toString('base64url'));
  assert.equal(leaf.subjects.root, treeHash(commitments(read.found)).toString('base64'));
});

test('people who were held back stand in the row as tags, each once, and in the leaf not at all', () => {
  const badge = (id: string) => ({ namespace: 'badge number', id });
  const draft = releasedDraft(exchangeId(1), 1, `${'A'.repeat(43)}=`);
  const people = [badge('ZZ9Z01'), badge('ZZ9Z02'), badge('ZZ9Z01')];
  const held = sealedEntry(sealer, {
    ...draft,
    sealed: { ...draft.sealed, screened: { conditions: 0, people } },
  });
  const plain = sealedEntry(sealer, draft);
  assert.deepEqual(
    readSealedRow(held.row).heldBack.map((tag) => Buffer.from(tag)),
    [tagOf('badge number\0ZZ9Z01'), tagOf('badge number\0ZZ9Z02')],
  );
  assert.deepEqual(readSealedRow(plain.row).heldBack, []);
  assert.deepEqual(Object.keys(held.leaf), Object.keys(plain.leaf));
});
