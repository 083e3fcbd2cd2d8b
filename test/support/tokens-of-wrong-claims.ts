/** Tokens whose claims do not hold: who they are of and for, and when. */
import { claims, claimsText, row, type TokenVector } from './forged-tokens.ts';

export const TOKENS_OF_THE_WRONG: readonly TokenVector[] = [
  row(
    'RS-16: iss with a slash behind',
    claims(({ issuer }) => ({ iss: `${issuer}/` })),
    'issuer is not registered',
  ),
  row(
    'RS-16: iss in upper case',
    claims(({ issuer }) => ({ iss: issuer.toUpperCase() })),
    'issuer is not registered',
  ),
  row(
    'no iss',
    claims(() => ({ iss: undefined })),
    'issuer is not registered',
  ),
  row(
    'iss that is a list',
    claims(({ issuer }) => ({ iss: [issuer] })),
    'issuer is not registered',
  ),
  row(
    'iss __proto__',
    claims(() => ({ iss: '__proto__' })),
    'issuer is not registered',
  ),
  row(
    'RS-16: iss of another registered issuer',
    claims(({ otherIssuer }) => ({ iss: otherIssuer })),
    'key is not one of the issuer',
  ),
  row(
    'RS-17: no aud',
    claims(() => ({ aud: undefined })),
    'aud is not this gateway',
  ),
  row(
    'RS-17: aud of another API',
    claims(() => ({ aud: 'https://other.example' })),
    'aud is not this gateway',
  ),
  row(
    'RS-17: aud list without us',
    claims(() => ({ aud: ['https://other.example'] })),
    'aud is not this gateway',
  ),
  row(
    'aud that is empty',
    claims(() => ({ aud: [] })),
    'aud is not this gateway',
  ),
  row(
    'aud with a slash behind',
    claims(() => ({ aud: 'https://gateway.northmere.example/' })),
    'aud is not this gateway',
  ),
  row(
    'aud that begins like us',
    claims(() => ({ aud: 'https://gateway.northmere.example.evil.example' })),
    'aud is not this gateway',
  ),
  row(
    'aud list that holds a number',
    claims(() => ({ aud: ['https://gateway.northmere.example', 1] })),
    'aud is not this gateway',
    'texts only',
  ),
  row(
    'RS-20: no sub',
    claims(() => ({ sub: undefined })),
    'sub is missing',
  ),
  row(
    'sub that is empty',
    claims(() => ({ sub: '' })),
    'sub is missing',
    'empty texts',
  ),
  row(
    'sub that is a number',
    claims(() => ({ sub: 9001 })),
    'sub is missing',
  ),
  row(
    'RS-20: no jti',
    claims(() => ({ jti: undefined })),
    'jti is missing',
  ),
  row(
    'jti that is a number',
    claims(() => ({ jti: 1 })),
    'jti is missing',
  ),
  row(
    'RS-20: no client_id',
    claims(() => ({ client_id: undefined })),
    'client_id is missing',
  ),
  row(
    'client_id that is a number',
    claims(() => ({ client_id: 7 })),
    'client_id is missing',
  ),
  row(
    'client_id that is empty',
    claims(() => ({ client_id: '' })),
    'client_id is missing',
    'empty texts',
  ),
  row(
    'client_id that is a list',
    claims(() => ({ client_id: ['westhaven-parking-app'] })),
    'client_id is missing',
  ),
  row(
    'a client that is not registered',
    claims(() => ({ client_id: 'somebody' })),
    'client is not a registered system',
    'no registry',
    'system-not-registered',
  ),
  row(
    'client_id in upper case',
    claims(() => ({ client_id: 'WESTHAVEN-PARKING-APP' })),
    'client is not a registered system',
    'no registry',
    'system-not-registered',
  ),
  row(
    'RS-45: bound to a DPoP key and shown as Bearer',
    claims(() => ({ cnf: { jkt: 'A'.repeat(43) } })),
    'bound to a key, which Bearer cannot show',
  ),
  row(
    'RS-27: bound to a certificate that is not shown',
    claims(() => ({ cnf: { 'x5t#S256': 'A'.repeat(43) } })),
    'no client certificate',
    undefined,
    'sender-not-proved',
  ),
  ...[
    {},
    null,
    [],
    'A'.repeat(43),
    { jkt: 'x' },
    { jkt: 7 },
    { jkt: `${'A'.repeat(42)}B` },
    { 'x5t#S256': 'x' },
    { kid: 'k' },
    { jwk: { kty: 'OKP' } },
    { jkt: 'A'.repeat(43), 'x5t#S256': 'A'.repeat(43) },
    { jkt: 'A'.repeat(43), kid: 'k' },
  ].map((cnf) =>
    row(
      `RS-47: bound in a way that is not understood, ${JSON.stringify(cnf)}`,
      claims(() => ({ cnf })),
      'cnf is not one key or certificate that is understood',
      JSON.stringify(cnf) === '{}' ? 'takes a binding to nothing' : undefined,
    ),
  ),
];

