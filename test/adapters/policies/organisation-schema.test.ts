/** What an organisation file may say. */
import { test } from 'node:test';
import { refuses, WESTHAVEN } from '../../support/changed-policies.ts';

test('an organisation of another format is refused', () => {
  refuses(
    WESTHAVEN,
    [['format: organisation/1', 'format: organisation/2']],
    'format: organisation/2',
    '`organisation/2` is not a word that `format` knows; did you mean `organisation/1`?',
  );
});

test('an issuer must be an https address', () => {
  refuses(
    WESTHAVEN,
    [['issuer: https://login.westhaven.example', 'issuer: http://login.westhaven.example']],
    'issuer: http://login.westhaven.example/realms/staff',
    'this is not an https address; write an address that begins with `https://` and holds no name or password',
  );
});

test('symmetric signatures are refused', () => {
  refuses(
    WESTHAVEN,
    [['  staff number is in: sub', '  signed using: [HS256]\n  staff number is in: sub']],
    'signed using: [HS256]',
    '`HS256` is not a word that `signed using` knows; did you mean `PS256`?',
  );
});

test('unsigned tokens are refused', () => {
  refuses(
    WESTHAVEN,
    [['  staff number is in: sub', '  signed using: [none]\n  staff number is in: sub']],
    'signed using: [none]',
    '`none` is not a word that `signed using` knows; write one of: `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `ES512`, `EdDSA`, `RS256`, `RS384`, `RS512`',
  );
});

test('an unknown token profile is refused', () => {
  refuses(
    WESTHAVEN,
    [['  staff number is in: sub', '  token profile: okta\n  staff number is in: sub']],
    'token profile: okta',
    '`okta` is not a word that `token profile` knows; write one of: `rfc9068`, `entra-id`, `keycloak`',
  );
});

test('a telephone number without quotes that became a number is refused', () => {
  refuses(
    WESTHAVEN,
    [['telephone: 01632 960299', 'telephone: 01632960299']],
    'out of hours breach contact: {name: Duty officer, telephone:',
    '`telephone` is a number here; put it between quotes',
  );
});
