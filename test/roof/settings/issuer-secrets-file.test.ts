/** The gateway's credentials at issuers: read whole or not at all, and read again once they change. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../../src/config.ts';
import { IssuerSecretsFile, readIssuerSecrets } from '../../../src/roof/settings/issuer-secrets-file.ts';
import { makeCertificate } from '../../support/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'issuer-secrets-'));
after(() => rmSync(folder, { recursive: true }));
const OWN = { mode: 0o600 };
const BOUND = {
  issuer: 'https://login.westhaven.example',
  host: 'login.westhaven.example',
  clientId: 'gateway',
};

function file(content: unknown, mode = 0o600): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return path;
}

test('reads each kind, with keys from files and from the environment', () => {
  const { cert, key } = makeCertificate({});
  writeFileSync(join(folder, 'own.pem'), key, OWN);
  const path = file({
    A: { kind: 'client secret', ...BOUND, clientSecret: { environment: 'THE_SECRET' } },
    B: { kind: 'private key', ...BOUND, signingKey: { file: 'own.pem' }, signingKeyId: 'one' },
    C: { kind: 'client certificate', ...BOUND, certificate: cert, certificateKey: { file: 'own.pem' } },
  });
  const { secrets, files } = readIssuerSecrets(path, { THE_SECRET: 'from outside' });
  assert.deepEqual(secrets.get('A'), { kind: 'client secret', ...BOUND, clientSecret: 'from outside' });
  assert.deepEqual(secrets.get('B'), { kind: 'private key', ...BOUND, key, keyId: 'one' });
  assert.deepEqual(secrets.get('C'), {
    kind: 'client certificate',
    ...BOUND,
    certificate: { chain: cert, key },
  });
  assert.deepEqual(files, [path, join(folder, 'own.pem'), join(folder, 'own.pem')]);
});

test('refuses what it does not understand or cannot use, and never says a value', () => {
  const { cert } = makeCertificate({});
  const secret = { kind: 'client secret', ...BOUND, clientSecret: 'top-secret' };
  const wrong: unknown[] = [
    'not json',
    '[]',
    { A: { ...secret, kind: 'password' } },
    { A: { ...secret, extra: 1 } },
    { A: { ...secret, host: '' } },
    { A: { ...secret, issuer: undefined } },
    { A: { ...secret, clientSecret: { file: 'missing' } } },
    { A: { kind: 'private key', ...BOUND, signingKey: 'top-secret' } },
    { A: { kind: 'client certificate', ...BOUND, certificate: cert, certificateKey: 'top-secret' } },
  ];
  for (const content of wrong) {
    assert.throws(
      () => readIssuerSecrets(file(content)),
      (error) => error instanceof ConfigError && !error.message.includes('top-secret'),
      JSON.stringify(content),
    );
  }
  assert.throws(() => readIssuerSecrets(file({}, 0o644)), /mode must be 0600/);
});

test('a changed file is taken up, one that cannot be used leaves the last good credentials, and each fault is told once', () => {
  const clock = { ms: 0, now: () => clock.ms };
  const faults: string[] = [];
  const path = file({ A: { kind: 'client secret', ...BOUND, clientSecret: 'first' } });
  const secrets = new IssuerSecretsFile(path, (why) => faults.push(why), clock.now);
  const held = () => {
    const found = secrets.current().get('A');
    return found?.kind === 'client secret' ? found.clientSecret : undefined;
  };
  const unchanged = secrets.current().get('A');
  clock.ms += 1000;
  assert.equal(secrets.current().get('A'), unchanged);
  writeFileSync(path, JSON.stringify({ A: { kind: 'client secret', ...BOUND, clientSecret: 'the second' } }));
  assert.equal(held(), 'first', 'looked at a moment ago');
  clock.ms += 1000;
  assert.equal(held(), 'the second');
  writeFileSync(path, 'broken');
  for (let looks = 0; looks < 3; looks += 1) {
    clock.ms += 1000;
    assert.equal(held(), 'the second');
  }
  assert.equal(faults.length, 1);
  rmSync(path);
  clock.ms += 1000;
  assert.equal(held(), 'the second');
  assert.equal(faults.length, 2);
});

test('without a file there are no credentials', () => {
  assert.equal(new IssuerSecretsFile(undefined, () => assert.fail()).current().size, 0);
});
