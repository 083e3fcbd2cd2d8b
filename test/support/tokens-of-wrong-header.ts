/** Tokens whose header is not one of an access token, and tokens that must be taken. */
import { claims, header, publicKeyAsSecret, row, type TokenVector } from './forged-tokens.ts';
import { goodClaims, sign } from './test-issuer.ts';

export const TOKENS_OF_WRONG_HEADER: readonly TokenVector[] = [
  row(
    'RS-11: no typ',
    header(() => ({ typ: undefined })),
    'typ is not at+jwt',
  ),
  row(
    'RS-11: typ JWT',
    header(() => ({ typ: 'JWT' })),
    'typ is not at+jwt',
  ),
  row(
    'RS-11: typ dpop+jwt',
    header(() => ({ typ: 'dpop+jwt' })),
    'typ is not at+jwt',
  ),
  row(
    'typ with a space',
    header(() => ({ typ: 'at+jwt ' })),
    'typ is not at+jwt',
  ),
  row(
    'typ that is a number',
    header(() => ({ typ: 1 })),
    'typ is not at+jwt',
  ),
  row(
    'typ application/jwt',
    header(() => ({ typ: 'application/jwt' })),
    'typ is not at+jwt',
  ),
  row(
    'RS-11: an ID token',
    (ground) =>
      sign({ ...goodClaims(ground.issuer, ground.now), nonce: 'n', at_hash: 'h' }, ground.key, {
        typ: 'JWT',
      }),
    'typ is not at+jwt',
  ),
  row(
    'RS-12: alg none',
    header(() => ({ alg: 'none' })),
    'algorithm is not one of the issuer',
  ),
  row('RS-12: HS256 with the public key as secret', publicKeyAsSecret, 'algorithm is not one of the issuer'),
  row(
    'RS-12: RS256, which the file does not name',
    (ground) => sign(goodClaims(ground.issuer, ground.now), ground.rsaKey),
    'algorithm is not one of the issuer',
  ),
  row(
    'no alg',
    header(() => ({ alg: undefined })),
    'algorithm is not one of the issuer',
  ),
  row(
    'alg in lower case',
    header(() => ({ alg: 'es256' })),
    'algorithm is not one of the issuer',
  ),
  row(
    'alg that is a list',
    header(() => ({ alg: ['ES256'] })),
    'algorithm is not one of the issuer',
  ),
  row(
    'alg ES384',
    header(() => ({ alg: 'ES384' })),
    'algorithm is not one of the issuer',
  ),
  row(
    'RS-15: an unknown crit',
    header(() => ({ crit: ['x'], x: 1 })),
    'crit is not understood',
  ),
  row(
    'RS-15: b64 false',
    header(() => ({ crit: ['b64'], b64: false })),
    'crit is not understood',
  ),
  row(
    'an empty crit',
    header(() => ({ crit: [] })),
    'crit is not understood',
  ),
  row(
    'b64 without crit',
    header(() => ({ b64: false })),
    'b64 is not understood',
    'b64 alone',
  ),
  row(
    'RS-22: zip',
    header(() => ({ zip: 'DEF' })),
    'compressed or encrypted',
    'zip',
  ),
  row(
    'enc',
    header(() => ({ enc: 'A256GCM' })),
    'compressed or encrypted',
    'enc',
  ),
  row(
    'kid that is a number',
    header(() => ({ kid: 1 })),
    'kid is not a text',
  ),
  row(
    'kid that is empty',
    header(() => ({ kid: '' })),
    'kid is not a text',
  ),
];

/** Every token here must be taken, here and by oauth4webapi. */
export const TAKEN_TOKENS: readonly Pick<TokenVector, 'name' | 'make'>[] = [
  { name: 'a plain good token', make: claims(() => ({})) },
  { name: 'RS-11: typ application/at+jwt', make: header(() => ({ typ: 'application/at+jwt' })) },
  { name: 'RS-11: typ in upper case', make: header(() => ({ typ: 'AT+JWT' })) },
  {
    name: 'RS-14: jku, x5u and x5c beside a good signature',
    make: header(({ trap }) => ({ jku: `${trap}/jku`, x5u: `${trap}/x5u`, x5c: ['YQ=='] })),
  },
  {
    name: 'RS-17: aud list with us and others',
    make: claims(() => ({ aud: ['https://other.example', 'https://gateway.northmere.example'] })),
  },
  { name: 'RS-18: exp with a fraction', make: claims(({ now }) => ({ exp: now + 300.5 })) },
  { name: 'RS-19: iat 8 s ahead', make: claims(({ now }) => ({ iat: now + 8 })) },
  { name: 'RS-19: nbf 8 s ahead', make: claims(({ now }) => ({ nbf: now + 8 })) },
  { name: 'expired by 5 seconds', make: claims(({ now }) => ({ iat: now - 300, exp: now - 5 })) },
  { name: 'claims that nobody knows', make: claims(() => ({ __proto__x: { a: [1] }, acr: '1' })) },
];
