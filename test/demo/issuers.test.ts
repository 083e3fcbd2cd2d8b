import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
} from 'jose';
import { type Issuers, startIssuers } from '../../demo/issuers.ts';
import { personToken, type SystemSignIn, systemToken } from '../../demo/sign-in.ts';
import { inventStaff } from '../../demo/staff.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import { AUDIENCE, inventedOrganisation } from './invented-organisation.ts';

describe('issuers', () => {
  const elliptic = inventedOrganisation('council', { roleClaim: 'access.roles' });
  const rsa = inventedOrganisation('trust', {
    algorithms: ['PS256'],
    scope: 'share',
    secondFactor: undefined,
  });
  let issuers: Issuers;
  const systems = new Map<string, SystemSignIn>();

  before(async () => {
    const settings = [];
    const privateKeys = new Map<string, JWK>();
    for (const organisation of [elliptic, rsa]) {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      privateKeys.set(organisation.id, await exportJWK(privateKey));
      const publicKeys = new Map([[`${organisation.id}-app`, await exportJWK(publicKey)]]);
      settings.push({ organisation, staff: inventStaff(organisation), publicKeys });
    }
    issuers = await startIssuers(settings, AUDIENCE, 0);
    for (const organisation of [elliptic, rsa]) {
      systems.set(organisation.id, {
        issuer: issuers.issuerOf(organisation.id),
        audience: AUDIENCE,
        scope: organisation.signIn?.scope,
        clientId: `${organisation.id}-app`,
        privateKey: privateKeys.get(organisation.id)!,
      });
    }
  });

  after(() => issuers.close());

  /** Verifies a token as RFC 9068 section 4 asks, with keys found through discovery. */
  async function verified(organisation: Organisation, token: string) {
    const issuer = issuers.issuerOf(organisation.id);
    const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
    const metadata = (await answer.json()) as { issuer: string; jwks_uri: string };
    assert.equal(metadata.issuer, issuer);
    return jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwks_uri)), {
      issuer,
      audience: AUDIENCE,
      typ: 'at+jwt',
      requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
    });
  }

  it('give a system a token of RFC 9068 that names no person', async () => {
    const token = await systemToken(systems.get('council')!);
    const { payload, protectedHeader } = await verified(elliptic, token);
    assert.equal(protectedHeader.alg, 'ES256');
    assert.equal(payload['client_id'], 'council-app');
    assert.equal(payload.sub, 'council-app');
    assert.equal(payload['access'], undefined);
    assert.equal(payload['amr'], undefined);
  });

  it('give a person a token with roles where the organisation keeps them and the factors of the sign-in', async () => {
    const token = await personToken(systems.get('council')!, 'staff-1001');
    const { payload } = await verified(elliptic, token);
    assert.equal(payload.sub, 'staff-1001');
    assert.equal(payload['client_id'], 'council-app');
    assert.deepEqual(payload['access'], { roles: ['CEO'] });
    assert.deepEqual(payload['amr'], ['pwd', 'otp', 'mfa']);
    assert.ok(payload.exp! - payload.iat! <= 3600);
  });

  it('sign with PS256 and carry the scope where the organisation asks for them', async () => {
    for (const token of [
      await systemToken(systems.get('trust')!),
      await personToken(systems.get('trust')!, 'staff-1999'),
    ]) {
      const { payload } = await verified(rsa, token);
      assert.equal(decodeProtectedHeader(token).alg, 'PS256');
      assert.equal(payload['scope'], 'share');
      assert.equal(payload['amr'], undefined);
    }
  });

  it('never give one token twice', async () => {
    const [one, other] = [
      await verified(elliptic, await systemToken(systems.get('council')!)),
      await verified(elliptic, await systemToken(systems.get('council')!)),
    ];
    assert.notEqual(one.payload.jti, other.payload.jti);
  });

  it('refuse a system that signs with the key of another', async () => {
    const impostor = { ...systems.get('council')!, privateKey: systems.get('trust')!.privateKey };
    await assert.rejects(systemToken(impostor));
  });

  it('refuse an audience that is not the gateway', async () => {
    await assert.rejects(systemToken({ ...systems.get('council')!, audience: 'https://elsewhere.example' }));
  });

  it('let nobody in whom the organisation does not employ', async () => {
    await assert.rejects(personToken(systems.get('council')!, 'staff-9999'), /answered 422/);
  });

  it('answer at the metadata address of RFC 8414 as well', async () => {
    const { origin, pathname } = new URL(issuers.issuerOf('council'));
    const answer = await fetch(`${origin}/.well-known/oauth-authorization-server${pathname}`);
    assert.equal(answer.status, 200);
    assert.partialDeepStrictEqual(await answer.json(), {
      issuer: issuers.issuerOf('council'),
      token_endpoint: `${issuers.issuerOf('council')}/token`,
    });
  });

  it('answer 404 for an organisation that is not there', async () => {
    const { origin } = new URL(issuers.issuerOf('council'));
    for (const path of ['/', '/nobody', '/nobody/.well-known/openid-configuration', '/nobody/token']) {
      assert.equal((await fetch(origin + path)).status, 404, path);
    }
  });
});
