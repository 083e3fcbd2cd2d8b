import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fingerprintInWords } from '../../../src/domain/certificate-fingerprint.ts';
import { credentialsAtHand } from '../../../src/roof/settings/credentials-at-hand.ts';
import { makeCertificate } from '../../support/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
after(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | object): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return file;
}

const own = makeCertificate({ name: 'gateway.northmere.example' });
const day = new X509Certificate(own.cert).validToDate.toISOString().slice(0, 10);
const print = fingerprintInWords(
  createHash('sha256').update(new X509Certificate(own.cert).raw).digest('base64url'),
);
const certificate = written('gateway.pem', own.cert);
const key = written('gateway.key', own.key);

test('what the settings do not name is not spoken of', () => {
  assert.deepEqual(credentialsAtHand({}, Date.now()), []);
});

test('a certificate is told by its name, its end and its fingerprint', () => {
  const holds = [`CN=gateway.northmere.example, until ${day}, SHA-256 ${print}`];
  assert.deepEqual(credentialsAtHand({ certificate, key, privateCa: certificate }, Date.now()), [
    { purpose: 'listener', file: `${certificate}, ${key}`, holds },
    { purpose: 'private-ca', file: certificate, holds },
  ]);
});

test('secrets are told by name, kind, host and certificate, and never shown', () => {
  const upstreamSecrets = written('upstream.json', {
    COUNCIL_TAX_KEY: { kind: 'api key', host: 'revenues.example', value: 'not-to-be-shown' },
    BADGES: {
      kind: 'client certificate',
      host: 'badges.example',
      certificate: { file: 'gateway.pem' },
      certificateKey: { file: 'gateway.key' },
    },
  });
  const issuer = 'https://login.westhaven.example';
  const bound = { issuer, host: 'login.westhaven.example', clientId: 'gateway' };
  const issuerSecrets = written('issuers.json', {
    WESTHAVEN: { kind: 'client secret', ...bound, clientSecret: 'not-to-be-shown' },
  });
  const found = credentialsAtHand({ upstreamSecrets, issuerSecrets }, Date.now());
  assert.deepEqual(
    found.map(({ holds }) => holds),
    [
      [
        'COUNCIL_TAX_KEY: api key for revenues.example',
        `BADGES: client certificate for badges.example, with CN=gateway.northmere.example, until ${day}, SHA-256 ${print}`,
      ],
      [`WESTHAVEN: client secret for ${issuer}`],
    ],
  );
  assert.doesNotMatch(JSON.stringify(found), /not-to-be-shown|PRIVATE KEY/);
});

test('a file that is not in order, or a certificate that has expired, is a fault', () => {
  const past = makeCertificate({ notAfter: new Date(Date.now() - 3_600_000) });
  const expired = { certificate: written('past.pem', past.cert), key: written('past.key', past.key) };
  assert.match(String(credentialsAtHand(expired, Date.now())[0]?.fault), /a certificate has expired$/);
  assert.match(
    String(credentialsAtHand({ certificate, key: expired.key }, Date.now())[0]?.fault),
    /^TLS_KEY_FILE is not the key/,
  );
  const nowhere = join(folder, 'nowhere');
  const all = { privateCa: nowhere, upstreamSecrets: nowhere, issuerSecrets: nowhere };
  for (const { fault } of credentialsAtHand(all, Date.now())) assert.ok(fault);
});
