/** How a stand-in partner knows the gateway: OAuth 2.0 client credentials (RFC 6749 section 4.4) or an API key. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { jsonAnswer, oneHeader, type PartnerAnswer, type PartnerRequest } from './partner.ts';

export interface ClientSecret {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** Hands out access tokens for one client and recognises them. */
export interface TokenDesk {
  /** Token endpoint and metadata, or undefined for another path. */
  answer(request: PartnerRequest, origin: string): PartnerAnswer | undefined;
  /** Whether the request carries a token that was handed out here and still holds. */
  knows(request: PartnerRequest): boolean;
}

/** Made anew at each start: no secret of the demo outlives it. */
export function throwawaySecret(): string {
  return randomBytes(24).toString('base64url');
}

/** @param path of the token endpoint, such as `/oauth2/token`. */
export function openTokenDesk(client: ClientSecret, path: string, lifeSeconds = 900): TokenDesk {
  const expiryOf = new Map<string, number>();
  const token = (request: PartnerRequest): PartnerAnswer => {
    if (request.method !== 'POST') return refused(405, 'invalid_request');
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'client_credentials') return refused(400, 'unsupported_grant_type');
    if (!isClient(request, form, client)) return refused(401, 'invalid_client');
    if (form.has('scope') && form.get('scope') !== client.scope) return refused(400, 'invalid_scope');
    const accessToken = randomBytes(32).toString('base64url');
    expiryOf.set(accessToken, Date.now() + lifeSeconds * 1000);
    return jsonAnswer(
      200,
      { access_token: accessToken, expires_in: lifeSeconds, token_type: 'Bearer' },
      { 'cache-control': 'no-store' },
    );
  };
  return {
    answer: (request, origin) => {
      if (request.path === path) return token(request);
      // Not in the specifications that are stood in for: they publish where to sign in on paper.
      if (METADATA_PATHS.includes(request.path)) return jsonAnswer(200, metadata(origin, path, client.scope));
      return undefined;
    },
    knows: (request) => {
      const expiry = expiryOf.get(bearerOf(request) ?? '');
      return expiry !== undefined && expiry > Date.now();
    },
  };
}

/** Whether header `name` holds exactly `key`. */
export function hasApiKey(request: PartnerRequest, name: string, key: string): boolean {
  return isSame(oneHeader(request.headers, name) ?? '', key);
}

const METADATA_PATHS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

/** Authorization server metadata (RFC 8414). */
function metadata(origin: string, path: string, scope: string): Record<string, unknown> {
  return {
    issuer: origin,
    token_endpoint: origin + path,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    scopes_supported: [scope],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  };
}

function isClient(request: PartnerRequest, form: URLSearchParams, client: ClientSecret): boolean {
  const [id, secret] = basicOf(request) ?? [form.get('client_id'), form.get('client_secret')];
  return isSame(id ?? '', client.clientId) && isSame(secret ?? '', client.clientSecret);
}

/** Client id and secret of `Authorization: Basic`, each form-encoded (RFC 6749 section 2.3.1). */
function basicOf(request: PartnerRequest): readonly [string, string] | undefined {
  const value = request.headers.authorization;
  if (value === undefined || !/^basic /i.test(value)) return undefined;
  const [id = '', secret = ''] = Buffer.from(value.slice(6), 'base64').toString('utf8').split(':');
  return [formDecoded(id), formDecoded(secret)];
}

function formDecoded(text: string): string {
  return new URLSearchParams(`x=${text}`).get('x') ?? '';
}

function bearerOf(request: PartnerRequest): string | undefined {
  const value = request.headers.authorization;
  return value !== undefined && /^bearer /i.test(value) ? value.slice(7) : undefined;
}

function refused(status: number, error: string): PartnerAnswer {
  return jsonAnswer(status, { error }, { 'cache-control': 'no-store' });
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
