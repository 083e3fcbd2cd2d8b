/** The lawful basis of each party, and what each basis needs said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEGAL_DATA } from '../../../src/adapters/policies/legal-words.ts';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  changedText,
  KERBSIDE,
  mistakesIn,
  policyFile,
  refuses,
  samplesWith,
  takes,
  WESTHAVEN,
} from '../../support/changed-policies.ts';

test('outside its public tasks a public authority may rely on Article 6(1)(f), with an assessment', () => {
  takes(KERBSIDE, [
    '    shared by: public task',
    '    shared by: {basis: legitimate interests, outside our public tasks: land that the council lets, assessment reference: LIA-1}',
  ]);
});

test('a party that is no public authority may rely on a recognised legitimate interest', () => {
  const basis = '    shared with: {basis: recognised legitimate interest, condition: crime}';
  const company = policyFile(
    WESTHAVEN,
    changedText(WESTHAVEN, ['public authority: true', 'public authority: false']),
  );
  const files = samplesWith().map((file) => (file.name === company.name ? company : file));
  const agreement = policyFile(KERBSIDE, changedText(KERBSIDE, ['    shared with: public task', basis]));
  assert.deepEqual(readPolicyFiles([...files, agreement]).mistakes, []);
});

test('without a power no party can rely on a public task or a legal obligation', () => {
  const powers =
    "  powers:\n    - Chronically Sick and Disabled Persons Act 1970, section 21\n    - Disabled Persons' Parking Badges Act 2013\n    - Traffic Management Act 2004, Part 6\n";
  const text = changedText(
    KERBSIDE,
    [powers, ''],
    ['    shared with: public task', '    shared with: legal obligation'],
  );
  assert.deepEqual(
    mistakesIn(KERBSIDE, text).map(({ what }) => what),
    ['`public task` needs a power or duty in law', '`legal obligation` needs a power or duty in law'],
  );
});

test('a public authority cannot rely on a recognised legitimate interest for its tasks', () => {
  refuses(
    KERBSIDE,
    [['    shared by: public task', '    shared by: recognised legitimate interest']],
    'shared by: recognised legitimate interest',
    'a public authority cannot rely on `recognised legitimate interest` for its tasks (Data (Use and Access) Act 2025, section 70); write `public task`, or `outside our public tasks:` and the reason',
  );
});

test('a public authority cannot rely on legitimate interests for its tasks', () => {
  refuses(
    KERBSIDE,
    [['    shared with: public task', '    shared with: legitimate interests']],
    'shared with: legitimate interests',
    'a public authority cannot rely on `legitimate interests` for its tasks (Data (Use and Access) Act 2025, section 70); write `public task`, or `outside our public tasks:` and the reason',
  );
});

test('a recognised legitimate interest names its condition', () => {
  refuses(
    KERBSIDE,
    [
      [
        '    shared by: public task',
        '    shared by: {basis: recognised legitimate interest, outside our public tasks: land}',
      ],
    ],
    'shared by: {basis: recognised legitimate interest, outside o',
    '`recognised legitimate interest` needs `condition`; add `condition:` and one of Annex 1',
  );
});

test('Annex 1 paragraph 1 needs the written request', () => {
  refuses(
    KERBSIDE,
    [
      [
        '    shared by: public task',
        '    shared by: {basis: recognised legitimate interest, condition: public task disclosure request, outside our public tasks: land}',
      ],
    ],
    'shared by: {basis: recognised legitimate interest, condition',
    '`recognised legitimate interest` needs `request reference`; add `request reference:` and the written request that states the public task',
  );
});

test('legitimate interests need an assessment', () => {
  refuses(
    KERBSIDE,
    [
      [
        '    shared by: public task',
        '    shared by: {basis: legitimate interests, outside our public tasks: land}',
      ],
    ],
    'shared by: {basis: legitimate interests, outside our public ',
    '`legitimate interests` needs `assessment reference`; add `assessment reference:`',
  );
});

test('consent needs a record', () => {
  refuses(
    KERBSIDE,
    [
      ['    shared with: public task', '    shared with: consent'],
      ['  children: may', '  opt-out route: write to us\n  children: may'],
    ],
    'shared with: consent',
    '`consent` needs `consent record`; add `consent record:` and where consent and its withdrawal are kept',
  );
});

test('consent needs a way to withdraw it', () => {
  refuses(
    KERBSIDE,
    [
      [
        '    shared with: public task',
        '    shared with: {basis: consent, consent record: in the case system}',
      ],
    ],
    'shared with: {basis: consent',
    '`consent` can be withdrawn, and nothing says how; add `opt-out route:` to `people`',
  );
});

test('a key of another basis is refused, since nobody would keep its promise', () => {
  for (const [key, basis] of [
    ['condition: crime', 'recognised legitimate interest'],
    ['assessment reference: LIA-1', 'legitimate interests'],
    ['consent record: here', 'consent'],
  ]) {
    refuses(
      KERBSIDE,
      [['    shared with: public task', `    shared with: {basis: public task, ${key}}`]],
      'shared with: {basis: public task',
      `\`${key?.split(':')[0]}\` goes with \`${basis}\` only; take it out`,
    );
  }
});

const BASES = LEGAL_DATA['lawful bases'].map(({ word }) => word);
const NOT_FOR_PUBLIC_TASKS = ['recognised legitimate interest', 'legitimate interests'];

test('every basis of either side is taken or refused by whether that side is a public authority', () => {
  for (const basis of BASES) {
    for (const side of ['by', 'with'] as const) {
      for (const isPublic of [true, false]) {
        const refused = isPublic && NOT_FOR_PUBLIC_TASKS.includes(basis);
        const said = mistakesWith(basis, side, isPublic);
        const sentence = `a public authority cannot rely on \`${basis}\` for its tasks (Data (Use and Access) Act 2025, section 70)`;
        assert.deepEqual(said, refused ? [sentence] : [], `${basis}, shared ${side}, ${isPublic}`);
      }
    }
  }
});

const WITH_ALL_THAT_IT_NEEDS: Readonly<Record<string, string>> = {
  consent: 'consent record: in the case system',
  'recognised legitimate interest': 'condition: public task disclosure request, request reference: R-1',
  'legitimate interests': 'assessment reference: LIA-1',
};

function mistakesWith(basis: string, side: 'by' | 'with', isPublic: boolean): string[] {
  const extra = WITH_ALL_THAT_IT_NEEDS[basis];
  const written = extra === undefined ? basis : `{basis: ${basis}, ${extra}}`;
  const party = side === 'by' ? 'organisations/northmere-city-council.yaml' : WESTHAVEN;
  const organisation = policyFile(
    party,
    changedText(party, ['public authority: true', `public authority: ${isPublic}`]),
  );
  const agreement = changedText(
    KERBSIDE,
    [`    shared ${side}: public task`, `    shared ${side}: ${written}`],
    ['  children: may', '  opt-out route: write to us\n  children: may'],
  );
  const files = samplesWith().map((file) => (file.name === organisation.name ? organisation : file));
  return readPolicyFiles([...files, policyFile(KERBSIDE, agreement)]).mistakes.map(({ what }) => what);
}
