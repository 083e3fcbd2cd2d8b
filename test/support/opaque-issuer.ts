/** A real OpenID provider (oidc-provider) over TLS whose access tokens are opaque, so that the gateway has to ask it (RFC 7662). */
import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request as ask, createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { exportJWK, generateKeyPair } from 'jose';
import type { OidcContext, TokenInstance } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { Provider } from '../../demo/openid-provider.ts';
import { type Certificate, makeCertificate } from './certificates.ts';

/** What is used here of models that the demo has no need of. */
interface StoredToken {
  save(): Promise<string>;
  destroy(): Promise<void>;
}
interface TokenModel {
  new (facts: Readonly<Record<string, unknown>>): StoredToken;
  find(token: string): Promise<StoredToken | undefined>;
}
declare module 'oidc-provider' {
  interface Provider {
    readonly AccessToken: TokenModel;
    readonly ClientCredentials: TokenModel;
    readonly RefreshToken: TokenModel;
    readonly Client: { find(id: string): Promise<object | undefined> };
  }
}

/** A client as the provider registers it (RFC 7591). */
export type RegisteredClient = Readonly<Record<string, unknown>> & { readonly client_id: string };

export interface OpaqueIssuer {
  /** Exact issuer. */
  readonly url: string;
  readonly host: string;
  /** Authority that its certificate leads to, in PEM. */
  readonly authority: string;
  /** Each question at the introspection endpoint, by how the gateway proved itself. */
  readonly asked: string[];
  /** A token of a client alone, had at the token endpoint with a resource indicator (RFC 8707). */
  systemToken(client: string, resource?: string): Promise<string>;
  /** A token of a person, with roles, as the end of a sign-in leaves it. */
  personToken(client: string, person: string): Promise<string>;
  refreshToken(client: string, person: string): Promise<string>;
  /** Takes a token back (RFC 7009). */
  revoke(token: string): Promise<void>;
  stop(): Promise<void>;
}

const SYSTEM_SECRET = 'a-secret-of-a-system-that-asks-for-tokens';

/**
 * Starts it.
 *
 * @param gateways the gateway's own clients there, each with its own way to prove itself.
 * @param systems client identifiers of those whose tokens these are.
 * @param audience what tokens are made for.
 */
export async function startOpaqueIssuer(
  gateways: readonly RegisteredClient[],
  systems: readonly string[],
  audience: string,
): Promise<OpaqueIssuer> {
  const authority = makeCertificate({ name: 'issuer authority', authority: true });
  const server = await listening(authority);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(`https://${host}`, {
    ...(await configuration(audience)),
    clients: [...gateways.map((one) => ({ ...NO_GRANTS, ...one })), ...systems.map(systemClient)],
  });
  const asked: string[] = [];
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url === '/token/introspection')
      asked.push(request.headers.authorization?.split(' ')[0] ?? 'body');
    answer(request, response).catch(() => response.destroy());
  });
  const ofPerson = async (client: string, person: string) => {
    const grant = new provider.Grant({ accountId: person, clientId: client });
    grant.addResourceScope(audience, 'exchange.read');
    const registered = await provider.Client.find(client);
    return {
      client: registered,
      accountId: person,
      grantId: await grant.save(),
      scope: 'exchange.read',
      aud: audience,
    };
  };
  return {
    ...{ url: `https://${host}`, host, authority: authority.cert, asked },
    systemToken: (client, resource = audience) =>
      clientCredentials(`https://${host}`, authority.cert, client, resource),
    personToken: async (client, person) => new provider.AccessToken(await ofPerson(client, person)).save(),
    refreshToken: async (client, person) => new provider.RefreshToken(await ofPerson(client, person)).save(),
    async revoke(token) {
      await (await provider.AccessToken.find(token))?.destroy();
      await (await provider.ClientCredentials.find(token))?.destroy();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const NO_GRANTS = { grant_types: [], redirect_uris: [], response_types: [] };

function systemClient(client: string): RegisteredClient {
  return {
    ...NO_GRANTS,
    client_id: client,
    grant_types: ['client_credentials'],
    client_secret: SYSTEM_SECRET,
    token_endpoint_auth_method: 'client_secret_post',
  };
}

async function listening(authority: Certificate): Promise<Server> {
  const { cert, key } = makeCertificate({ hosts: ['127.0.0.1'], issuer: authority });
  const server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function clientCredentials(
  issuer: string,
  authority: string,
  client: string,
  resource: string,
): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client,
    client_secret: SYSTEM_SECRET,
    scope: 'exchange.read',
    resource,
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  ask(`${issuer}/token`, { method: 'POST', headers, ca: authority, agent: false }, (answer) => {
    text(answer).then(resolve, reject);
  })
    .on('error', reject)
    .end(body.toString());
  return JSON.parse(await promise).access_token;
}

async function configuration(audience: string): Promise<Record<string, unknown>> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const server = { accessTokenFormat: 'opaque', scope: 'exchange.read' };
  return {
    adapter: createMemoryAdapter(0),
    cookies: { keys: ['for a test'] },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256' }] },
    scopes: ['openid'],
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'EdDSA'],
      idTokenSigningAlgValues: ['ES256'],
    },
    findAccount: (_context: OidcContext, person: string) => ({
      accountId: person,
      claims: () => ({ sub: person }),
    }),
    extraTokenClaims: (_context: unknown, { accountId }: TokenInstance) =>
      accountId === undefined ? undefined : { roles: ['CEO'], amr: ['pwd', 'mfa'] },
    ttl: { AccessToken: 300, ClientCredentials: 300, RefreshToken: 300, Grant: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({ ...server, audience: resource }),
        defaultResource: () => audience,
      },
      mTLS: {
        enabled: true,
        selfSignedTlsClientAuth: true,
        tlsClientAuth: true,
        getCertificate: ({ req }: { readonly req: IncomingMessage }) => shownCertificate(req),
        certificateAuthorized: ({ req }: { readonly req: IncomingMessage }) =>
          shownCertificate(req) !== undefined,
        certificateSubjectMatches: (
          { req }: { readonly req: IncomingMessage },
          _property: string,
          expected: string,
        ) => new X509Certificate(shownCertificate(req) ?? '').subject === expected,
      },
    },
  };
}

function shownCertificate({ socket }: IncomingMessage): string | undefined {
  const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return shown?.toString();
}
