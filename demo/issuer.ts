/** One organisation's OpenID provider: its clients, its staff, and access tokens as RFC 9068 wants them. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { OidcContext, Provider as OpenIdProvider, TokenInstance } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import type { SignIn } from '../src/domain/organisation.ts';
import type { IssuerSettings } from './issuers.ts';
import { errors, Provider } from './openid-provider.ts';
import { REDIRECT_URI } from './sign-in.ts';
import { signInPage } from './sign-in-page.ts';
import type { StaffMember } from './staff.ts';

export interface Issuer {
  /** Answers a request below the issuer's path; `url` is without that path, `originalUrl` with it. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

const TOKEN_LIFE_SECONDS = 600;

export async function createIssuer(
  settings: IssuerSettings,
  issuer: string,
  audience: string,
): Promise<Issuer> {
  const { organisation, staff } = settings;
  const { signIn } = organisation;
  if (signIn === undefined) throw new TypeError(`${organisation.id} has no sign in`);
  const algorithm = signIn.algorithms.includes('ES256') ? 'ES256' : 'PS256';
  const provider = new Provider(issuer, {
    ...configuration(issuer, audience, signIn, staff, algorithm),
    adapter: createMemoryAdapter(0),
    jwks: { keys: [await signingKey(algorithm)] },
    clients: organisation.systems.map((system) =>
      clientMetadata(system.clientId, settings.publicKeys.get(system.clientId), algorithm),
    ),
    loadExistingGrant: (context: OidcContext) => grantEverything(provider, context, audience, signIn.scope),
  });
  const page = signInPage(provider, organisation.name, staff, signIn.secondFactor?.includes ?? 'mfa');
  const answer = provider.callback();
  return {
    handle: (request, response) => {
      const isPage = request.url?.startsWith('/interaction/') === true;
      const done = isPage ? page(request, response) : answer(request, response);
      done.catch(() => response.destroy());
    },
  };
}

function configuration(
  issuer: string,
  audience: string,
  signIn: SignIn,
  staff: readonly StaffMember[],
  algorithm: string,
): Record<string, unknown> {
  return {
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    claims: { openid: ['sub'] },
    scopes: ['openid'],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256'], idTokenSigningAlgValues: [algorithm] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: OidcContext, resource: string) => {
          if (resource !== audience) throw new errors.InvalidTarget();
          return resourceServer(audience, signIn.scope, algorithm);
        },
      },
    },
    interactions: {
      url: (_context: OidcContext, interaction: { uid: string }) =>
        `${new URL(issuer).pathname}/interaction/${interaction.uid}`,
    },
    ttl: {
      AccessToken: TOKEN_LIFE_SECONDS,
      ClientCredentials: TOKEN_LIFE_SECONDS,
      IdToken: 600,
      Session: 600,
      Grant: 600,
      Interaction: 600,
      AuthorizationCode: 60,
    },
    findAccount: (_context: OidcContext, number: string) => account(staff, number),
    extraTokenClaims: (context: OidcContext, token: TokenInstance) =>
      personClaims(context, token, signIn, staff),
  };
}

/** What makes an access token a JWT of RFC 9068 (`at+jwt`) for the gateway alone. */
function resourceServer(
  audience: string,
  scope: string | undefined,
  algorithm: string,
): Record<string, unknown> {
  return {
    audience,
    scope: scope ?? '',
    accessTokenTTL: TOKEN_LIFE_SECONDS,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: algorithm } },
  };
}

function clientMetadata(clientId: string, key: JWK | undefined, algorithm: string): Record<string, unknown> {
  if (key === undefined) throw new TypeError(`${clientId} has no key`);
  return {
    client_id: clientId,
    grant_types: ['client_credentials', 'authorization_code'],
    response_types: ['code'],
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: algorithm,
    jwks: { keys: [{ ...key, use: 'sig', alg: 'ES256', kid: clientId }] },
  };
}

async function signingKey(algorithm: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(privateKey)), use: 'sig', alg: algorithm, kid: randomUUID() };
}

/** Staff of the organisation consent by their contract: nobody is asked again for each system. */
async function grantEverything(
  provider: OpenIdProvider,
  context: OidcContext,
  audience: string,
  scope: string | undefined,
): Promise<unknown> {
  const clientId = context.oidc.client?.clientId;
  const accountId = context.oidc.session?.accountId;
  if (clientId === undefined || accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId, accountId });
  grant.addOIDCScope('openid');
  if (scope !== undefined) grant.addResourceScope(audience, scope);
  await grant.save();
  return grant;
}

function account(staff: readonly StaffMember[], number: string): unknown {
  const member = staff.find((one) => one.number === number);
  if (member === undefined) return undefined;
  return { accountId: number, claims: () => ({ sub: number }) };
}

/** Roles and second factor of the person who signed in; a system's own token says nothing of a person. */
function personClaims(
  context: OidcContext,
  token: TokenInstance,
  signIn: SignIn,
  staff: readonly StaffMember[],
): Record<string, unknown> | undefined {
  const member = staff.find((one) => one.number === token.accountId);
  if (member === undefined) return undefined;
  const claims = nested(signIn.roleClaim, member.issuerRoles);
  if (signIn.personClaim !== 'sub') claims[signIn.personClaim] = member.number;
  if (signIn.secondFactor === undefined) return claims;
  return { ...claims, [signIn.secondFactor.claim]: context.oidc.entities.AuthorizationCode?.amr ?? [] };
}

/** `a.b` as `{ a: { b: value } }`. */
function nested(path: string, value: unknown): Record<string, unknown> {
  const [first = path, ...rest] = path.split('.');
  return { [first]: rest.length === 0 ? value : nested(rest.join('.'), value) };
}
