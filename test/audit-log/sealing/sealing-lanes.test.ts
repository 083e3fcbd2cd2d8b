import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { SALT_BYTES, Salts } from '../../../src/audit-log/sealing/salts.ts';
import {
  commitmentAt,
  MOST_SUBJECTS,
  NAME_ROWS,
  SealingLanes,
  SUBJECT_ITEM_BYTES,
  tagAt,
} from '../../../src/audit-log/sealing/sealing-lanes.ts';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';

const key = randomBytes(32);
const lanes = new SealingLanes(new SubjectTags(key));
const salts = new Salts();

interface Subject {
  readonly namespace: string;
  readonly id: string;
}

const sha256 = (...pieces: (Uint8Array | string)[]) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};
const tagOf = ({ namespace, id }: Subject) =>
  createHmac('sha256', key).update(`${namespace}\0${id}`).digest();

/** RFC 6962 section 2.1, word for word, over commitments. */
function treeHash(commitments: readonly Uint8Array[]): Buffer {
  if (commitments.length === 1) return sha256('\0', commitments[0]!);
  let split = 1;
  while (split * 2 < commitments.length) split *= 2;
  return sha256('\x01', treeHash(commitments.slice(0, split)), treeHash(commitments.slice(split)));
}

/** Seals subjects as the sealer does: items one after the other, and the root over them. */
function sealed(subjects: readonly Subject[], type = 6) {
  const rows: Buffer[] = [];
  for (let from = 0; from < subjects.length; from += MOST_SUBJECTS) {
    const some = subjects.slice(from, from + MOST_SUBJECTS);
    const end = NAME_ROWS + some.length;
    some.forEach(({ namespace, id }, nth) => {
      lanes.tagMessage(NAME_ROWS + nth, namespace, id);
    });
    lanes.makeTags(NAME_ROWS, end);
    const row = Buffer.alloc(some.length * SUBJECT_ITEM_BYTES);
    lanes.saltAndCopy(salts, some.length, type, row, 0);
    lanes.makeCommitments(NAME_ROWS, end);
    lanes.addToTree(some.length);
    rows.push(row);
  }
  return { row: Buffer.concat(rows), root: lanes.root() };
}

function check(subjects: readonly Subject[]): void {
  const { row, root } = sealed(subjects);
  assert.equal(row.length, subjects.length * SUBJECT_ITEM_BYTES);
  const seen = new Set<string>();
  const commitments = subjects.map((subject, nth) => {
    const item = row.subarray(nth * SUBJECT_ITEM_BYTES, (nth + 1) * SUBJECT_ITEM_BYTES);
    assert.deepEqual(item.subarray(0, 3), Buffer.from([6, 0, 48]));
    assert.deepEqual(item.subarray(3 + SALT_BYTES), tagOf(subject));
    seen.add(item.toString('hex', 3, 3 + SALT_BYTES));
    return sha256(item.subarray(3));
  });
  assert.equal(seen.size, subjects.length, 'each subject has a salt of its own');
  assert.equal(root, treeHash(commitments).toString('base64'));
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 90 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('NHS number', 'UPRN', '', 'a\0b', '9990001234', '\ud800'),
);
const lists = fc.array(fc.record({ namespace: text, id: text }), { minLength: 1, maxLength: 20 });

test('tags, salts, items and root are those of a plain sealer, whatever stood in the rows before', () => {
  fc.assert(fc.property(lists, check), { numRuns: 300 });
});

test('identifiers at the edge of a block are tagged as any other', () => {
  for (let length = 40; length <= 60; length += 1) {
    const long = 'x'.repeat(length);
    check(['a', long, 'ä', long, `${long}é`, '', 'b'].map((id) => ({ namespace: 'NHS number', id })));
  }
});

test('what a long identifier left in its row reaches no later tag', () => {
  const ids = [
    'a',
    `${'x'.repeat(35)}${'é'.repeat(7)}`,
    'b',
    'x'.repeat(44),
    'c',
    'é',
    'd',
    'x'.repeat(45),
    '',
  ];
  for (const id of ids) check([{ namespace: 'NHS number', id }]);
});

test('an entry that failed half-way leaves nothing to the next', () => {
  lanes.tagMessage(NAME_ROWS + 1, 'NHS number', 'x'.repeat(80));
  check([{ namespace: 'NHS number', id: '1' }]);
  sealed([{ namespace: 'NHS number', id: '1' }]);
  lanes.addToTree(1);
  lanes.begin();
  check([{ namespace: 'NHS number', id: '2' }]);
});

test('trees of every size are those of RFC 6962, also over many calls', () => {
  const people = Array.from({ length: 2400 }, (_, nth) => ({ namespace: 'NHS number', id: `999${nth}` }));
  for (let count = 1; count <= 70; count += 1) check(people.slice(0, count));
  for (const count of [127, 128, 129, 255, 256, 257, 383, 385, 2300, 2400]) check(people.slice(0, count));
});

test('more subjects than a tree of roots over one call holds have the right root', () => {
  const people = Array.from({ length: 128 * 130 + 1 }, (_, nth) => ({ namespace: 'UPRN', id: `${nth}` }));
  check(people);
});

test('a name is committed to in its row, and one too long for a block is refused there', () => {
  lanes.tagMessage(2, 'case reference x', 'PCN/1');
  lanes.makeTags(2, NAME_ROWS);
  const tag = tagAt(2);
  assert.deepEqual(
    lanes.bytes.subarray(tag, tag + 32),
    tagOf({ namespace: 'case reference x', id: 'PCN/1' }),
  );
  for (let length = 0; length <= 60; length += 1) {
    const message = randomBytes(length);
    assert.equal(lanes.commitmentMessage(1, message, length), length <= 55);
    if (length > 55) continue;
    lanes.makeCommitments(1, 2);
    assert.deepEqual(lanes.bytes.subarray(commitmentAt(1), commitmentAt(1) + 32), sha256(message));
  }
});
