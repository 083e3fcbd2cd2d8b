/** What an index leads to is what the whole log holds: two ways to the same entries. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { openSearchIndex } from '../../../src/adapters/storage/search/log-search-index.ts';
import { byIndex, everyEntry, type VisitCandidates } from '../../../src/audit-log/finding/candidates.ts';
import type { EntryIndex } from '../../../src/audit-log/finding/entry-index.ts';
import { findExchanges } from '../../../src/audit-log/finding/find-exchanges.ts';
import { wantedCase, wantedStaff, wantedSubject } from '../../../src/audit-log/finding/wanted.ts';
import type { SubjectIdentifier } from '../../../src/domain/audit-entry.ts';
import { badgeFacts } from '../../support/drafts.ts';
import { type Asking, BADGE, NHS, NINO, OTHER_BADGE, ReportLog } from '../../support/report-log.ts';

let log: ReportLog;
let index: EntryIndex;

beforeEach(async () => {
  log = await ReportLog.start();
  index = openSearchIndex({ log: log.reader, file: join(log.folder.path, 'log.search') });
});
afterEach(async () => {
  await index.close();
  log.close();
});

const people = fc.constantFrom(BADGE, OTHER_BADGE, NHS, NINO);
const lists = fc.array(people, { maxLength: 3 });
const askings: fc.Arbitrary<Asking> = fc.record(
  {
    asked: lists,
    parts: fc.array(lists, { maxLength: 3 }),
    heldBack: lists,
    refused: fc.boolean(),
    person: fc.constantFrom('one', 'other'),
    caseReference: fc.constantFrom('C-1', 'C-2'),
  },
  { requiredKeys: [] },
);

const wanted = fc.oneof(
  fc.uniqueArray(people, { minLength: 1 }).map((those) => (keys: Keys) => wantedSubject(those, [], keys)),
  fc.constantFrom('one', 'other').map((id) => (keys: Keys) => wantedStaff([ISSUER], id, keys)),
  fc
    .constantFrom('C-1', 'C-2')
    .map((id) => (keys: Keys) => wantedCase('westhaven-district-council', id, keys)),
);
type Keys = Parameters<typeof wantedStaff>[2];
const ISSUER = badgeFacts('', 0).auth?.issuer ?? '';

async function found(visit: VisitCandidates, question: ReturnType<typeof wantedSubject>) {
  const sealingKey = () => log.folder.keys.sealing.sealing;
  const { exchanges, ...searched } = await findExchanges(question, {
    ...{ log: log.reader, visit, sealingKey, withStaff: true },
  });
  const inOrder = [...exchanges].sort((one, other) => (one[0]?.index ?? 0) - (other[0]?.index ?? 0));
  return { ...searched, exchanges: inOrder };
}

test('INVARIANT: by index or entry by entry, the same exchanges are found, while the log grows', async () => {
  const keys = [log.folder.keys.sealing.subjectTags];
  await fc.assert(
    fc.asyncProperty(
      fc.array(askings, { maxLength: 8 }),
      fc.array(wanted, { minLength: 4 }),
      async (all, questions) => {
        await Promise.all(all.map((asking) => log.ask(asking)));
        for (const question of questions) {
          const asked = question(keys);
          const scanned = await found(everyEntry(log.reader), asked);
          assert.deepEqual(await found(byIndex(log.reader, index), asked), scanned);
          for (const entries of scanned.exchanges) assert.ok(entries.some(({ came }) => came.length > 0));
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('what an index names in vain is not found', async () => {
  await log.ask({ asked: [OTHER_BADGE], parts: [] });
  const liar: EntryIndex = {
    ...index,
    follow: async () => 3,
    tagKeys: async () => [],
    withTags: async () => [0, 1, 2, 99],
  };
  const asked = wantedSubject([BADGE], [], [log.folder.keys.sealing.subjectTags]);
  assert.deepEqual((await found(byIndex(log.reader, liar), asked)).exchanges, []);
});

test('notes are found too, and every part of an exchange with one that names the person', async () => {
  const subject: SubjectIdentifier = BADGE;
  await log.ask({ asked: [OTHER_BADGE], parts: [[OTHER_BADGE], [BADGE], [OTHER_BADGE]] });
  await log.log.appendNote('report', { code: 'subject' }, [], { subjects: [subject] });
  const asked = wantedSubject([BADGE], [], [log.folder.keys.sealing.subjectTags]);
  const { exchanges } = await found(everyEntry(log.reader), asked);
  assert.deepEqual(
    exchanges.map((entries) => entries.map(({ leaf, came }) => [leaf['kind'], came.length])),
    [
      [
        ['sent', 0],
        ['released', 0],
        ['released', 1],
        ['released', 0],
      ],
      [['report', 1]],
    ],
  );
});

test('more than a page of hits is found whole', async () => {
  await Promise.all(Array.from({ length: 1050 }, () => log.ask({ refused: true })));
  const asked = wantedSubject([BADGE], [], [log.folder.keys.sealing.subjectTags]);
  assert.equal((await found(byIndex(log.reader, index), asked)).exchanges.length, 1050);
  assert.equal((await found(everyEntry(log.reader), asked)).exchanges.length, 1050);
});