export const TOKENS_AT_THE_WRONG_TIME: readonly TokenVector[] = [
  row(
    'RS-18: no exp',
    claims(() => ({ exp: undefined })),
    'exp is missing or not a time',
  ),
  row(
    'RS-18: exp as text',
    claimsText((good) => good.replace(/"exp":(\d+)/, '"exp":"$1"')),
    'exp is missing or not a time',
  ),
  row(
    'RS-18: exp 1e300',
    claimsText((good) => good.replace(/"exp":\d+/, '"exp":1e300')),
    'exp is missing or not a time',
    'year 9999',
  ),
  row(
    'exp 1e400',
    claimsText((good) => good.replace(/"exp":\d+/, '"exp":1e400')),
    'exp is missing or not a time',
    'year 9999',
  ),
  row(
    'exp null',
    claimsText((good) => good.replace(/"exp":\d+/, '"exp":null')),
    'exp is missing or not a time',
  ),
  row(
    'exp below zero',
    claims(() => ({ exp: -1 })),
    'exp is missing or not a time',
  ),
  row(
    'exp zero',
    claims(() => ({ exp: 0 })),
    'expired',
  ),
  row(
    'RS-18: expired',
    claims(({ now }) => ({ iat: now - 300, exp: now - 60 })),
    'expired',
  ),
  row(
    'expired by 11 seconds',
    claims(({ now }) => ({ iat: now - 300, exp: now - 11 })),
    'expired',
  ),
  row(
    'exp before iat',
    claims(({ now }) => ({ iat: now, exp: now - 1 })),
    'exp is not after iat',
    'order',
  ),
  row(
    'a life longer than the file allows',
    claims(({ now }) => ({ exp: now + 3700 })),
    'lives longer than its issuer may grant',
    'longest life',
  ),
  row(
    'RS-20: no iat',
    claims(() => ({ iat: undefined })),
    'iat is missing or not a time',
  ),
  row(
    'iat as text',
    claimsText((good) => good.replace(/"iat":(\d+)/, '"iat":"$1"')),
    'iat is missing or not a time',
  ),
  row(
    'RS-19: iat 61 s ahead',
    claims(({ now }) => ({ iat: now + 61 })),
    'iat is in the future',
    'iat ahead',
  ),
  row(
    'iat an hour ahead',
    claims(({ now }) => ({ iat: now + 3600, exp: now + 3900 })),
    'iat is in the future',
    'iat ahead',
  ),
  row(
    'RS-19: nbf 61 s ahead',
    claims(({ now }) => ({ nbf: now + 61 })),
    'nbf is in the future',
  ),
  row(
    'nbf as text',
    claimsText((good) => good.replace('{', '{"nbf":"1",')),
    'nbf is not a time',
  ),
  row(
    'nbf below zero',
    claims(() => ({ nbf: -5 })),
    'nbf is not a time',
    'times below zero',
  ),
];
