/** The gateway's own keys and certificates are looked at before anything is asked with them, and nothing quotes them. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  ASSERTION_ALGORITHMS,
  type AssertionAlgorithm,
  certificateFault,
  certificateName,
  signingKey,
  signingKeyFault,
} from '../../../src/adapters/upstream/own-keys.ts';
import { makeCertificate } from '../../support/certificates.ts';

const pem = (type: 'rsa' | 'ec' | 'ed25519' | 'x25519', options: object = {}): string =>
  generateKeyPairSync(type as 'rsa', {
    modulusLength: 2048,
    ...options,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

const RSA = pem('rsa');
const P256 = pem('ec', { namedCurve: 'P-256' });
const P384 = pem('ec', { namedCurve: 'P-384' });
const ED = pem('ed25519');

describe('own keys', () => {
  it('sign with the algorithm that fits them best, or with the one that is said', () => {
    const table: [string, AssertionAlgorithm | undefined, string][] = [
      [RSA, undefined, 'PS256'],
      [RSA, 'RS512', 'RS512'],
      [P256, undefined, 'ES256'],
      [P384, undefined, 'ES384'],
      [ED, undefined, 'EdDSA'],
    ];
    for (const [key, wanted, expected] of table) {
      assert.equal(signingKeyFault(key, wanted), undefined);
      assert.equal(signingKey(key, wanted).algorithm, expected);
    }
    assert.equal(ASSERTION_ALGORITHMS.length, 9);
  });

  it('are refused where they cannot sign so, and the words hold nothing of them', () => {
    const short = pem('rsa', { modulusLength: 1024 });
    const faults = [
      signingKeyFault('not a key'),
      signingKeyFault(short),
      signingKeyFault(pem('x25519')),
      signingKeyFault(pem('ec', { namedCurve: 'secp256k1' })),
      signingKeyFault(P256, 'PS256'),
      signingKeyFault(RSA, 'ES256'),
    ];
    assert.match(faults[0] ?? '', /not a private key in PEM/);
    assert.match(faults[1] ?? '', /2048 bits/);
    assert.match(faults[4] ?? '', /cannot sign with PS256: it can with ES256/);
    for (const fault of faults)
      assert.ok(fault !== undefined && !/BEGIN|[A-Za-z0-9+/]{30}/.test(fault), `${fault}`);
    assert.throws(() => signingKey('not a key'), TypeError);
  });

  it('belong to their certificate, or the certificate is refused', () => {
    const own = makeCertificate({ name: 'gateway' });
    const other = makeCertificate({ name: 'gateway' });
    assert.equal(certificateFault({ chain: own.cert, key: own.key }), undefined);
    assert.match(
      certificateFault({ chain: own.cert, key: other.key }) ?? '',
      /belongs to another certificate/,
    );
    assert.match(certificateFault({ chain: own.key, key: own.key }) ?? '', /no certificate in PEM/);
    assert.match(certificateFault({ chain: own.cert, key: own.cert }) ?? '', /not a private key/);
  });

  it('are told apart by certificate and key', () => {
    const { cert: chain, key } = makeCertificate({});
    assert.equal(certificateName({ chain, key }), certificateName({ chain, key }));
    assert.notEqual(certificateName({ chain, key }), certificateName({ chain, key: `${key}\n` }));
    assert.equal(certificateName(undefined), '');
  });
});
