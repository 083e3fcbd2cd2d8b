/** Reports out of a real log: who asked about a person, what a member of staff looked at, what was looked at under a case. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openSearchIndex } from '../../../src/adapters/storage/search/log-search-index.ts';
import { placesOf } from '../../../src/audit-log/keeping/erased-places.ts';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';
import type { CopyForThePerson } from '../../../src/governance/reports/report-copies.ts';
import type { StaffReport } from '../../../src/governance/reports/report-staff.ts';
import type { SubjectReport } from '../../../src/governance/reports/report-subject.ts';
import type { MadeReport, ReportMakerParts, ReportQuestion } from '../../../src/roof/log/reports.ts';
import { KERBSIDE } from '../../support/changed-policies.ts';
import { BADGE, NHS, NINO, OTHER_BADGE, question, ReportLog } from '../../support/report-log.ts';

let log: ReportLog;

beforeEach(async () => {
  log = await ReportLog.start();
  await log.takePolicies();
});
afterEach(() => log.close());

async function made(asked: ReportQuestion, parts: Partial<ReportMakerParts> = {}): Promise<MadeReport> {
  const answer = await log.maker(parts).make(asked);
  return 'wrong' in answer ? assert.fail(answer.wrong) : answer;
}

async function copy(lines: string, more: Partial<ReportQuestion> = {}): Promise<CopyForThePerson> {
  return JSON.parse((await made(question(lines, more))).document);
}

async function note(lines: string, more: Partial<ReportQuestion> = {}): Promise<SubjectReport> {
  return JSON.parse((await made(question(lines, { for: 'officer', ...more }))).document);
}

const MY_BADGE = 'blue badge number: zz9 z01';

test('a person learns who asked, when, of whom, for what, under what law and agreement, and what was shared, with proof', async () => {
  const atMs = Date.parse('2027-07-22T16:30:00Z');
  await log.ask({ atMs });
  await log.ask({ asked: [OTHER_BADGE], parts: [[OTHER_BADGE]] });
  const { accesses, ...about } = await copy(MY_BADGE);
  const [access] = accesses;
  assert.equal(accesses.length, 1);
  assert.deepEqual(
    access?.proof.map(({ entry }) => entry),
    [2, 3],
  );
  assert.deepEqual(
    { ...access, proof: [] },
    {
      at: '2027-07-22T16:30:00.000Z',
      when: '22 July 2027, 17:30',
      'who asked': 'Westhaven District Council',
      role: 'civil enforcement officer',
      'who holds the information': 'Northmere City Council',
      'what for': 'parking enforcement',
      'lawful basis': 'public task',
      'what came of it': 'information was shared',
      'what was shared': ['Badge number', "Holder's name (only the initials, such as “I M”)"],
      'how you came into it': 'they asked with your details; your details stand in a record that was found',
      agreement: 'DSA-2026-014 version 3 (Checking Blue Badges at the kerbside)',
      'in an emergency': false,
      staff: [],
      proof: [],
    },
  );
  assert.equal(about.log.entries, 6);
  assert.deepEqual(about['write to'], ['information.rights@northmere.example']);
});

test('no identifier, of the person or of the staff, stands in any face', async () => {
  await log.ask();
  for (const audience of ['subject', 'officer'] as const) {
    for (const as of ['html', 'csv', 'json', 'text'] as const) {
      const { document } = await made(question(MY_BADGE, { for: audience, as }));
      assert.doesNotMatch(document, /ZZ9Z01|officer-0417|PCN-\d/i, `${audience} ${as}`);
      assert.match(document, /Westhaven|westhaven/);
    }
  }
});

test('a person is found by every identifier that was given, as one person, and in whatever role they stand in a record', async () => {
  await log.ask({ asked: [NHS], parts: [[NHS]] });
  // A parent is named in the record of somebody else.
  await log.ask({ asked: [OTHER_BADGE], parts: [[OTHER_BADGE, NINO]] });
  await log.ask({ asked: [NINO], parts: [] });
  assert.equal((await copy('NHS number: 999 000 1006')).accesses.length, 1);
  const both = await copy('NHS number: 999 000 1006\nNational Insurance number: qq 12 34 56 c\n');
  assert.deepEqual(
    both.accesses.map((one) => [one['what came of it'], one['how you came into it']]),
    [
      ['nothing about you was shared', 'they asked with your details'],
      ['information was shared', 'your details stand in a record that was found'],
      [
        'information was shared',
        'they asked with your details; your details stand in a record that was found',
      ],
    ],
  );
});

test('refusals, failures and parts that may have gone are told as what they are', async () => {
  await log.ask({ refused: true });
  await log.ask({ parts: [], end: { kind: 'failed', part: 0 } });
  await log.ask({ parts: [], end: { kind: 'recovered', part: 0 } });
  await log.ask({ parts: [[BADGE]], end: { kind: 'recovered', part: 1 } });
  // The second part was stored together with one that failed: it never left.
  await log.ask({ asked: [OTHER_BADGE], parts: [[OTHER_BADGE], [BADGE]], end: { kind: 'failed', part: 1 } });
  await log.ask({ asked: [OTHER_BADGE], parts: [[OTHER_BADGE], [BADGE]], end: { kind: 'failed', part: 2 } });
  const said = (await copy(MY_BADGE)).accesses.map((one) => one['what came of it']).reverse();
  assert.deepEqual(said, [
    'refused: nothing was shared',
    'it failed: nothing was shared',
    'it failed: nothing was shared',
    'it broke off: count it as shared',
    'it failed: nothing was shared',
    'information was shared',
  ]);
});

test('a record that was held back is told to the person like nothing found, and to the officer as what it was', async () => {
  await log.ask({ asked: [BADGE], parts: [], heldBack: [BADGE] });
  await log.ask({ asked: [OTHER_BADGE], parts: [[OTHER_BADGE]], heldBack: [BADGE, NINO] });
  await log.ask({ asked: [BADGE], parts: [] });
  const { accesses } = await copy(MY_BADGE);
  assert.deepEqual(
    new Set(accesses.map((one) => one['what came of it'])),
    new Set(['nothing about you was shared']),
  );
  // Where they were asked about, nothing tells whether there was a record.
  assert.deepEqual(
    accesses.map((one) => one['how you came into it']),
    [
      'they asked with your details',
      'you stand in a record that was left out of the answer',
      'they asked with your details',
    ],
  );
  assert.deepEqual(
    (await note(MY_BADGE)).told.map(({ outcome, came }) => [outcome, came]),
    [
      ['nothing found', ['asked with']],
      ['not disclosed', ['held back']],
      ['not disclosed', ['asked with', 'held back']],
    ],
  );
});

test('what an agreement keeps from the report leaves no trace in the copy; the officer and the entry of the report know of it', async () => {
  const kept = `  kept from the person's report: {until: 2027-03-31, exemption: crime and taxation, because: It would warn them., decided by: R. Shah}\n  children: may`;
  await log.ask({
    asked: [NHS],
    parts: [[BADGE]],
    facts: { agreement: undefined, consumer: 'northmere-hospital-trust', dataset: 'patient-demographics' },
  });
  const without = await made(question(MY_BADGE, { as: 'csv' }));
  await log.takePolicies(new Map([[KERBSIDE, [['  children: may', kept] as const]]]));
  await log.ask();
  await log.ask({ refused: true });
  const nowMs = Date.parse('2027-03-31T22:59:59Z');
  const held = await made(question(MY_BADGE, { as: 'csv' }), { now: () => nowMs });
  assert.equal(held.document, without.document);
  assert.deepEqual(held.remarks, [
    'Not for the person:',
    '2 exchanges under DSA-2026-014 are kept back until 31 March 2027: crime and taxation; It would warn them; decided by R. Shah.',
    'The copy holds no sign of them; --for officer prints the note that tells them.',
  ]);
  const { members, sealed } = held.entry;
  assert.deepEqual(
    [members['code'], members['records'], members['withheld'], members['agreements']],
    ['subject', 1, 2, ['DSA-2026-014']],
  );
  assert.deepEqual(sealed.subjects, [BADGE]);
  const told = JSON.parse(
    (await made(question(MY_BADGE, { for: 'officer' }), { now: () => nowMs })).document,
  );
  assert.equal(told.keptBack.length, 2);
  const later = await made(question(MY_BADGE), { now: () => nowMs + 1000 });
  assert.equal(JSON.parse(later.document).accesses.length, 3);
});

test('datasets that know people by other identifiers are named, and so are keys that are not at hand', async () => {
  await log.ask();
  const newKey = `2027h1 ${Buffer.alloc(32, 7).toString('base64')}\n`;
  log = await log.restarted(() => {
    const file = join(log.folder.keysFolder, 'subject-tags.key');
    writeFileSync(file, newKey + readFileSync(file, 'utf8'));
  });
  await log.ask();
  const whole = await note(MY_BADGE);
  assert.equal(whole.told.length, 2);
  assert.deepEqual(whole.log.keysNotAtHand, []);
  const [newest] = [log.folder.keys.sealing.subjectTags];
  const half = await made(question(MY_BADGE, { as: 'text' }), { tagKeys: [newest] });
  assert.match(half.remarks.join('\n'), /the key “2026h2” could not be searched/);
  assert.match(half.document, /Entries of an earlier time/);
  assert.match(half.document, /it knows people by NHS number, and none was given/);
});

test('a report about a person stands in their next report, by its date alone', async () => {
  await log.ask();
  const { entry } = await made(question(MY_BADGE));
  await log.log.appendNote('report', { ...entry.members, assurance: 'unproved' }, [], entry.sealed);
  const again = await copy(MY_BADGE);
  assert.equal(again.accesses.length, 1);
  assert.equal(again['reports about you'].length, 1);
  assert.deepEqual(
    (await note(MY_BADGE)).asked.map(({ kind, code, proved, records }) => [kind, code, proved, records]),
    [['report', 'subject', false, 1]],
  );
});

test('a person who was erased from an entry is not found any more, and 499 others of it are', async () => {
  const badge = (nth: number) => ({ namespace: 'blue badge number', id: `ZZ${1000 + nth}` });
  const people = Array.from({ length: 500 }, (_, nth) => badge(nth));
  await log.ask({ asked: [], parts: [people] });
  const index = openSearchIndex({ log: log.reader, file: join(log.folder.path, 'log.search') });
  const told = async (nth: number) => {
    const answers = [
      await made(question(`blue badge number: ${badge(nth).id}`, { as: 'csv' }), { index }),
      await made(question(`blue badge number: ${badge(nth).id}`, { as: 'csv', withoutIndex: true }), {
        index,
      }),
    ];
    assert.equal(answers[0]?.document, answers[1]?.document);
    return answers[0]?.entry.members['records'];
  };
  assert.equal(await told(17), 1);
  const entry = log.reader.entries(3, 1)[0] ?? assert.fail('no entry');
  const tags = new SubjectTags(log.folder.keys.sealing.subjectTags.bytes);
  const mine = tags.of(badge(17).namespace, badge(17).id);
  const places = placesOf(Buffer.from(entry.sealed ?? []), (tag) => mine.equals(tag), false);
  const members = { code: 'subject', entry: Buffer.from(entry.leafHash).toString('base64') };
  await log.log.appendNote('erased', members, [], undefined, { erase: [{ index: 3, places }] });
  assert.equal(await told(17), 0);
  for (const nth of [0, 16, 18, 499]) assert.equal(await told(nth), 1);
  index.close();
});

test('staff are named only where that is asked for', async () => {
  await log.ask();
  assert.deepEqual((await copy(MY_BADGE)).accesses[0]?.staff, []);
  const named = async (boundedTo?: string) =>
    (await copy(MY_BADGE, { withStaff: true, boundedTo })).accesses[0]?.staff;
  assert.deepEqual(await named(), ['officer-0417']);
  assert.deepEqual(await named('westhaven-district-council'), ['officer-0417']);
  // The provider may know of the exchange, and not who asked for the other.
  assert.deepEqual(await named('northmere-city-council'), []);
  const unread = await made(question(MY_BADGE, { withStaff: true }), { sealingKeys: [] });
  assert.deepEqual(JSON.parse(unread.document).accesses[0].staff, ['(the sealed words cannot be read)']);
});

test('a reader who is bound to one organisation gets nothing of what others sent or received', async () => {
  await log.ask();
  await log.ask({ facts: { consumer: 'northmere-hospital-trust' } });
  const of = async (boundedTo: string) => (await copy(MY_BADGE, { boundedTo })).accesses.length;
  assert.equal(await of('northmere-city-council'), 2);
  assert.equal(await of('northmere-hospital-trust'), 1);
  assert.equal(await of('hillcrest-primary-school'), 0);
});

test('details that many people have find only what was asked with nothing else, and never alone', async () => {
  const name = { namespace: 'name', id: 'Imani Marsh' };
  const postcode = { namespace: 'postcode', id: 'ZZ99 3VZ' };
  const other = { namespace: 'postcode', id: 'ZZ99 3WZ' };
  await log.ask({ asked: [name, postcode], parts: [] });
  await log.ask({ asked: [name, other], parts: [] });
  await log.ask({ asked: [name], parts: [] });
  const found = await copy(`${MY_BADGE}\nname: Imani Marsh\npostcode: zz993vz`);
  assert.equal(found.accesses.length, 1);
  const alone = await log.maker().make(question('name: Imani Marsh\npostcode: ZZ99 3VZ'));
  assert.match('wrong' in alone ? alone.wrong : '', /at least one identifier that only one person has/);
});

test('a line that cannot be read is named by its number, and its words are not repeated', async () => {
  for (const lines of [
    'QQ123456C',
    'national insurance number: QQ12',
    'shoe size: QQ123456C',
    'NHS number QQ123456C',
  ]) {
    const answer = await log.maker().make(question(`\n${lines}`));
    const wrong = 'wrong' in answer ? answer.wrong : assert.fail('it was taken');
    assert.match(wrong, /line 2/);
    assert.doesNotMatch(wrong, /QQ12/);
  }
});

const OFFICER = 'person: officer-0417\norganisation: westhaven-district-council';

async function looks(lines: string, more: Partial<ReportQuestion> = {}): Promise<StaffReport> {
  return JSON.parse((await made(question(lines, { about: 'person', ...more }))).document);
}

const AT_LOGIN = {
  issuer: 'https://login.westhaven.example/realms/staff',
  method: 'bearer',
  secondFactor: true,
} as const;

test('what a member of staff looked at is told whatever came of it, counted by day and purpose, with what is out of the ordinary', async () => {
  const facts = { auth: AT_LOGIN };
  await log.ask({ facts, atMs: Date.parse('2027-07-22T21:30:00Z') });
  await log.ask({ facts, atMs: Date.parse('2027-07-23T09:00:00Z'), refused: true });
  await log.ask({
    facts: { ...facts, emergency: true },
    atMs: Date.parse('2027-07-23T09:05:00Z'),
    parts: [],
  });
  await log.ask({ facts, person: 'officer-9999', atMs: Date.parse('2027-07-23T09:06:00Z') });
  const report = await looks(OFFICER);
  assert.deepEqual(
    report.looks.map(({ outcome, code, outside, emergency }) => [outcome, code, outside, emergency]),
    [
      ['nothing found', undefined, undefined, true],
      ['refused', 'role-not-agreed', undefined, false],
      ['released', undefined, 'Monday to Friday, 07:00 to 19:00', false],
    ],
  );
  assert.deepEqual(report.byDay, [
    { of: '2027-07-23', looks: 2, refused: 1, nothingFound: 1 },
    { of: '2027-07-22', looks: 1, refused: 0, nothingFound: 0 },
  ]);
  assert.deepEqual(report.byPurpose, [{ of: 'parking enforcement', looks: 3, refused: 1, nothingFound: 1 }]);
  const { emergencies, outsideHours, differentIdentifiers, mostWithOne } = report;
  assert.deepEqual([emergencies, outsideHours, differentIdentifiers, mostWithOne], [1, 1, 1, 3]);
  for (const as of ['html', 'csv', 'text'] as const) {
    const { document } = await made(question(OFFICER, { about: 'person', as }));
    assert.match(document, /outside Monday to Friday/);
    assert.doesNotMatch(document, /officer-0417|ZZ9Z01/);
  }
});

test('what was looked at under a case is told, of that organisation alone', async () => {
  await log.ask({ caseReference: 'CASE-1', person: 'one' });
  await log.ask({ caseReference: 'CASE-1', person: 'other' });
  await log.ask({ caseReference: 'CASE-2' });
  await log.ask({ caseReference: 'CASE-1', facts: { consumer: 'northmere-hospital-trust' } });
  const report = await looks('case reference: CASE-1\norganisation: westhaven-district-council', {
    about: 'case',
  });
  assert.equal(report.looks.length, 2);
  assert.equal(report.differentStaff, 2);
});

test('a report about a member of staff or a case needs just the lines that say which', async () => {
  const wrong = async (about: 'person' | 'case', lines: string) => {
    const answer = await log.maker().make(question(lines, { about }));
    return 'wrong' in answer ? answer.wrong : assert.fail('it was taken');
  };
  assert.match(await wrong('person', 'person: one'), /write a line `organisation/);
  assert.match(await wrong('person', 'organisation: westhaven-district-council'), /write one line `person/);
  assert.match(await wrong('person', 'person: one\norganisation: nobody'), /no policy file has a sign-in/);
  assert.match(await wrong('case', 'case reference: one'), /write one line `organisation/);
  assert.match(await wrong('case', 'organisation: one\ncase: one'), /line 2 does not begin with/);
});
