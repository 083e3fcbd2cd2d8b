/** From what zod finds to sentences with a line. */
import { test } from 'node:test';
import { BADGES, KERBSIDE, refuses } from '../../support/changed-policies.ts';

test('a misspelt key is one mistake, with the nearest word', () => {
  refuses(
    KERBSIDE,
    [['  they may see:', '  they may sea:']],
    'they may sea:',
    '`they may sea` is not a word that can stand here; did you mean `they may see`?',
  );
});

test('a misspelt key inside a list entry suggests the nearest word', () => {
  refuses(
    KERBSIDE,
    [['      show: initials', '      shows: initials']],
    'shows: initials',
    '`shows` is not a word that can stand here; did you mean `show`?',
  );
});

test('a key that is missing is named with its section', () => {
  refuses(
    KERBSIDE,
    [['  remaining risk: low\n', '']],
    'assessment:',
    '`remaining risk` is missing in `assessment`; add a line `remaining risk: …`',
  );
});

test('a key that is missing at the top is named with the file', () => {
  refuses(
    KERBSIDE,
    [['title: Checking Blue Badges at the kerbside\n', '']],
    'format: data-sharing-agreement/1',
    '`title` is missing in the file; add a line `title: …`',
  );
});

test('a key with nothing after it says so', () => {
  refuses(
    KERBSIDE,
    [['title: Checking Blue Badges at the kerbside', 'title:']],
    'title:',
    'nothing is written after `title`; write it, or take the line out',
  );
});

test('a number where text is wanted asks for quotes', () => {
  refuses(
    KERBSIDE,
    [['using: {badge number: ZZ9Z01}', 'using: {badge number: 123456}']],
    'using: {badge number: 123456}',
    '`badge number` is a number here; put it between quotes',
  );
});

test('a text where a number is wanted asks for a number', () => {
  refuses(
    KERBSIDE,
    [['version: 3', 'version: three']],
    'version: three',
    '`version` is text here; write a number',
  );
});

test('a number that is too small says what is enough', () => {
  refuses(KERBSIDE, [['version: 3', 'version: 0']], 'version: 0', '0 is too small; write 1 or more');
});

test('a list where text is wanted asks for text', () => {
  refuses(
    KERBSIDE,
    [['title: Checking Blue Badges at the kerbside', 'title: [a]']],
    'title: [a]',
    '`title` is a list here; write text',
  );
});

test('a text where a list is wanted says how a list is written', () => {
  refuses(
    KERBSIDE,
    [['  about: [Blue Badge holders]', '  about: Blue Badge holders']],
    'about: Blue Badge holders',
    '`about` is text here; write a list in square brackets, or lines that begin with a hyphen',
  );
});

test('an empty list asks for one thing', () => {
  refuses(
    KERBSIDE,
    [['  about: [Blue Badge holders]', '  about: []']],
    'about: []',
    'the list at `about` is empty; name at least one thing',
  );
});

test('a list that names something twice says so', () => {
  refuses(
    KERBSIDE,
    [['  about: [Blue Badge holders]', '  about: [a, a]']],
    'about: [a, a]',
    'the list names something twice; name it once',
  );
});

test('a word outside a closed list suggests the nearest', () => {
  refuses(
    KERBSIDE,
    [['relationship: separate controllers', 'relationship: seperate controllers']],
    'relationship: seperate controllers',
    '`seperate controllers` is not a word that `relationship` knows; did you mean `separate controllers`?',
  );
});

test('a word that is far from all lists what may be written', () => {
  refuses(
    KERBSIDE,
    [['regime: UK GDPR', 'regime: martial law']],
    'regime: martial law',
    '`martial law` is not a word that `regime` knows; write one of: `UK GDPR`, `law enforcement (Part 3)`, `not personal data`',
  );
});

test('of two ways to write a thing, a third is refused with both', () => {
  refuses(
    KERBSIDE,
    [['    - expiryDate', '    - [expiryDate]']],
    '- [expiryDate]',
    '`they may see` is a list, which cannot stand here; write text, or lines of the form `key: value` beneath it',
  );
});

test('a wrong form says what to write', () => {
  refuses(
    KERBSIDE,
    [['agreement: DSA-2026-014', 'agreement: DSA-14']],
    'agreement: DSA-14',
    '`DSA-14` cannot stand at `agreement`; write DSA, a hyphen, the year, a hyphen and a number, such as `DSA-2026-014`',
  );
});

test('a name that no map may hold is refused at the name', () => {
  refuses(
    BADGES,
    [['  page: {in: query', '  page_number: {in: query']],
    'page_number: {in: query, kind: whole number, at least: 1, at',
    '`page_number` cannot be a name here; use letters without accents, digits, spaces and hyphens, and begin with a letter',
  );
});

test('what stands in place of the name of a secret is never repeated', () => {
  refuses(
    BADGES,
    [['secret: BLUE_BADGE_CLIENT', 'secret: hunter2-very-secret']],
    'secret: hunter2-very-secret          # the name of a secret,',
    'this is not the name of a secret; write the name of a secret in capital letters, digits and underscores, never the secret itself',
  );
});
