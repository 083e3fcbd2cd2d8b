/** What a dataset file may say. */
import { test } from 'node:test';
import { BADGES, MEALS, refuses } from '../../support/changed-policies.ts';

test('a request that is neither GET nor POST is refused', () => {
  refuses(
    BADGES,
    [['request: GET /badges/{badge number}', 'request: DELETE /badges/{badge number}']],
    'request: DELETE /badges/{badge number}',
    '`DELETE /badges/{badge number}` cannot stand at `request`; write GET or POST, a space, and a path in which each lookup stands in curly brackets',
  );
});

test('a request with a query is refused', () => {
  refuses(
    BADGES,
    [['request: GET /badges\n', 'request: GET /badges?all=1\n']],
    'request: GET /badges?all=1',
    '`GET /badges?all=1` cannot stand at `request`; write GET or POST, a space, and a path in which each lookup stands in curly brackets',
  );
});

test('an unknown kind is refused', () => {
  refuses(
    BADGES,
    [['kind: blue badge number, about', 'kind: blue badge nummer, about']],
    'badge number: {in: path, kind: blue badge nummer, about the ',
    '`blue badge nummer` is not a word that `kind` knows; did you mean `blue badge number`?',
  );
});

test('an unknown sensitivity is refused', () => {
  refuses(
    BADGES,
    [['kind: date, sensitivity: ordinary, may', 'kind: date, sensitivity: harmless, may']],
    'startDate:                          {means: First day the ba',
    '`harmless` is not a word that `sensitivity` knows; write one of: `ordinary`, `personal`, `identifying`, `contact`, `financial`, `child`, `special category`, `criminal offence`, `never share`',
  );
});

test('fields that are not listed can only be removed', () => {
  refuses(
    BADGES,
    [['fields not listed here: remove', 'fields not listed here: keep']],
    'fields not listed here: keep',
    '`keep` is not a word that `fields not listed here` knows; write one of: `remove`',
  );
});

test('a secret is a name, never a value', () => {
  refuses(
    MEALS,
    [['secret: SCHOOL_MEALS_CLIENT', 'secret: pa55-word']],
    'secret: pa55-word        # the name of a secret, never the s',
    'this is not the name of a secret; write the name of a secret in capital letters, digits and underscores, never the secret itself',
  );
});

test('an upstream address must be https outside this machine', () => {
  refuses(
    BADGES,
    [['address: https://badges', 'address: http://badges']],
    'address: http://badges.internal.northmere.example/uk-gov-dft',
    'this is not an https address; write an address that begins with `https://` and holds no name or password',
  );
});

test('an upstream address holds no password', () => {
  refuses(
    BADGES,
    [['address: https://badges', 'address: https://user:pass@badges']],
    'address: https://user:pass@badges.internal.northmere.example',
    'this is not an https address; write an address that begins with `https://` and holds no name or password',
  );
});
