import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSealedRow, readSealedRow, SealedRowError } from '../../../src/audit-log/sealing/sealed-row.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { exchangeId, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { sealedEntry } from '../../support/opened-leaf.ts';

const AT = 1_795_000_000_000;
const keys = throwawayKeys();
const sealer = new Sealer(keys);
const sealingKey = (id: string) => (id === keys.sealing.id ? keys.sealing : undefined);

test('the words that an exchange began with come back with the key, and only with it', () => {
  const { leaf, row } = sealedEntry(sealer, sentDraft(exchangeId(AT), AT));
  assert.deepEqual(openSealedRow(readSealedRow(row), leaf, sealingKey), {
    person: 'officer-0417',
    case: 'PCN/2026/00417',
    token: 'token-7f3a9c',
    caller_reference: 'kerb-99',
  });
  assert.throws(() => openSealedRow(readSealedRow(row), leaf, () => undefined), SealedRowError);
});

test('a row beside another leaf does not open, but one that a limit refused still does', () => {
  const { leaf, row } = sealedEntry(sealer, sentDraft(exchangeId(AT), AT));
  const read = readSealedRow(row);
  assert.throws(() => openSealedRow(read, { ...leaf, exchange: exchangeId(AT) }, sealingKey));
  assert.throws(() => openSealedRow(read, { ...leaf, kind: 'failed' }, sealingKey));
  const refused = { ...leaf, kind: 'refused', after: 'limit' };
  assert.equal(openSealedRow(read, refused, sealingKey)?.person, 'officer-0417');
});

test('later entries of an exchange do not repeat the words', () => {
  sealedEntry(sealer, sentDraft(exchangeId(AT), AT));
  const draft = releasedDraft(exchangeId(AT), AT, `${'A'.repeat(43)}=`);
  const { person, token, caseReference } = sealer.commitments;
  const sealed = { named: { person, token, caseReference }, subjects: draft.sealed.subjects ?? [] };
  const { leaf, row } = sealedEntry(sealer, { ...draft, sealed });
  assert.equal(openSealedRow(readSealedRow(row), leaf, sealingKey), undefined);
});

test('bytes that are no row of version 1 are refused', () => {
  const { row } = sealedEntry(sealer, sentDraft(exchangeId(AT), AT));
  const other = Buffer.from(row);
  other[0] = 2;
  assert.throws(() => readSealedRow(other), SealedRowError);
  assert.throws(() => readSealedRow(row.subarray(0, row.length - 1)), SealedRowError);
  assert.throws(() => readSealedRow(Buffer.concat([row, Buffer.from([99, 0, 0])])), SealedRowError);
  assert.throws(() => readSealedRow(Buffer.alloc(0)), SealedRowError);
});

test('a part that a limit refused still gives its words back', () => {
  const draft = releasedDraft(exchangeId(AT), AT, `${'A'.repeat(43)}=`, { part: 3 });
  const { leaf, row } = sealedEntry(sealer, draft);
  const refused = { ...leaf, kind: 'refused', after: 'fetch', part: 2, limit: 'different people looked up' };
  assert.equal(openSealedRow(readSealedRow(row), refused, sealingKey)?.person, 'officer-0417');
  assert.throws(() => openSealedRow(readSealedRow(row), { ...refused, part: 3 }, sealingKey));
});

test('what was screened stands in the words alone, also of a later entry', () => {
  const draft = releasedDraft(exchangeId(AT), AT, `${'A'.repeat(43)}=`);
  const person = { namespace: 'NHS number', id: '9990001006' };
  const screened = { conditions: 2, people: [person] };
  const names = { person: undefined, token: undefined, caseReference: undefined };
  const { leaf, row } = sealedEntry(sealer, { ...draft, sealed: { named: names, screened } });
  assert.deepEqual(openSealedRow(readSealedRow(row), leaf, sealingKey), {
    screened: { conditions: 2, people: [person], count: 1 },
  });
  assert.ok(!JSON.stringify(leaf).includes('screened') && !row.includes(person.id));
});

test('a part in which hundreds were held back still has words', () => {
  const draft = releasedDraft(exchangeId(AT), AT, `${'A'.repeat(43)}=`);
  const people = Array.from({ length: 2000 }, () => ({ namespace: 'name', id: '\u4e00'.repeat(500) }));
  const { leaf, row } = sealedEntry(sealer, { ...draft, sealed: { screened: { conditions: 0, people } } });
  const words = openSealedRow(readSealedRow(row), leaf, sealingKey);
  assert.equal(words?.screened?.count, 2000);
});

test("the reference of the person's consent stands in the words", () => {
  const draft = sentDraft(exchangeId(AT), AT);
  const sealed = { ...draft.sealed, consentReference: 'CONSENT-7' };
  const { leaf, row } = sealedEntry(sealer, { ...draft, sealed });
  assert.equal(openSealedRow(readSealedRow(row), leaf, sealingKey)?.consent, 'CONSENT-7');
  assert.ok(!JSON.stringify(leaf).includes('CONSENT'));
});
