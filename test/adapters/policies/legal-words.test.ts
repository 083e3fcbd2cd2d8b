/** The closed lists of law, as their dated file has them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEGAL_DATA, legalWord, missingFor } from '../../../src/adapters/policies/legal-words.ts';
import { isCalendarDate } from '../../../src/domain/kind.ts';

const lists = Object.entries(LEGAL_DATA).flatMap(([name, list]) =>
  Array.isArray(list) && name !== 'sources' ? [[name, list as { word: string }[]] as const] : [],
);

test('the lists are as long as the law has them, and name nothing twice', () => {
  const lengths = lists.map(([name, list]) => [name, new Set(list.map(({ word }) => word)).size]);
  assert.deepEqual(Object.fromEntries(lengths), {
    'compatible purposes': 9,
    'duties of confidence': 6,
    'lawful bases': 7,
    'recognised interests': 5,
    'schedule 1 conditions': 36,
    'special categories': 9,
    'special conditions': 10,
    'transfer safeguards': 6,
    'exemptions from access': 8,
  });
  for (const [name, list] of lists)
    assert.equal(new Set(list.map(({ word }) => word)).size, list.length, name);
});

test('the conditions of Schedule 1 are numbered as the schedule has them, without paragraph 5', () => {
  const paragraphs = (part: number) =>
    LEGAL_DATA['schedule 1 conditions'].filter((one) => one.part === part).map(({ paragraph }) => paragraph);
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
  assert.deepEqual([1, 2, 3].map(paragraphs), [range(1, 4), range(6, 28), range(29, 37)]);
});

test('every condition of Part 2 needs an appropriate policy document', () => {
  for (const one of LEGAL_DATA['schedule 1 conditions'])
    if (one.part === 2) assert.equal(one['policy document'], true, one.word);
});

test('the file says from which day it holds, and names its sources on legislation.gov.uk', () => {
  assert.ok(isCalendarDate(LEGAL_DATA['holds from']));
  assert.ok(LEGAL_DATA.sources.length > 0);
  for (const { address } of LEGAL_DATA.sources)
    assert.match(address, /^https:\/\/www\.legislation\.gov\.uk\//);
});

test('each word says where in the law it stands', () => {
  for (const [name, list] of lists) {
    if (name === 'schedule 1 conditions') continue;
    for (const entry of list) assert.match(Reflect.get(entry, 'law') ?? '', /\w/, entry.word);
  }
});

test('what a word needs and a file leaves out is missing, with what to write', () => {
  const consent = legalWord(LEGAL_DATA['lawful bases'], 'consent');
  assert.deepEqual(missingFor(consent, {}), [
    ['consent record', 'add `consent record:` and where consent and its withdrawal are kept'],
  ]);
  assert.deepEqual(missingFor(consent, { 'consent record': 'here' }), []);
  assert.deepEqual(missingFor(legalWord(LEGAL_DATA['lawful bases'], 'whim'), {}), []);
});
