/** Who may ask an agreement what, with what, and how often. */
import { test } from 'node:test';
import { DISCOUNTS, KERBSIDE, refuses, SEARCH, takes } from '../../support/changed-policies.ts';

test('a lookup that itself finds the person needs no agreed field', () => {
  takes('agreements/DSA-2026-017-v1-hospital-parking.yaml');
});

test('a system may act for nobody, with no role', () => {
  takes(
    KERBSIDE,
    ['acting person: proved by the sign-in', 'acting person: not needed'],
    ['sign in: work account with a second factor', 'sign in: system account'],
    ['  roles: [civil enforcement officer, parking supervisor]\n', ''],
    ['  checks by one person: 60 an hour\n', ''],
    ['because: role not agreed', 'because: system not agreed'],
  );
});

test('an unknown operation suggests the nearest', () => {
  refuses(
    KERBSIDE,
    [['    - look up one badge\n', '    - look up a badge\n']],
    '- look up a badge',
    '`look up a badge` is not an operation of `blue-badges`; did you mean `look up one badge`?',
  );
});

test('an unknown lookup suggests the nearest', () => {
  refuses(
    KERBSIDE,
    [['    - badge number\n', '    - badge nunber\n']],
    '- badge nunber',
    '`badge nunber` is not a lookup of `blue-badges`; did you mean `badge number`?',
  );
});

test('a lookup that no agreed operation takes is refused', () => {
  refuses(
    KERBSIDE,
    [['    - badge number\n', '    - badge number\n    - postcode\n']],
    '- postcode',
    'none of the agreed operations is asked with `postcode`; take it out',
  );
});

test('a lookup that must be used must be agreed', () => {
  refuses(
    SEARCH,
    [
      [
        'they may ask using: [name, postcode, page, page size]',
        'they may ask using: [name, page, page size]',
      ],
    ],
    'they may ask using: [name, page, page size]',
    '`search for badges` must be asked with `postcode`, which is not agreed; add `postcode`',
  );
});

test('nobody searches by a field that it may not see', () => {
  refuses(
    DISCOUNTS,
    [
      ['    - band\n', ''],
      ['they see: {band: B}', 'they see: {discountType: SPD}'],
    ],
    'they may ask using: [band, page, page size]',
    '`band` searches by `band`, which they may not see; take it out, or name `band` under `they may see`',
  );
});

test('only names that stand around the records can be seen there', () => {
  refuses(
    DISCOUNTS,
    [['[total, page, pageSize]', '[totals]']],
    'they may see around the records: [totals]',
    'nothing called `totals` stands around the records; did you mean `total`?',
  );
});

test('a role is among the role names of the consumer', () => {
  refuses(
    KERBSIDE,
    [
      [
        'roles: [civil enforcement officer, parking supervisor]',
        'roles: [civil enforcement officers, parking supervisor]',
      ],
    ],
    'roles: [civil enforcement officers, parking supervisor]',
    '`civil enforcement officers` is not among the role names of `westhaven-district-council`; did you mean `civil enforcement officer`?',
  );
});

test('people who act have a role', () => {
  refuses(
    KERBSIDE,
    [['  roles: [civil enforcement officer, parking supervisor]\n', '']],
    'systems: [westhaven-parking-app]',
    'no role is named; add `roles:` and who may look',
  );
});

test('a system is a system of the consumer', () => {
  refuses(
    KERBSIDE,
    [['systems: [westhaven-parking-app]', 'systems: [westhaven-parking]']],
    'systems: [westhaven-parking]',
    '`westhaven-parking` is not a system of `westhaven-district-council`; did you mean `westhaven-parking-app`?',
  );
});

test('there is a system', () => {
  refuses(
    KERBSIDE,
    [['systems: [westhaven-parking-app]', 'systems: []']],
    'systems: []',
    'the list at `systems` is empty; name at least one thing',
  );
});

test('a reason that must be given must be one that is allowed', () => {
  refuses(
    KERBSIDE,
    [['  reasons allowed: [badge on display, appeal against a penalty charge]\n', '']],
    'must give: [reason, case reference]',
    'a reason must be given, but none is allowed; add `reasons allowed:`',
  );
});

test('a person who acts signs in with a work account', () => {
  refuses(
    KERBSIDE,
    [['sign in: work account with a second factor', 'sign in: system account']],
    'sign in: system account',
    '`sign in` and `acting person` do not fit; write `work account with a second factor` or `work account`',
  );
});

test('many records need a limit', () => {
  refuses(
    SEARCH,
    [['  records in one answer: 20\n', '']],
    'checks by one person: 10 an hour',
    '`search for badges` can give many records, and their number is not limited; add `records in one answer:`',
  );
});

test('a rate is a number in an hour or a day', () => {
  refuses(
    KERBSIDE,
    [['checks by one person: 60 an hour', 'checks by one person: 60 per hour']],
    'checks by one person: 60 per hour',
    '`60 per hour` is not a number in an hour or a day; write such as `60 an hour` or `150 a day`',
  );
});

test('checks by the organisation are always limited', () => {
  refuses(
    KERBSIDE,
    [['  checks by the organisation: 150 a day\n', '']],
    'records in one answer: 1',
    'how often the organisation may check is not limited; add `checks by the organisation:`, such as `150 a day`',
  );
});

test('different people looked up may be limited, where the dataset tells people apart', () => {
  const limited: [string, string] = [
    'checks by the organisation: 150 a day',
    'checks by the organisation: 150 a day\n  different people looked up: 100 a day',
  ];
  takes(KERBSIDE, limited);
  refuses(
    KERBSIDE,
    [[limited[0], limited[1].replace('100 a day', 'a few')]],
    'different people looked up: a few',
    '`a few` is not a number in an hour or a day; write such as `60 an hour` or `150 a day`',
  );
});
