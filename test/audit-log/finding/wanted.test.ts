/** What is looked for in sealed rows: nobody else's tags count, and none of another key. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wantedCase, wantedStaff, wantedSubject } from '../../../src/audit-log/finding/wanted.ts';
import { placesOf, withoutPlaces } from '../../../src/audit-log/keeping/erased-places.ts';
import { readSealedRow } from '../../../src/audit-log/sealing/sealed-row.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';
import type { SubjectIdentifier } from '../../../src/domain/audit-entry.ts';
import { badgeFacts, exchangeId } from '../../support/drafts.ts';
import { throwawayKeys } from '../../support/log-folder.ts';

const AT = 1_795_000_000_000;
const [older, newer] = [
  throwawayKeys(),
  { ...throwawayKeys(), subjectTags: { ...throwawayKeys().subjectTags, id: '2027h1' } },
];
const ids = fc.constantFrom('ZZ9Z01', 'ZZ9Z02', 'ZZ9Z03');
const badge = (id: string): SubjectIdentifier => ({ namespace: 'blue badge number', id });
const lists = fc.array(ids.map(badge), { maxLength: 4 });

function bytesOf(
  keys: typeof older,
  asked: readonly SubjectIdentifier[],
  subjects: readonly SubjectIdentifier[] = [],
  people: readonly SubjectIdentifier[] = [],
): Buffer {
  const sealer = new Sealer(keys);
  const sealed = {
    asked,
    subjects,
    screened: { conditions: 0, people },
    person: 'one',
    caseReference: 'C-1',
  };
  sealer.seal({ kind: 'sent', facts: badgeFacts(exchangeId(AT), AT), result: {}, sealed });
  return Buffer.from(sealer.row.subarray(0, sealer.rowBytes));
}

const rowOf = (...row: Parameters<typeof bytesOf>) => readSealedRow(bytesOf(...row));

test('a row names a person just as it was asked with them, found them or held them back, under whatever key it was sealed', () => {
  fc.assert(
    fc.property(fc.boolean(), lists, lists, lists, ids, (isNewer, asked, found, held, id) => {
      const row = rowOf(isNewer ? newer : older, asked, found, held);
      const wanted = wantedSubject([badge(id)], [], [newer.subjectTags, older.subjectTags]);
      const has = (list: readonly SubjectIdentifier[]) => list.some((one) => one.id === id);
      assert.deepEqual(wanted.named(row), [
        ...(has(asked) ? ['asked with'] : []),
        ...(has(found) ? ['found in a record'] : []),
        ...(has(held) ? ['held back'] : []),
      ]);
      assert.equal(wanted.tags.length, 2);
    }),
    { numRuns: 60 },
  );
});

test('a row of a key that is not at hand names nobody', () => {
  const wanted = wantedSubject([badge('ZZ9Z01')], [], [newer.subjectTags]);
  assert.deepEqual(wanted.named(rowOf(older, [badge('ZZ9Z01')])), []);
});

test('details that many people have name a person only where a row was asked with two of them and with nothing else', () => {
  const name = { namespace: 'name', id: 'I. Marsh' };
  const postcode = { namespace: 'postcode', id: 'ZZ99 3VZ' };
  const wanted = wantedSubject([badge('ZZ9Z01')], [name, postcode], [older.subjectTags]);
  const asked = (...those: SubjectIdentifier[]) => wanted.named(rowOf(older, those));
  assert.deepEqual(asked(name, postcode), ['asked with']);
  assert.deepEqual(asked(name), []);
  assert.deepEqual(asked(name, { namespace: 'postcode', id: 'ZZ99 3WZ' }), []);
  assert.deepEqual(wanted.named(rowOf(older, [], [name, postcode])), []);
});

test('a member of staff is told by issuer and identifier, and a case by consumer and reference', () => {
  const row = rowOf(older, []);
  const keys = [older.subjectTags];
  const { auth, consumer = '' } = badgeFacts('', AT);
  assert.equal(wantedStaff([auth?.issuer ?? ''], 'one', keys).named(row).length, 1);
  assert.equal(wantedStaff(['https://other.example'], 'one', keys).named(row).length, 0);
  assert.equal(wantedStaff([auth?.issuer ?? ''], 'other', keys).named(row).length, 0);
  assert.equal(wantedCase(consumer, 'C-1', keys).named(row).length, 1);
  assert.equal(wantedCase('another', 'C-1', keys).named(row).length, 0);
});

test('a person who was erased from a row is not named by it any more, and everybody else is', () => {
  const list = ['ZZ9Z01', 'ZZ9Z02'].map(badge);
  const row = bytesOf(older, list, list, list);
  const tags = new SubjectTags(older.subjectTags.bytes);
  const erased = withoutPlaces(
    row,
    placesOf(row, (tag) => tags.of('blue badge number', 'ZZ9Z01').equals(tag), true),
  );
  const named = (id: string) =>
    wantedSubject([badge(id)], [], [older.subjectTags]).named(readSealedRow(erased));
  assert.deepEqual(named('ZZ9Z01'), []);
  assert.ok(named('ZZ9Z02').includes('asked with') && named('ZZ9Z02').includes('found in a record'));
});

test('a note about a member of staff is found by what they are looked for', () => {
  const { auth } = badgeFacts('', AT);
  const about = { namespace: `acting person ${auth?.issuer ?? ''}`, id: 'two' };
  assert.equal(
    wantedStaff([auth?.issuer ?? ''], 'two', [older.subjectTags]).named(rowOf(older, [about])).length,
    1,
  );
});
