/** A real issuer on loopback: metadata, keys and tokens made with jose; counts what is asked of it. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Organisation, SignIn, System } from '../../src/domain/organisation.ts';
import { ORGANISATION_WORDS } from './sample-words.ts';

export type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

export interface IssuerKey {
  readonly algorithm: string;
  readonly privateKey: SigningKey;
  readonly publicJwk: JWK;
}

export class TestIssuer {
  readonly url: string;
  readonly fetches = { metadata: 0, keys: 0 };
  /** What the keys endpoint answers. */
  published: object[] = [];
  /** When set, what the metadata answers in place of the right document. */
  metadata: object | undefined;
  /** A status other than 200 makes the keys endpoint fail. */
  keysStatus = 200;
  /** Milliseconds that the keys endpoint takes. */
  keysDelayMs = 0;
  readonly #server: Server;

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  }

  /** @param path path of the issuer, e.g. "/realms/staff". */
  static async start(path = ''): Promise<TestIssuer> {
    const answers: { issuer?: TestIssuer } = {};
    const server = createServer((request, response) => {
      const issuer = answers.issuer;
      if (request.url === `${path}/.well-known/openid-configuration` && issuer !== undefined) {
        issuer.fetches.metadata += 1;
        response.setHeader('content-type', 'application/json');
        const document = issuer.metadata ?? { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
        return response.end(JSON.stringify(document));
      }
      if (request.url === `${path}/keys` && issuer !== undefined) {
        issuer.fetches.keys += 1;
        return setTimeout(() => {
          response.writeHead(issuer.keysStatus, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ keys: issuer.published }));
        }, issuer.keysDelayMs);
      }
      return response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    answers.issuer = new TestIssuer(server, path);
    return answers.issuer;
  }

  async publishNew(algorithm = 'ES256', kid: string = randomUUID()): Promise<IssuerKey> {
    const key = await newKey(algorithm, kid);
    this.published.push(key.publicJwk);
    return key;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export async function newKey(algorithm = 'ES256', kid: string = randomUUID()): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  return { algorithm, privateKey, publicJwk };
}

/** Claims of a good token of the parking app's at a given second. */
export function goodClaims(issuer: string, nowSeconds: number): JWTPayload {
  return {
    iss: issuer,
    aud: 'https://gateway.northmere.example',
    sub: 'staff-9001',
    client_id: 'westhaven-parking-app',
    iat: nowSeconds,
    exp: nowSeconds + 300,
    jti: randomUUID(),
    roles: ['CEO'],
    amr: ['pwd', 'mfa'],
  };
}

export function sign(
  claims: JWTPayload,
  key: IssuerKey,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.algorithm, typ: 'at+jwt', kid: key.publicJwk.kid ?? '', ...header })
    .sign(key.privateKey);
}

export const PARKING_APP: System = {
  id: 'westhaven-parking-app',
  clientId: 'westhaven-parking-app',
  actsForNamedPerson: 'always',
};

export function anOrganisation(
  issuer: string,
  signIn: Partial<SignIn> = {},
  more: Partial<Organisation> = {},
): Organisation {
  return {
    id: 'westhaven-district-council',
    name: 'Westhaven District Council',
    publicAuthority: true,
    active: true,
    dataProtectionOfficer: { name: 'P. Lewis', email: 'dpo@westhaven.example' },
    code: 'WHV',
    systems: [PARKING_APP],
    signingKeys: [],
    words: ORGANISATION_WORDS,
    ...more,
    signIn: {
      issuer,
      rehearsalAudience: undefined,
      audience: 'https://gateway.northmere.example',
      profile: 'rfc9068',
      algorithms: ['PS256', 'ES256', 'EdDSA'],
      personClaim: 'sub',
      roleClaim: 'roles',
      roleNames: new Map([
        ['CEO', 'civil enforcement officer'],
        ['CEO-SUP', 'parking supervisor'],
      ]),
      secondFactor: { claim: 'amr', includes: 'mfa' },
      scope: undefined,
      evidenceClaims: new Map(),
      longestTokenLifeSeconds: 3600,
      ...signIn,
    },
  };
}
