/** What an agreement file may say. */
import { test } from 'node:test';
import {
  DISCHARGE,
  DISCOUNTS,
  KERBSIDE,
  refuses,
  SCHOOL,
  SEARCH,
  takes,
} from '../../support/changed-policies.ts';

test('every sample agreement is taken', () => {
  for (const file of [KERBSIDE, SEARCH, DISCHARGE, DISCOUNTS, SCHOOL]) takes(file);
});

test('an agreement of another format is refused', () => {
  refuses(
    KERBSIDE,
    [['format: data-sharing-agreement/1', 'format: data-sharing-agreement/2']],
    'format: data-sharing-agreement/2',
    '`data-sharing-agreement/2` is not a word that `format` knows; did you mean `data-sharing-agreement/1`?',
  );
});

test('a summary is at most a hundred words', () => {
  refuses(
    KERBSIDE,
    [
      [
        '  Northmere City Council lets parking officers',
        '  word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word \n  Northmere City Council lets parking officers',
      ],
    ],
    'summary: >',
    'the summary is longer than 100 words; say it more shortly',
  );
});

test('a day that the calendar does not have is refused', () => {
  refuses(
    KERBSIDE,
    [['starts: 2026-04-01', 'starts: 2026-04-31']],
    'starts: 2026-04-31',
    'this is not a day of the calendar; write year-month-day, such as `2026-04-01`',
  );
});

test('a day in words is refused', () => {
  refuses(
    KERBSIDE,
    [['starts: 2026-04-01', 'starts: 1 April 2026']],
    'starts: 1 April 2026',
    'this is not a day of the calendar; write year-month-day, such as `2026-04-01`',
  );
});

test('a purpose fits into a header', () => {
  refuses(
    KERBSIDE,
    [['purpose: parking enforcement', 'purpose: "parkplatzüberwachung"']],
    'purpose: "parkplatzüberwachung"',
    '`parkplatzüberwachung` cannot stand at `purpose`; use letters without accents, digits, spaces and hyphens, at most 100 characters',
  );
});

test('systems are required', () => {
  refuses(
    KERBSIDE,
    [['  systems: [westhaven-parking-app]\n', '']],
    'who may look:',
    '`systems` is missing in `who may look`; add a line `systems: …`',
  );
});

test('people are required', () => {
  refuses(
    KERBSIDE,
    [['  children: may be included\n', '']],
    'people:',
    '`children` is missing in `people`; add a line `children: …`',
  );
});

test('what is not published says why', () => {
  refuses(
    KERBSIDE,
    [['publish in the register: true', 'publish in the register: false']],
    'publish in the register: false',
    '`false` is not a word that `publish in the register` knows; write one of: `true`',
  );
});
