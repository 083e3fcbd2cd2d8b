import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { GatewayAtIssuers } from '../../../src/roof/threads/issuer-connections.ts';
import { makeCertificate } from '../../support/certificates.ts';

test('the certificates that the gateway shows to issuers are there to be watched, by the names of their secrets', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'issuer-connections-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { cert, key } = makeCertificate({});
  const bound = { issuer: 'https://login.westhaven.example', host: 'login.westhaven.example', clientId: 'g' };
  const secrets = {
    WESTHAVEN: { kind: 'client certificate', ...bound, certificate: cert, certificateKey: key },
    SOUTHFEN: { kind: 'client secret', ...bound, clientSecret: 'a secret' },
  };
  const secretsFile = join(folder, 'issuers.json');
  writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
  const fetch = () => Promise.reject(new Error('nobody is asked'));
  const issuers = new GatewayAtIssuers({ secretsFile, outbound: {}, fetch, onFault: assert.fail });
  const [westhaven, ...others] = issuers.certificates();
  assert.deepEqual([westhaven?.name, others], ['issuer WESTHAVEN', []]);
  assert.equal(westhaven?.words, 'the certificate of the issuer secret WESTHAVEN');
  await issuers.close();
});
