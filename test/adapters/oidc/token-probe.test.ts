/** Tests of src/adapters/oidc/token-probe.ts: it says what the gateway's own sign-in says, and of every part why. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FetchDocument } from '../../../src/adapters/oidc/issuer-documents.ts';
import { probeToken } from '../../../src/adapters/oidc/token-probe.ts';
import type { Organisation, SignIn } from '../../../src/domain/organisation.ts';
import type { TokenSeen } from '../../../src/governance/partners/partner-seen.ts';
import { anOrganisation, goodClaims, type IssuerKey, sign, TestIssuer } from '../../support/test-issuer.ts';

const NOW = 1_800_000_000;
const fetchDocument: FetchDocument = (address, init) => fetch(address, { ...init, redirect: 'manual' });

describe('token probe', () => {
  let issuer: TestIssuer;
  let key: IssuerKey;
  before(async () => {
    issuer = await TestIssuer.start('/staff');
    key = await issuer.publishNew();
  });
  after(() => issuer.stop());

  async function probe(
    claims: Readonly<Record<string, unknown>>,
    signIn: Partial<SignIn> = {},
    header: Record<string, unknown> = {},
  ): Promise<TokenSeen> {
    const token = await sign({ ...goodClaims(issuer.url, NOW), ...claims }, key, header);
    return probeText(token, signIn);
  }

  function probeText(
    token: string,
    signIn: Partial<SignIn> = {},
    others: readonly Organisation[] = [],
  ): Promise<TokenSeen> {
    const organisation = anOrganisation(issuer.url, signIn);
    assert.ok(organisation.signIn !== undefined);
    return probeToken(token, {
      organisations: [organisation, ...others],
      organisation: { ...organisation, signIn: organisation.signIn },
      fetch: fetchDocument,
      now: () => NOW * 1000,
    });
  }

  const faulty = ({ parts }: TokenSeen): string[] =>
    [...parts].filter(([, fault]) => fault !== undefined).map(([part]) => part);

  it('finds no fault in a token that the gateway takes', async () => {
    const seen = await probe({});
    assert.equal(seen.verdict, 'taken');
    assert.deepEqual(faulty(seen), []);
    assert.equal(seen.parts.size, 12);
    assert.equal(seen.caller?.person?.id, 'staff-9001');
    assert.equal(seen.system?.id, 'westhaven-parking-app');
    assert.equal(seen.lifeSeconds, 300);
  });

  const claims: readonly (readonly [string, Readonly<Record<string, unknown>>, Partial<SignIn>?])[] = [
    ['issuer', { iss: 'https://other.example' }],
    ['client', { client_id: 'nobody' }],
    ['subject', { sub: '' }],
    ['token id', { jti: 7 }],
    ['audience', { aud: ['https://other.example'] }],
    ['times', { iat: 'today' }],
    ['times', { nbf: NOW + 60 }],
    ['times', { exp: NOW - 60, iat: NOW - 90 }],
    ['life', { exp: NOW + 3601 }],
    ['bound', { cnf: { jkt: 'x' } }],
    ['scope', { scope: 'openid' }, { scope: 'share' }],
    ['kind', { nonce: 'x', ver: '2.0', azp: 'westhaven-parking-app', uti: 'u' }, { profile: 'entra-id' }],
    ['token id', { typ: 'Bearer', azp: 'westhaven-parking-app', jti: undefined }, { profile: 'keycloak' }],
    ['kind', { azp: 'westhaven-parking-app' }, { profile: 'keycloak' }],
  ];
  for (const [part, changed, signIn] of claims) {
    it(`finds a fault of ${part} in ${JSON.stringify(changed)}, and in no other part`, async () => {
      const seen = await probe(changed, signIn);
      assert.deepEqual(faulty(seen), [part]);
      assert.notEqual(seen.verdict, 'taken');
    });
  }

  it('finds faults of header and signature', async () => {
    assert.deepEqual(faulty(await probe({}, {}, { typ: 'JWT' })), ['header']);
    assert.deepEqual(faulty(await probe({}, {}, { kid: 'unknown' })), ['signature']);
  });

  it('cannot tell of the signature where the issuer gives no keys', async () => {
    issuer.keysStatus = 500;
    try {
      const seen = await probe({});
      assert.deepEqual(seen.verdict, { unsure: 'keys of the issuer cannot be had' });
      assert.deepEqual(faulty(seen), ['signature']);
    } finally {
      issuer.keysStatus = 200;
    }
  });

  it('says why nothing can be read of what is no token', async () => {
    for (const text of ['', 'words with spaces', 'a.b', 'a.b.c', 'a.b.c.d.e', 'x'.repeat(9000)]) {
      const seen = await probeText(text);
      assert.ok((seen.unreadable ?? '') !== '', text.slice(0, 20));
      assert.equal(seen.parts.size, 0);
    }
  });

  it('does not take the system of another organisation at the same issuer for its own', async () => {
    const system = { id: 'trust-app', clientId: 'trust-app', actsForNamedPerson: 'always' } as const;
    const trust = anOrganisation(issuer.url, {}, { id: 'trust', systems: [system] });
    const token = await sign({ ...goodClaims(issuer.url, NOW), client_id: 'trust-app' }, key);
    const seen = await probeText(token, {}, [trust]);
    assert.deepEqual(seen.verdict, { refused: 'it is a token of trust' });
    assert.equal(seen.parts.get('client'), 'its client is a system of trust');
    assert.equal(seen.caller, undefined);
  });

  it('keeps nothing of the token but the words of its roles', async () => {
    const seen = await probe({ email: 'a.person@westhaven.example', roles: ['CEO', 'GROUP-7', 7] });
    assert.deepEqual(seen.roles, ['CEO', 'GROUP-7']);
    const { caller, ...rest } = seen;
    assert.ok(!JSON.stringify([...rest.parts, rest]).includes('a.person'));
    assert.ok(!JSON.stringify([...rest.parts, rest]).includes('staff-9001'));
    assert.ok(caller !== undefined);
  });

  it('names the evidence that is not there', async () => {
    const evidenceClaims = new Map([
      ['country', 'ctry'],
      ['training', 'trained.until'],
    ]);
    assert.deepEqual((await probe({ ctry: 'GB' }, { evidenceClaims })).evidenceMissing, ['training']);
  });
});
