/** Opaque tokens of a real OpenID provider, which the gateway asks about in every way in which it can prove itself there. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { parseDocument } from 'yaml';
import { makeCertificate } from '../support/certificates.ts';
import { type OpaqueIssuer, startOpaqueIssuer } from '../support/opaque-issuer.ts';
import { json, ORIGIN, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

/** Each organisation's issuer is asked in another way. */
const WAYS = {
  'westhaven-district-council': { askedWith: 'private key jwt', system: 'westhaven-parking-app' },
  'northmere-city-council': { askedWith: 'client secret basic', system: 'northmere-social-care-system' },
  'northmere-hospital-trust': { askedWith: 'client secret post', system: 'northmere-hospital-parking' },
  'hillcrest-primary-school': { askedWith: 'mutual tls', system: 'hillcrest-school-office' },
} as const;
type Organisation = keyof typeof WAYS;
/** Signs that HTTP Basic has to encode. */
const SECRET = 'percent % plus + colon : and slash / in a secret';
const COUNCIL: Organisation = 'westhaven-district-council';

describe('opaque tokens', () => {
  let issuer: OpaqueIssuer;
  let gateway: WholeGateway;

  before(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const certificate = makeCertificate({ name: 'sharing gateway' });
    const key = { ...(await exportJWK(publicKey)), use: 'sig', alg: 'ES256', kid: 'one' };
    const own = new X509Certificate(certificate.cert);
    const x5c = [own.raw.toString('base64')];
    issuer = await startOpaqueIssuer(
      [
        { client_id: 'by-key', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key] } },
        { client_id: 'by-basic', token_endpoint_auth_method: 'client_secret_basic', client_secret: SECRET },
        { client_id: 'by-post', token_endpoint_auth_method: 'client_secret_post', client_secret: SECRET },
        {
          client_id: 'by-certificate',
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          jwks: { keys: [{ ...own.publicKey.export({ format: 'jwk' }), x5c }] },
        },
      ],
      Object.values(WAYS).map(({ system }) => system),
      ORIGIN,
    );
    const bound = { issuer: issuer.url, host: issuer.host };
    const secrets = {
      WESTHAVEN_DISTRICT_COUNCIL: {
        ...{ kind: 'private key', ...bound, clientId: 'by-key', signingKeyId: 'one' },
        signingKey: { file: 'issuer.pem' },
      },
      NORTHMERE_CITY_COUNCIL: { kind: 'client secret', ...bound, clientId: 'by-basic', clientSecret: SECRET },
      NORTHMERE_HOSPITAL_TRUST: {
        kind: 'client secret',
        ...bound,
        clientId: 'by-post',
        clientSecret: SECRET,
      },
      HILLCREST_PRIMARY_SCHOOL: {
        ...{ kind: 'client certificate', ...bound, clientId: 'by-certificate' },
        ...{ certificate: certificate.cert, certificateKey: certificate.key },
      },
    };
    const settings: Record<string, string> = {};
    gateway = await wholeGateway({
      settings,
      policies: (folder) => askAboutAll(folder, issuer.url),
      prepared: async (folder) => {
        const own = { mode: 0o600 };
        writeFileSync(join(folder, 'issuer.pem'), await exportPKCS8(privateKey), own);
        writeFileSync(join(folder, 'issuer-secrets.json'), JSON.stringify(secrets), own);
        writeFileSync(join(folder, 'issuer-authority.pem'), issuer.authority);
        settings['ISSUER_SECRETS_FILE'] = join(folder, 'issuer-secrets.json');
        settings['PRIVATE_CA_FILE'] = join(folder, 'issuer-authority.pem');
      },
    });
    gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  });

  after(async () => {
    await gateway.close();
    await issuer.stop();
  });

  async function ask(token: string, organisation?: string): Promise<{ status: number; problem: string }> {
    const answer = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
      headers: {
        authorization: `Bearer ${token}`,
        'exchange-purpose': 'parking enforcement',
        'exchange-reason': 'badge on display',
        'exchange-case-reference': 'PCN-0001',
        ...(organisation === undefined ? {} : { 'exchange-organisation': organisation }),
      },
    });
    const body = await answer.text();
    return { status: answer.status, problem: /\/problems\/([a-z-]+)/.exec(body)?.[1] ?? '' };
  }

  test('an officer of a council whose tokens are opaque gets a record, and the entry says who asked', async () => {
    const token = await issuer.personToken(WAYS[COUNCIL].system, 'staff-9001');
    assert.deepEqual(await ask(token, COUNCIL), { status: 200, problem: '' });
    const released = gateway.leaves().at(-1);
    assert.equal(released?.['kind'], 'released');
    assert.equal(released?.['consumer'], COUNCIL);
    assert.equal(Object(released?.['person']).assurance, 'proved');
  });

  for (const [organisation, { askedWith, system }] of Object.entries(WAYS)) {
    test(`the gateway proves itself at the issuer with ${askedWith}`, async () => {
      const before = issuer.asked.length;
      const { problem } = await ask(await issuer.systemToken(system), organisation);
      assert.ok(!['token-invalid', 'issuer-unavailable'].includes(problem), problem);
      assert.equal(gateway.leaves().at(-1)?.['consumer'], organisation);
      assert.deepEqual(issuer.asked.slice(before), [askedWith === 'client secret basic' ? 'Basic' : 'body']);
    });
  }

  test('a token that is remembered is asked about once', async () => {
    const token = await issuer.personToken(WAYS[COUNCIL].system, 'staff-9001');
    const before = issuer.asked.length;
    for (let times = 0; times < 3; times += 1) assert.equal((await ask(token, COUNCIL)).status, 200);
    assert.equal(issuer.asked.length - before, 1);
  });

  test('an opaque token whose organisation is not named is refused, and no issuer sees it', async () => {
    const token = await issuer.personToken(WAYS[COUNCIL].system, 'staff-9001');
    const before = issuer.asked.length;
    assert.deepEqual(await ask(token), { status: 401, problem: 'token-invalid' });
    assert.deepEqual(await ask(token, 'harbourside-school'), { status: 401, problem: 'token-invalid' });
    assert.equal(issuer.asked.length, before);
  });

  test('a token of one organisation is not taken under the name of another of the same issuer', async () => {
    const token = await issuer.personToken(WAYS[COUNCIL].system, 'staff-9001');
    assert.equal((await ask(token, COUNCIL)).status, 200);
    assert.deepEqual(await ask(token, 'northmere-city-council'), { status: 401, problem: 'token-invalid' });
  });

  test('a token that was taken back, a refresh token, a token for another resource and junk are refused', async () => {
    const { system } = WAYS[COUNCIL];
    const revoked = await issuer.personToken(system, 'staff-9001');
    await issuer.revoke(revoked);
    const wrong = [
      revoked,
      await issuer.refreshToken(system, 'staff-9001'),
      await issuer.systemToken(system, 'https://elsewhere.example'),
      'junk',
    ];
    for (const token of wrong)
      assert.deepEqual(await ask(token, COUNCIL), { status: 401, problem: 'token-invalid' });
  });
});

/** Every organisation gets the issuer, and its own way to ask it. */
function askAboutAll(folder: string, issuer: string): void {
  for (const [organisation, { askedWith }] of Object.entries(WAYS)) {
    const path = join(folder, 'organisations', `${organisation}.yaml`);
    const document = parseDocument(readFileSync(path, 'utf8'));
    document.setIn(['sign in', 'issuer'], issuer);
    document.setIn(['sign in', 'opaque tokens'], {
      'asked with': askedWith,
      secret: organisation.toUpperCase().replaceAll('-', '_'),
    });
    writeFileSync(path, document.toString({ lineWidth: 0 }));
  }
}
