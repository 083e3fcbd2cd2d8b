import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SealedNote } from '../../../src/audit-log/sealing/sealed-note.ts';
import { openSealedRow, readSealedRow } from '../../../src/audit-log/sealing/sealed-row.ts';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';
import { framedEntries } from '../../../src/audit-log/writing/entry-frame.ts';
import { OutgoingEntries } from '../../../src/audit-log/writing/outgoing-entries.ts';
import { leafFault } from '../../../src/domain/leaf.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { PLACE } from '../../support/opened-leaf.ts';

const AT = Date.UTC(2026, 10, 23, 16);
const keys = throwawayKeys();
const tags = new SubjectTags(keys.subjectTags.bytes);
const key = (id: string) => (id === keys.sealing.id ? keys.sealing : undefined);
const WHO = {
  person: { issuer: 'https://login.northmere.example', id: 'auditor-0007' },
  subjects: [{ namespace: 'NHS number', id: '9990001006' }],
  caseReference: { consumer: 'northmere-county-council', id: 'SAR-2026-0042' },
  words: { because: 'a request of the person on 3 November' },
};

function noted(sealed: SealedNote) {
  const entries = new OutgoingEntries(PLACE, keys);
  entries.addNote('report', AT, { code: 'subject', records: 137, assurance: 'proved' }, [], sealed);
  const { frame, count } = entries.take();
  const [entry] = framedEntries(frame, count);
  assert.ok(entry?.sealed);
  return { row: entry.sealed, leaf: JSON.parse(entry.settle(1, undefined).subarray(1).toString()) };
}

test('a note commits to who asked, about whom and in which case, and names none of them in its leaf', () => {
  const { leaf } = noted(WHO);
  assert.equal(leafFault(leaf), undefined);
  assert.equal(leaf.asked.count, 1);
  assert.match(`${leaf.reader} ${leaf.case}`, /^[\w-]{43} [\w-]{43}$/);
  assert.doesNotMatch(JSON.stringify(leaf), /auditor-0007|9990001006|SAR-2026|request of the person/);
});

test('the sealed row of a note leads from a person, a case and a reader to it', () => {
  const read = readSealedRow(noted(WHO).row);
  const tagged = [read.asked[0], read.person, read.caseReference].map((item) => {
    assert.ok(item && 'tag' in item);
    return Buffer.from(item.tag).toString('hex');
  });
  assert.deepEqual(
    tagged,
    [
      tags.of('NHS number', '9990001006'),
      tags.of('acting person https://login.northmere.example', 'auditor-0007'),
      tags.of('case reference northmere-county-council', 'SAR-2026-0042'),
    ].map((tag) => tag.toString('hex')),
  );
});

test('the words of a note open with the sealing key and only beside its own leaf', () => {
  const { leaf, row } = noted(WHO);
  const read = readSealedRow(row);
  assert.deepEqual(openSealedRow(read, leaf, key)?.words, WHO.words);
  assert.throws(() => openSealedRow(read, { ...leaf, id: '0198c1f0-0000-4000-8000-000000000009' }, key));
});

test('a note of nobody about nobody has an id and no commitment', () => {
  const { leaf } = noted({ words: { because: 'a drill' } });
  assert.match(leaf.id, /^[0-9a-f-]{36}$/);
  assert.deepEqual([leaf.reader, leaf.asked, leaf.case], [undefined, undefined, undefined]);
});
