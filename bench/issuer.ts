/** A small issuer for benchmarks: discovery, one key set (RS256 and ES256), and RFC 9068 access tokens. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export type TokenAlgorithm = 'RS256' | 'ES256';

export interface BenchIssuer {
  readonly issuer: string;
  /** An access token of a person, valid for an hour. No two are the same. `more` are further claims, such as `cnf`. */
  token(
    algorithm: TokenAlgorithm,
    audience: string,
    more?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  close(): Promise<void>;
}

/** Client and person that the policies of the benchmark know. */
const CLIENT = 'westhaven-revenues-app';
const PERSON = 'staff-0001';
const ROLE = 'REV-OFF';

/** Starts the issuer on a free port of 127.0.0.1, within this process: a running gateway asks it once. */
export async function startIssuer(): Promise<BenchIssuer> {
  const rsa = await generateKeyPair('RS256', { modulusLength: 2048 });
  const ec = await generateKeyPair('ES256');
  const keys = [
    { ...(await exportJWK(rsa.publicKey)), kid: 'rs', alg: 'RS256', use: 'sig' },
    { ...(await exportJWK(ec.publicKey)), kid: 'es', alg: 'ES256', use: 'sig' },
  ];
  let issuer = '';
  const server = createServer((request, response) => {
    const document = request.url === '/jwks' ? { keys } : discovery(issuer);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(document));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    token: (algorithm, audience, more = {}) =>
      new SignJWT({ client_id: CLIENT, roles: [ROLE], amr: ['pwd', 'mfa'], ...more })
        .setProtectedHeader({ alg: algorithm, kid: algorithm === 'RS256' ? 'rs' : 'es', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setSubject(PERSON)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .setJti(crypto.randomUUID())
        .sign(algorithm === 'RS256' ? rsa.privateKey : ec.privateKey),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function discovery(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    token_endpoint: `${issuer}/token`,
    authorization_endpoint: `${issuer}/authorize`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
  };
}
