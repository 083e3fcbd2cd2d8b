/** Access tokens that must be refused, each with the check that must refuse it, and a few that must not. */
import { createHmac, generateKeyPairSync, sign as nodeSign, randomUUID } from 'node:crypto';
import type { NotProved } from '../../src/exchange/ports.ts';
import { goodClaims, type IssuerKey, newKey, sign } from './test-issuer.ts';

export interface VectorGround {
  readonly issuer: string;
  readonly otherIssuer: string;
  readonly key: IssuerKey;
  readonly otherIssuersKey: IssuerKey;
  readonly rsaKey: IssuerKey;
  /** Published with `use: enc`. */
  readonly encryptionKey: IssuerKey;
  /** A server that must never be asked. */
  readonly trap: string;
  readonly now: number;
}

export interface TokenVector {
  readonly name: string;
  readonly make: (ground: VectorGround) => Promise<string> | string;
  readonly refused: NotProved['refused'];
  readonly why: string;
  /** Why oauth4webapi takes it: what is stricter here. Undefined where both refuse. */
  readonly onlyHere?: string;
}

type Claims = Record<string, unknown>;

/** Signs exactly these texts, so that what no library would write can be written. */
export async function forge(header: string, claims: string | Uint8Array, key: IssuerKey): Promise<string> {
  const input = `${base64url(header)}.${base64url(claims)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const bytes = await crypto.subtle.sign(algorithm, key.privateKey as CryptoKey, Buffer.from(input));
  return `${input}.${Buffer.from(bytes).toString('base64url')}`;
}

function base64url(text: string | Uint8Array): string {
  return Buffer.from(text as string).toString('base64url');
}

function headerText(ground: VectorGround): string {
  return JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: ground.key.publicJwk.kid });
}

/** Good claims but for these; undefined takes a claim out. */
function claims(change: (ground: VectorGround) => Claims) {
  return (ground: VectorGround) =>
    sign({ ...goodClaims(ground.issuer, ground.now), ...change(ground) }, ground.key);
}

/** A good token but for these members of its header. */
function header(change: (ground: VectorGround) => Claims) {
  return (ground: VectorGround) =>
    forge(
      JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: ground.key.publicJwk.kid, ...change(ground) }),
      JSON.stringify(goodClaims(ground.issuer, ground.now)),
      ground.key,
    );
}

/** A good token whose text is then spoilt. */
function spoilt(spoil: (token: string) => string) {
  return async (ground: VectorGround) => spoil(await sign(goodClaims(ground.issuer, ground.now), ground.key));
}

function claimsText(write: (good: string) => string | Uint8Array) {
  return (ground: VectorGround) =>
    forge(headerText(ground), write(JSON.stringify(goodClaims(ground.issuer, ground.now))), ground.key);
}

function part(token: string, index: number): string {
  return token.split('.')[index] ?? '';
}

function withPart(token: string, index: number, text: string): string {
  return token.split('.').with(index, text).join('.');
}

const FORM: readonly TokenVector[] = [
  row('one part', () => 'abc', 'not three parts'),
  row(
    'two parts',
    spoilt((token) => token.split('.').slice(0, 2).join('.')),
    'not three parts',
  ),
  row(
    'four parts',
    spoilt((token) => `${token}.abc`),
    'not three parts',
  ),
  row(
    'no signature',
    spoilt((token) => withPart(token, 2, '')),
    'not three parts',
  ),
  row(
    'a signature with bits left over',
    spoilt(withTrailingBits),
    'signature is not base64url',
    'one spelling',
  ),
  row(
    'a header of one character',
    spoilt((token) => withPart(token, 0, 'A')),
    'header is not strict JSON',
  ),
  row(
    'a header that is not JSON',
    (ground) => forge('{alg:1}', '{}', ground.key),
    'header is not strict JSON',
  ),
  row('a header that is a list', (ground) => forge('[]', '{}', ground.key), 'header is not strict JSON'),
  row('a header that is null', (ground) => forge('null', '{}', ground.key), 'header is not strict JSON'),
  row(
    'claims that are not JSON',
    claimsText(() => 'sub=me'),
    'claims are not strict JSON',
  ),
  row(
    'claims that are a list',
    claimsText((good) => `[${good}]`),
    'claims are not strict JSON',
  ),
  row(
    'claims with a byte order mark',
    claimsText((good) => `\ufeff${good}`),
    'claims are not strict JSON',
    'BOM',
  ),
  row(
    'claims that are not UTF-8',
    claimsText((good) => Buffer.from(good.replace('staff', 'st\xffff'), 'latin1')),
    'claims are not strict JSON',
  ),
  row(
    'RS-21: alg twice in the header',
    (ground) =>
      forge(
        headerText(ground).replace('{', '{"alg":"none",'),
        JSON.stringify(goodClaims(ground.issuer, ground.now)),
        ground.key,
      ),
    'header is not strict JSON',
    'names that stand twice',
  ),
  row(
    'RS-21: aud twice in the claims',
    claimsText((good) => good.replace('{', '{"aud":"https://other.example",')),
    'claims are not strict JSON',
    'names that stand twice',
  ),
  row(
    'RS-21: sub twice, once behind an escape',
    claimsText((good) => good.replace('{', '{"su\\u0062":"staff-1",')),
    'claims are not strict JSON',
    'names that stand twice',
  ),
  row(
    'claims that go too deep',
    claimsText((good) => good.replace('{', `{"deep":${'['.repeat(20)}${']'.repeat(20)},`)),
    'claims are not strict JSON',
    'bounded depth',
  ),
  row('RS-22: an encrypted token', () => 'YQ.YQ.YQ.YQ.YQ', 'encrypted tokens are not taken'),
  row(
    'longer than 8 KiB',
    claims(() => ({ filler: 'x'.repeat(9000) })),
    'longer than 8 KiB',
    'bounded length',
    'credentials-malformed',
  ),
];

const HEADER: readonly TokenVector[] = [
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

const SIGNATURE: readonly TokenVector[] = [
  row(
    'a key that nobody published',
    header(() => ({ kid: randomUUID() })),
    'key is not one of the issuer',
  ),
  row(
    'RS-13: ES256 by the identifier of an RSA key',
    header((ground) => ({ kid: ground.rsaKey.publicJwk.kid })),
    'key is not one of the issuer',
  ),
  row(
    'RS-13: a key for encryption',
    (ground) => sign(goodClaims(ground.issuer, ground.now), ground.encryptionKey),
    'key is not one of the issuer',
  ),
  row('RS-13: an RSA key of 1024 bits', shortRsa, 'key is not one of the issuer'),
  row('another key under the right identifier', signedByStranger, 'signature does not verify'),
  row(
    "RS-16: another registered issuer's key",
    (ground) => sign(goodClaims(ground.issuer, ground.now), ground.otherIssuersKey),
    'key is not one of the issuer',
  ),
  row('RS-14: the key in the header', (ground) => ownKeyNamed(ground, 'jwk'), 'signature does not verify'),
  row('RS-14: jku to a key of its own', (ground) => ownKeyNamed(ground, 'jku'), 'signature does not verify'),
  row('RS-14: x5u to a key of its own', (ground) => ownKeyNamed(ground, 'x5u'), 'signature does not verify'),
  row('RS-14: x5c', (ground) => ownKeyNamed(ground, 'x5c'), 'signature does not verify'),
  row('a changed signature', spoilt(withChangedSignature), 'signature does not verify'),
  row(
    'a signature of zeros',
    spoilt((token) => withPart(token, 2, base64url(Buffer.alloc(64)))),
    'signature does not verify',
  ),
  row(
    'a short signature',
    spoilt((token) => withPart(token, 2, 'YQ')),
    'signature does not verify',
  ),
  row(
    'claims changed after signing',
    spoilt((token) =>
      withPart(
        token,
        1,
        base64url(Buffer.from(part(token, 1), 'base64url').toString().replace('CEO', 'BOS')),
      ),
    ),
    'signature does not verify',
  ),
  row(
    'a header changed after signing',
    spoilt((token) =>
      withPart(
        token,
        0,
        base64url(Buffer.from(part(token, 0), 'base64url').toString().replace('{', '{"x":1,')),
      ),
    ),
    'signature does not verify',
  ),
];

const WHO: readonly TokenVector[] = [
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
    'bound to a DPoP key',
    claims(() => ({ cnf: { jkt: 'x' } })),
    'bound to a key of its sender, which Bearer cannot show',
  ),
  row(
    'bound to a certificate',
    claims(() => ({ cnf: { 'x5t#S256': 'x' } })),
    'bound to a key of its sender, which Bearer cannot show',
  ),
  row(
    'bound to nothing that is known',
    claims(() => ({ cnf: {} })),
    'bound to a key of its sender, which Bearer cannot show',
    'any cnf',
  ),
];

const WHEN: readonly TokenVector[] = [
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

/** Every token here must be refused. */
export const REFUSED_TOKENS: readonly TokenVector[] = [...FORM, ...HEADER, ...SIGNATURE, ...WHO, ...WHEN];

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

function row(
  name: string,
  make: TokenVector['make'],
  why: string,
  onlyHere?: string,
  refused: NotProved['refused'] = 'token-invalid',
): TokenVector {
  return { name, make, why, refused, ...(onlyHere === undefined ? {} : { onlyHere }) };
}

function withTrailingBits(token: string): string {
  // 64 bytes leave two unused bits in the last of 86 characters; setting one spells the same bytes differently.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = token.at(-1) ?? 'A';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1];
}

function withChangedSignature(token: string): string {
  const signature = Buffer.from(part(token, 2), 'base64url');
  signature[10] = (signature[10] ?? 0) ^ 1;
  return withPart(token, 2, base64url(signature));
}

function publicKeyAsSecret(ground: VectorGround): string {
  const head = base64url(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: ground.rsaKey.publicJwk.kid }));
  const input = `${head}.${base64url(JSON.stringify(goodClaims(ground.issuer, ground.now)))}`;
  const secret = JSON.stringify(ground.rsaKey.publicJwk);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** The identifier of the published 1024-bit key, which the issuer of the test holds as well. */
export const SHORT_RSA = generateKeyPairSync('rsa', { modulusLength: 1024 });

function shortRsa(ground: VectorGround): string {
  const head = base64url(JSON.stringify({ alg: 'PS256', typ: 'at+jwt', kid: 'short-rsa' }));
  const input = `${head}.${base64url(JSON.stringify(goodClaims(ground.issuer, ground.now)))}`;
  const key = { key: SHORT_RSA.privateKey, padding: 6, saltLength: 32 };
  return `${input}.${nodeSign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

async function signedByStranger(ground: VectorGround): Promise<string> {
  const stranger = await newKey('ES256', ground.key.publicJwk.kid);
  return sign(goodClaims(ground.issuer, ground.now), stranger);
}

async function ownKeyNamed(ground: VectorGround, how: 'jwk' | 'jku' | 'x5u' | 'x5c'): Promise<string> {
  const own = await newKey('ES256', ground.key.publicJwk.kid);
  const named = { jwk: own.publicJwk, jku: `${ground.trap}/jku`, x5u: `${ground.trap}/x5u`, x5c: ['YQ=='] };
  return sign(goodClaims(ground.issuer, ground.now), own, { [how]: named[how] });
}
