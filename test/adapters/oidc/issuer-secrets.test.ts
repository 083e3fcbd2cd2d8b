/** A credential of the gateway's is used for the issuer that it is bound to, in the way that it is for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issuerSecretOf } from '../../../src/adapters/oidc/issuer-secrets.ts';

const ISSUER = 'https://login.westhaven.example';
const BOUND = { issuer: ISSUER, host: 'login.westhaven.example', clientId: 'gateway' };
const SECRETS = new Map([['ONE', { ...BOUND, kind: 'client secret', clientSecret: 'x' } as const]]);
const rules = (askedWith: 'client secret basic' | 'private key jwt', secret = 'ONE') => ({
  askedWith,
  secret,
  rememberedMs: 1,
});

test('a credential that fits is found', () => {
  const found = issuerSecretOf({ issuer: ISSUER }, rules('client secret basic'), SECRETS);
  assert.equal(found, SECRETS.get('ONE'));
});

test('a credential that is missing, of another kind or of another issuer is told in a sentence, without its value', () => {
  const basic = rules('client secret basic');
  const sentences = [
    issuerSecretOf({ issuer: ISSUER }, { ...basic, secret: 'TWO' }, SECRETS),
    issuerSecretOf({ issuer: ISSUER }, rules('private key jwt'), SECRETS),
    issuerSecretOf({ issuer: `${ISSUER}/` }, basic, SECRETS),
  ];
  assert.deepEqual(sentences, [
    "issuer secret `TWO` is not in the gateway's configuration",
    'issuer secret `ONE` is not for `private key jwt`',
    'issuer secret `ONE` is bound to another issuer',
  ]);
});
