/** Policy files that are wrong in one way each: a change of a sample, and every sentence that the loader says of it. */
import type { Change } from '../support/changed-policies.ts';
import {
  BADGES,
  DISCHARGE,
  DISCOUNTS,
  KERBSIDE,
  LOST_BADGES,
  LOST_HOSPITAL,
  LOST_WESTHAVEN,
  SEARCH,
  WESTHAVEN,
} from '../support/changed-policies.ts';

export interface BadFile {
  /** What is wrong, as the end of "refused: …". */
  readonly says: string;
  readonly file: string;
  readonly changes: readonly Change[];
  /** The beginning of the line that each mistake names, an arrow, what is wrong, a semicolon, what to write. */
  readonly mistakes: readonly string[];
}

export const BAD_FILES: readonly BadFile[] = [
  {
    says: 'the recipient is the discloser',
    file: KERBSIDE,
    changes: [
      [
        'shared with: westhaven-district-council\n  relationship',
        'shared with: northmere-city-council\n  relationship',
      ],
    ],
    mistakes: [
      'shared with: northmere-city-council → an organisation cannot share with itself; name the other organisation',
    ],
  },
  {
    says: 'a field that the dataset does not have',
    file: KERBSIDE,
    changes: [['    - startDate', '    - startDat']],
    mistakes: ['- startDat → `startDat` is not a field of `blue-badges`; did you mean `startDate`?'],
  },
  {
    says: 'a field that is never shared',
    file: KERBSIDE,
    changes: [
      ['    - startDate', '    - imageLink'],
      ['    - eligibilityCode\n    - imageLink', '    - eligibilityCode'],
    ],
    mistakes: ['- imageLink → `imageLink` is never shared; take it out'],
  },
  {
    says: 'a field in both lists',
    file: KERBSIDE,
    changes: [['    - eligibilityCode', '    - eligibilityCode\n    - startDate']],
    mistakes: [
      '- startDate → `startDate` stands under `they may see` and under `they must never see`; keep it in one of the two lists',
    ],
  },
  {
    says: 'a special category field, and the law says none',
    file: DISCOUNTS,
    changes: [
      ['    - discountType\n', '    - discountType\n    - disregardType\n'],
      ['they must never see: [disregardType, ', 'they must never see: ['],
      ['they do not see: [disregardType, ', 'they do not see: ['],
    ],
    mistakes: [
      'special category data: {present: none} → the agreed fields of `council-tax-accounts` reveal health, and this says that they reveal nothing; write `by inference` or `yes`, with `kinds` and a `condition`',
    ],
  },
  {
    says: 'special category data without a condition',
    file: KERBSIDE,
    changes: [['    condition: substantial public interest\n', '']],
    mistakes: [
      'present: by inference → special category data needs a condition (UK GDPR Article 9(2)); add `condition:`',
    ],
  },
  {
    says: 'a public task without a power',
    file: DISCHARGE,
    changes: [
      [
        '  powers:\n    - Health and Social Care Act 2012, section 251B (duty to share for direct care)\n    - Care Act 2014, sections 6 and 7 (duty to co-operate)\n',
        '',
      ],
    ],
    mistakes: [
      'lawful basis: {shared by: public task, s → `public task` needs a power or duty in law; name it in `powers`',
      'lawful basis: {shared by: public task, s → `public task` needs a power or duty in law; name it in `powers`',
    ],
  },
  {
    says: 'a public authority with a recognised legitimate interest',
    file: KERBSIDE,
    changes: [
      [
        '    shared by: public task',
        '    shared by: {basis: recognised legitimate interest, condition: crime}',
      ],
    ],
    mistakes: [
      'shared by: {basis: recognised legitimate → a public authority cannot rely on `recognised legitimate interest` for its tasks (Data (Use and Access) Act 2025, section 70); write `public task`, or `outside our public tasks:` and the reason',
    ],
  },
  {
    says: 'a public authority with legitimate interests',
    file: KERBSIDE,
    changes: [
      [
        '    shared with: public task',
        '    shared with: {basis: legitimate interests, assessment reference: LIA-1}',
      ],
    ],
    mistakes: [
      'shared with: {basis: legitimate interest → a public authority cannot rely on `legitimate interests` for its tasks (Data (Use and Access) Act 2025, section 70); write `public task`, or `outside our public tasks:` and the reason',
    ],
  },
  {
    says: 'Annex 1, paragraph 1 without a request',
    file: KERBSIDE,
    changes: [
      [
        '    shared with: public task',
        '    shared with: {basis: recognised legitimate interest, condition: public task disclosure request, outside our public tasks: land that it lets}',
      ],
    ],
    mistakes: [
      'shared with: {basis: recognised legitima → `recognised legitimate interest` needs `request reference`; add `request reference:` and the written request that states the public task',
    ],
  },
  {
    says: 'a condition of Schedule 1, Part 2 without a policy document',
    file: KERBSIDE,
    changes: [['    appropriate policy document: APD-07\n', '']],
    mistakes: [
      'condition: substantial public interest → `substantial public interest` needs an appropriate policy document; add `appropriate policy document:`',
    ],
  },
  {
    says: 'a review after the end',
    file: KERBSIDE,
    changes: [['review by: 2027-03-01', 'review by: 2028-04-01']],
    mistakes: ['review by: 2028-04-01 → the review comes after the end; write a day before the end'],
  },
  {
    says: 'a signature after the start',
    file: KERBSIDE,
    changes: [['date: 2026-03-05', 'date: 2026-04-02']],
    mistakes: ['date: 2026-04-02 → this signature is dated after the start; start after the last signature'],
  },
  {
    says: 'a signature of somebody who is no party',
    file: KERBSIDE,
    changes: [['  - organisation: westhaven-district-council', '  - organisation: hillcrest-primary-school']],
    mistakes: [
      '- organisation: hillcrest-primary-school → `hillcrest-primary-school` is not a party to this agreement; write one of: `northmere-city-council`, `westhaven-district-council`',
    ],
  },
  {
    says: 'many records without a limit',
    file: SEARCH,
    changes: [['  records in one answer: 20\n', '']],
    mistakes: [
      'checks by one person: 10 an hour → `search for badges` can give many records, and their number is not limited; add `records in one answer:`',
    ],
  },
  {
    says: 'a lookup that an operation needs and that is not agreed',
    file: SEARCH,
    changes: [['[name, postcode, page, page size]', '[name, page, page size]']],
    mistakes: [
      'they may ask using: [name, page, page si → `search for badges` must be asked with `postcode`, which is not agreed; add `postcode`',
    ],
  },
  {
    says: 'an opt-out that does not apply, without a reason',
    file: KERBSIDE,
    changes: [['  reason: The records are not confidential patient information.\n', '']],
    mistakes: [
      'national data opt-out: does not apply → nothing says why the national data opt-out does not apply; add `reason:`',
    ],
  },
  {
    says: 'an alias',
    file: KERBSIDE,
    changes: [['about: [Blue Badge holders]', 'about: [*holders]']],
    mistakes: ['about: [*holders] → the alias `*holders` stands for text elsewhere; write the text out here'],
  },
  {
    says: 'an anchor',
    file: KERBSIDE,
    changes: [['purpose: parking enforcement', 'purpose: &purpose parking enforcement']],
    mistakes: [
      'purpose: &purpose parking enforcement → the anchor `&purpose` is not allowed; take the anchor out',
    ],
  },
  {
    says: 'a tag',
    file: KERBSIDE,
    changes: [['version: 3', 'version: !!int 3']],
    mistakes: ['version: !!int 3 → a tag (a word after `!`) is not allowed; take the tag out'],
  },
  {
    says: 'a merge key',
    file: KERBSIDE,
    changes: [['who:\n', 'who:\n  <<: {relationship: joint controllers}\n']],
    mistakes: [
      '<<: {relationship: joint controllers} → the merge key `<<` is not allowed; write the keys out here',
    ],
  },
  {
    says: 'a repeated key',
    file: KERBSIDE,
    changes: [
      [
        '  relationship: separate controllers\n',
        '  relationship: separate controllers\n  relationship: joint controllers\n',
      ],
    ],
    mistakes: ['relationship: joint controllers → this key stands here already; keep one of the two'],
  },
  {
    says: 'a second document',
    file: KERBSIDE,
    changes: [['emergency access: not allowed\n', '---\nemergency access: not allowed\n']],
    mistakes: ['--- → the file holds several documents; put each into a file of its own'],
  },
  {
    says: 'a directive',
    file: KERBSIDE,
    changes: [['# yaml-language-server', '%YAML 1.1\n---\n# yaml-language-server']],
    mistakes: ['%YAML 1.1 → the file begins with a `%` directive; take the line out'],
  },
  {
    says: 'a tab',
    file: KERBSIDE,
    changes: [['  purpose: parking enforcement', '\tpurpose: parking enforcement']],
    mistakes: ['purpose: parking enforcement → the line is indented with a tab; use spaces'],
  },
  {
    says: 'a bracket that is not closed',
    file: KERBSIDE,
    changes: [['about: [Blue Badge holders]', 'about: [Blue Badge holders']],
    mistakes: [
      'numbers: about 9,000 badges, about 40 ch → a bracket above is not closed by `]`; write `]` where the list ends',
    ],
  },
  {
    says: 'a text with a colon',
    file: KERBSIDE,
    changes: [['title: Checking Blue', 'title: Checking: Blue']],
    mistakes: [
      'title: Checking: Blue Badges at the kerb → a text holds a colon and a space; put the text between quotes',
    ],
  },
  {
    says: 'a misspelt key',
    file: KERBSIDE,
    changes: [['  they may see:', '  they may sea:']],
    mistakes: [
      'they may sea: → `they may sea` is not a word that can stand here; did you mean `they may see`?',
    ],
  },
  {
    says: 'a misspelt section',
    file: KERBSIDE,
    changes: [['looking after it:', 'looking after:']],
    mistakes: [
      'looking after: → `looking after` is not a word that can stand here; did you mean `looking after it`?',
    ],
  },
  {
    says: 'a word that YAML 1.1 reads as no',
    file: KERBSIDE,
    changes: [['emergency access: not allowed', 'emergency access: no']],
    mistakes: [
      'emergency access: no → `no` is not a word that `emergency access` knows; write one of: `not allowed`',
    ],
  },
  {
    says: 'a truth value for none',
    file: KERBSIDE,
    changes: [['decisions made by computer alone: none', 'decisions made by computer alone: false']],
    mistakes: [
      'decisions made by computer alone: false → `false` is not a word that `decisions made by computer alone` knows; write one of: `none`',
    ],
  },
  {
    says: 'a key with nothing after it',
    file: KERBSIDE,
    changes: [['title: Checking Blue Badges at the kerbside', 'title:']],
    mistakes: ['title: → nothing is written after `title`; write it, or take the line out'],
  },
  {
    says: 'a section that is missing',
    file: KERBSIDE,
    changes: [['emergency access: not allowed\n\n', '']],
    mistakes: [
      'format: data-sharing-agreement/1 → `emergency access` is missing in the file; add a line `emergency access: …`',
    ],
  },
  {
    says: 'a list for one word',
    file: KERBSIDE,
    changes: [['dataset: blue-badges', 'dataset: [blue-badges]']],
    mistakes: ['dataset: [blue-badges] → `dataset` is a list here; write text'],
  },
  {
    says: 'one word for a list',
    file: KERBSIDE,
    changes: [['about: [Blue Badge holders]', 'about: Blue Badge holders']],
    mistakes: [
      'about: Blue Badge holders → `about` is text here; write a list in square brackets, or lines that begin with a hyphen',
    ],
  },
  {
    says: 'an empty list',
    file: KERBSIDE,
    changes: [['about: [Blue Badge holders]', 'about: []']],
    mistakes: ['about: [] → the list at `about` is empty; name at least one thing'],
  },
  {
    says: 'the same thing twice in a list',
    file: KERBSIDE,
    changes: [
      [
        'roles: [civil enforcement officer, parking supervisor]',
        'roles: [parking supervisor, parking supervisor]',
      ],
    ],
    mistakes: ['roles: [parking supervisor, parking supe → the list names something twice; name it once'],
  },
  {
    says: 'a version that does not rise',
    file: KERBSIDE,
    changes: [['version: 3', 'version: 0']],
    mistakes: ['version: 0 → 0 is too small; write 1 or more'],
  },
  {
    says: 'an id that is none',
    file: KERBSIDE,
    changes: [['agreement: DSA-2026-014', 'agreement: DSA-14']],
    mistakes: [
      'agreement: DSA-14 → `DSA-14` cannot stand at `agreement`; write DSA, a hyphen, the year, a hyphen and a number, such as `DSA-2026-014`',
    ],
  },
  {
    says: 'a file that says its own status',
    file: KERBSIDE,
    changes: [['version: 3', 'version: 3\nstatus: in force']],
    mistakes: [
      'status: in force → a file says no status but `rehearsal`: what is in force follows from its signatures and dates; take the line out',
    ],
  },
  {
    says: 'a summary that nobody reads to the end',
    file: KERBSIDE,
    changes: [
      [
        '  Northmere City Council lets',
        '  word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word \n  Northmere City Council lets',
      ],
    ],
    mistakes: ['summary: > → the summary is longer than 100 words; say it more shortly'],
  },
  {
    says: 'a purpose that a header cannot carry',
    file: KERBSIDE,
    changes: [['purpose: parking enforcement', 'purpose: parking – enforcement']],
    mistakes: [
      'purpose: parking – enforcement → `parking – enforcement` cannot stand at `purpose`; use letters without accents, digits, spaces and hyphens, at most 100 characters',
    ],
  },
  {
    says: 'an organisation that is not there',
    file: KERBSIDE,
    changes: [
      [
        'shared with: westhaven-district-council\n  relationship',
        'shared with: westhaven-council\n  relationship',
      ],
    ],
    mistakes: [
      'shared with: westhaven-council → there is no organisation `westhaven-council`; write one of: `hillcrest-primary-school`, `northmere-city-council`, `northmere-hospital-trust`, `westhaven-district-council`',
    ],
  },
  {
    says: 'a dataset that is not there',
    file: KERBSIDE,
    changes: [['dataset: blue-badges', 'dataset: red-badges']],
    mistakes: ['dataset: red-badges → there is no dataset `red-badges`; write one of: `blue-badges`'],
  },
  {
    says: "somebody else's dataset",
    file: KERBSIDE,
    changes: [['dataset: blue-badges', 'dataset: patient-demographics']],
    mistakes: [
      'dataset: patient-demographics → there is no dataset `patient-demographics`; write one of: `blue-badges`',
    ],
  },
  {
    says: 'an operation that is not there',
    file: KERBSIDE,
    changes: [['    - look up one badge', '    - look up a badge']],
    mistakes: [
      '- look up a badge → `look up a badge` is not an operation of `blue-badges`; did you mean `look up one badge`?',
    ],
  },
  {
    says: 'a lookup that is not there',
    file: KERBSIDE,
    changes: [['    - badge number', '    - badge numbers']],
    mistakes: [
      '- badge numbers → `badge numbers` is not a lookup of `blue-badges`; did you mean `badge number`?',
    ],
  },
  {
    says: 'a lookup that no agreed operation uses',
    file: KERBSIDE,
    changes: [['    - badge number\n', '    - badge number\n    - page\n']],
    mistakes: ['- page → none of the agreed operations is asked with `page`; take it out'],
  },
  {
    says: 'a search by a field that they may not see',
    file: DISCOUNTS,
    changes: [
      ['    - band\n', ''],
      ['they see: {band: B}', 'they see: {discountType: SPD}'],
    ],
    mistakes: [
      'they may ask using: [band, page, page si → `band` searches by `band`, which they may not see; take it out, or name `band` under `they may see`',
    ],
  },
  {
    says: 'a way of showing that the dataset does not allow',
    file: KERBSIDE,
    changes: [['show: initials', 'show: year']],
    mistakes: [
      'show: year → `party.person.badgeHolderName` may not be shown as `year`; write `show: in full` or `show: initials`',
    ],
  },
  {
    says: 'a role that the consumer does not have',
    file: KERBSIDE,
    changes: [
      [
        'roles: [civil enforcement officer, parking supervisor]',
        'roles: [civil enforcement oficer, parking supervisor]',
      ],
    ],
    mistakes: [
      'roles: [civil enforcement oficer, parkin → `civil enforcement oficer` is not among the role names of `westhaven-district-council`; did you mean `civil enforcement officer`?',
    ],
  },
  {
    says: "somebody else's system",
    file: KERBSIDE,
    changes: [['systems: [westhaven-parking-app]', 'systems: [northmere-hospital-parking]']],
    mistakes: [
      'systems: [northmere-hospital-parking] → `northmere-hospital-parking` is not a system of `westhaven-district-council`; write one of: `westhaven-parking-app`, `westhaven-revenues-system`',
    ],
  },
  {
    says: 'a reason that must be given, and none that is allowed',
    file: KERBSIDE,
    changes: [['  reasons allowed: [badge on display, appeal against a penalty charge]\n', '']],
    mistakes: [
      'must give: [reason, case reference] → a reason must be given, but none is allowed; add `reasons allowed:`',
    ],
  },
  {
    says: 'a breach that is told after four days',
    file: KERBSIDE,
    changes: [['within: 24 hours', 'within: 4 days']],
    mistakes: [
      'tell the other party of a breach within: → this is not a time of at most 72 hours; write a number and a unit, such as `24 hours`',
    ],
  },
  {
    says: 'data that is passed on to anybody',
    file: KERBSIDE,
    changes: [['passing it on: not allowed', 'passing it on: allowed']],
    mistakes: [
      'passing it on: allowed → this does not say to whom it may be passed on; write `not allowed`, or `only to …`',
    ],
  },
  {
    says: 'data that is stored abroad',
    file: KERBSIDE,
    changes: [['stored in: United Kingdom', 'stored in: Ireland']],
    mistakes: [
      'stored in: Ireland → `Ireland` is not in the United Kingdom, and no safeguard is named; add `transfers:` with each country and its safeguard, or write `United Kingdom`',
    ],
  },
  {
    says: 'an assessment that is under way',
    file: KERBSIDE,
    changes: [['dpia: completed', 'dpia: under way']],
    mistakes: [
      'dpia: under way → data of children or of a special category cannot flow before the assessment is done; write `completed` once it is, or take the signatures out',
    ],
  },
  {
    says: 'a high risk, and nobody was asked',
    file: KERBSIDE,
    changes: [['remaining risk: low', 'remaining risk: high']],
    mistakes: [
      'remaining risk: high → a high remaining risk needs the regulator to be consulted (UK GDPR Article 36); add `consultation reference:`',
    ],
  },
  {
    says: 'joint controllers without an arrangement',
    file: KERBSIDE,
    changes: [['relationship: separate controllers', 'relationship: joint controllers']],
    mistakes: [
      'relationship: joint controllers → `joint controllers` need a published arrangement; add `joint arrangement:` and its address',
    ],
  },
  {
    says: 'a processor without a contract',
    file: DISCHARGE,
    changes: [['relationship: separate controllers', 'relationship: controller and processor']],
    mistakes: [
      'relationship: controller and processor → `controller and processor` need a contract; add `processors:` with the contract',
    ],
  },
  {
    says: 'section 251 without a reference',
    file: DISCHARGE,
    changes: [
      ['duty of confidence: implied consent for direct care', 'duty of confidence: section 251 support'],
    ],
    mistakes: [
      'duty of confidence: section 251 support → `section 251 support` needs the reference of the support; write `{satisfied: section 251 support, reference: …}`',
    ],
  },
  {
    says: 'an overriding public interest that nobody decided',
    file: DISCHARGE,
    changes: [
      [
        'duty of confidence: implied consent for direct care',
        'duty of confidence: overriding public interest',
      ],
    ],
    mistakes: [
      'duty of confidence: overriding public in → `overriding public interest` needs the name of who decided; write `{satisfied: overriding public interest, decided by: …}`',
    ],
  },
  {
    says: 'consent without a record and without a way out',
    file: KERBSIDE,
    changes: [['    shared with: public task', '    shared with: consent']],
    mistakes: [
      'shared with: consent → `consent` needs `consent record`; add `consent record:` and where consent and its withdrawal are kept',
      'shared with: consent → `consent` can be withdrawn, and nothing says how; add `opt-out route:` to `people`',
    ],
  },
  {
    says: 'a day that the calendar does not have',
    file: KERBSIDE,
    changes: [['ends: 2028-03-31', 'ends: 2028-02-30']],
    mistakes: [
      'ends: 2028-02-30 → this is not a day of the calendar; write year-month-day, such as `2026-04-01`',
    ],
  },
  {
    says: 'an end before the start',
    file: KERBSIDE,
    changes: [['ends: 2028-03-31', 'ends: 2026-03-31']],
    mistakes: [
      'ends: 2026-03-31 → the agreement ends before it starts; write a later day',
      'review by: 2027-03-01 → the review comes after the end; write a day before the end',
    ],
  },
  {
    says: 'an address without https',
    file: KERBSIDE,
    changes: [
      ['https://northmere.example/privacy/blue-badge', 'http://northmere.example/privacy/blue-badge'],
    ],
    mistakes: [
      'shared by: http://northmere.example/priv → this is not an https address; write an address that begins with `https://` and holds no name or password',
    ],
  },
  {
    says: 'no example that is released',
    file: KERBSIDE,
    changes: [['    answer: released\n', '    answer: refused\n    because: role not agreed\n']],
    mistakes: [
      '- name: An officer checks a badge on dis → no example is released; add one with `answer: released`',
    ],
  },
  {
    says: 'an example with a value that cannot be',
    file: KERBSIDE,
    changes: [['using: {badge number: ZZ9Z01}', 'using: {badge number: ZZ9}']],
    mistakes: [
      'using: {badge number: ZZ9} → `ZZ9` is not of the kind `blue badge number`; write a value of that kind that cannot be issued to anybody',
    ],
  },
  {
    says: 'everything wrong at once',
    file: KERBSIDE,
    changes: [
      ['version: 3', 'version: three'],
      ['relationship: separate controllers', 'relationship: friends'],
      ['remaining risk: low', 'remaining risk: lo'],
      ['starts: 2026-04-01', 'starts: soon'],
    ],
    mistakes: [
      'version: three → `version` is text here; write a number',
      'relationship: friends → `friends` is not a word that `relationship` knows; write one of: `separate controllers`, `joint controllers`, `controller and processor`',
      'remaining risk: lo → `lo` is not a word that `remaining risk` knows; did you mean `low`?',
      'starts: soon → this is not a day of the calendar; write year-month-day, such as `2026-04-01`',
    ],
  },
  {
    says: 'an agreement beyond its protocol',
    file: LOST_HOSPITAL,
    changes: [
      ['checks by one person: 5 an hour', 'checks by one person: 50 an hour'],
      ['they may see: [badgeNumber, statusCode]', 'they may see: [badgeNumber, startDate]'],
    ],
    mistakes: [
      'they may see: [badgeNumber, startDate] → `they may see` names `startDate`, which the protocol does not; take it out, or agree outside the protocol',
      'limits: {checks by one person: 50 an hou → `checks by one person` is more than the protocol allows; write `20 an hour` or less',
    ],
  },
  {
    says: 'a protocol that is not there',
    file: LOST_WESTHAVEN,
    changes: [['under protocol: SP-2026-003', 'under protocol: SP-2026-004']],
    mistakes: [
      'under protocol: SP-2026-004 → there is no protocol `SP-2026-004`; did you mean `SP-2026-003`?',
    ],
  },
  {
    says: 'a protocol with an unknown party',
    file: LOST_BADGES,
    changes: [['between: [northmere-city-council, ', 'between: [northmere-council, ']],
    mistakes: [
      'between: [northmere-council, northmere-h → there is no organisation `northmere-council`; did you mean `northmere-city-council`?',
    ],
  },
  {
    says: 'a dataset with a field beneath a field',
    file: BADGES,
    changes: [
      [
        '  badgeNumber:  ',
        '  badgeNumber.check: {means: Check digit, kind: code, sensitivity: ordinary}\n  badgeNumber:  ',
      ],
    ],
    mistakes: [
      'badgeNumber.check: {means: Check digit, → `badgeNumber` is declared as a field that holds a value, and this stands beneath it; declare only one of `badgeNumber` and `badgeNumber.check`',
    ],
  },
  {
    says: 'a dataset that can be read whole',
    file: BADGES,
    changes: [['    must use: [name, postcode]\n', '']],
    mistakes: [
      'search for badges: → `search for badges` could be asked with nothing and give every record; name in `must use` what an asker must give',
    ],
  },
  {
    says: 'a dataset with a secret in place of its name',
    file: BADGES,
    changes: [['secret: BLUE_BADGE_CLIENT ', 'secret: hunter2 ']],
    mistakes: [
      'secret: hunter2          # the name of a → this is not the name of a secret; write the name of a secret in capital letters, digits and underscores, never the secret itself',
    ],
  },
  {
    says: 'a dataset over plain http',
    file: BADGES,
    changes: [['address: https://badges', 'address: http://badges']],
    mistakes: [
      'address: http://badges.internal.northmer → this is not an https address; write an address that begins with `https://` and holds no name or password',
    ],
  },
  {
    says: 'a dataset whose special category field reveals nothing',
    file: BADGES,
    changes: [
      [
        'kind: code, sensitivity: special category, reveals: [health]}\n  replaceReasonCode',
        'kind: code, sensitivity: special category}\n  replaceReasonCode',
      ],
    ],
    mistakes: [
      'cancelReasonCode:                   {mea → a special category field does not say what it reveals; add `reveals: [health]`',
    ],
  },
  {
    says: 'a dataset under a name of the gateway',
    file: BADGES,
    changes: [['dataset: blue-badges', 'dataset: log']],
    mistakes: ['dataset: log → `log` is a name that the gateway keeps for itself; choose another'],
  },
  {
    says: 'an organisation with a client and no sign-in',
    file: WESTHAVEN,
    changes: [['  audience: https://gateway.northmere.example\n', '']],
    mistakes: ['sign in: → `audience` is missing in `sign in`; add a line `audience: …`'],
  },
  {
    says: 'an organisation with an ICO number that cannot be',
    file: WESTHAVEN,
    changes: [['ico registration: ZA000002', 'ico registration: 12345']],
    mistakes: ['ico registration: 12345 → `ico registration` is a number here; put it between quotes'],
  },
  {
    says: 'an organisation of an unknown kind',
    file: WESTHAVEN,
    changes: [['kind: council', 'kind: counsil']],
    mistakes: ['kind: counsil → `counsil` is not a word that `kind` knows; did you mean `council`?'],
  },
];
