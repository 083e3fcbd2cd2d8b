/** Tokens that are misshapen, or whose signature is not one of their issuer. */
import { randomUUID } from 'node:crypto';
import {
  base64url,
  claims,
  claimsText,
  forge,
  header,
  headerText,
  ownKeyNamed,
  part,
  row,
  shortRsa,
  signedByStranger,
  spoilt,
  type TokenVector,
  withChangedSignature,
  withPart,
  withTrailingBits,
} from './forged-tokens.ts';
import { goodClaims, sign } from './test-issuer.ts';

export const TOKENS_OF_WRONG_FORM: readonly TokenVector[] = [
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

export const TOKENS_OF_WRONG_SIGNATURE: readonly TokenVector[] = [
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
