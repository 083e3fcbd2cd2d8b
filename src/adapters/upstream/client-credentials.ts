/** The gateway's own access token at a provider: OAuth client credentials (RFC 6749 section 4.4) through openid-client. */
import * as client from 'openid-client';
import { GatewayError } from '../../domain/gateway-error.ts';
import { clientAuthentication } from './client-authentication.ts';
import type { OutboundFetch } from './outbound-fetch.ts';
import { type ClientCredentials, signsInByCertificate } from './upstream-secrets.ts';

/** A token is renewed this long before it expires, so that it is not refused on the way. */
const RENEW_BEFORE_MS = 30_000;
/** How long a token is used that does not say how long it lives. */
const UNSAID_LIFE_MS = 60_000;
/** After a failure the token endpoint is left alone for so long. */
const COOL_DOWN_MS = 1_000;
const TIMEOUT_SECONDS = 5;

/** One access token for one secret and scope, asked for once however many requests need it. */
export class AccessTokenSource {
  readonly #secret: ClientCredentials;
  readonly #scope: string | undefined;
  readonly #fetch: OutboundFetch;
  readonly #plainHttp: boolean;
  readonly #now: () => number;
  #configuration: client.Configuration | undefined;
  #token: string | undefined;
  #renewAtMs = 0;
  #coolUntilMs = 0;
  #asking: Promise<string> | undefined;

  /** @param plainHttp whether a token issuer on loopback may be spoken to without TLS. */
  constructor(
    secret: ClientCredentials,
    scope: string | undefined,
    fetch: OutboundFetch,
    plainHttp: boolean,
    now: () => number = Date.now,
  ) {
    this.#secret = secret;
    this.#scope = scope;
    this.#fetch = fetch;
    this.#plainHttp = plainHttp;
    this.#now = now;
  }

  /**
   * A token that is still good, at once where there is one.
   *
   * @throws {GatewayError} `upstream-sign-in-failed`.
   */
  current(): string | Promise<string> {
    const now = this.#now();
    if (this.#token !== undefined && now < this.#renewAtMs) return this.#token;
    if (this.#asking !== undefined) return this.#asking;
    if (now < this.#coolUntilMs) return Promise.reject(failed());
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Forgets a token that the upstream did not take; a newer one stays. */
  refused(token: string): void {
    if (this.#token === token) this.#token = undefined;
  }

  async #ask(): Promise<string> {
    try {
      this.#configuration ??= await this.#discover();
      const parameters = this.#scope === undefined ? {} : { scope: this.#scope };
      const answer = await client.clientCredentialsGrant(this.#configuration, parameters);
      if (answer.token_type !== 'bearer') throw new TypeError('token is not a bearer token');
      const life = answer.expiresIn();
      const lifeMs = life === undefined ? UNSAID_LIFE_MS : life * 1000 - RENEW_BEFORE_MS;
      this.#token = answer.access_token;
      this.#renewAtMs = this.#now() + Math.max(lifeMs, 0);
      return answer.access_token;
    } catch (cause) {
      this.#configuration = undefined;
      this.#coolUntilMs = this.#now() + COOL_DOWN_MS;
      throw failed(cause);
    }
  }

  async #discover(): Promise<client.Configuration> {
    const { clientId } = this.#secret;
    const execute = this.#plainHttp ? [client.allowInsecureRequests] : [];
    const metadata = await this.#metadata(execute);
    const authentication = clientAuthentication(this.#secret, metadata.token_endpoint_auth_methods_supported);
    // An issuer may have another address for those that show a certificate (RFC 8705 section 5).
    const more = signsInByCertificate(this.#secret) ? { use_mtls_endpoint_aliases: true } : undefined;
    const configuration = new client.Configuration(metadata, clientId, more, authentication);
    configuration[client.customFetch] = this.#customFetch;
    configuration.timeout = TIMEOUT_SECONDS;
    for (const change of execute) change(configuration);
    return configuration;
  }

  /** OpenID Connect Discovery first, RFC 8414 where that is not there. openid-client compares the issuer exactly. */
  async #metadata(
    execute: ((configuration: client.Configuration) => void)[],
  ): Promise<Readonly<client.ServerMetadata>> {
    const { clientId, tokenIssuer, tokenEndpoint } = this.#secret;
    if (tokenEndpoint !== undefined) return { issuer: tokenIssuer, token_endpoint: tokenEndpoint };
    const server = new URL(tokenIssuer);
    const options = { [client.customFetch]: this.#customFetch, execute, timeout: TIMEOUT_SECONDS };
    const discover = (algorithm: 'oidc' | 'oauth2') =>
      client.discovery(server, clientId, undefined, client.None(), { ...options, algorithm });
    const found = await discover('oidc').catch(() => discover('oauth2'));
    return found.serverMetadata();
  }

  readonly #customFetch: client.CustomFetch = (address, { method, headers, body, signal }) =>
    this.#fetch(address, { method, headers, body: textOf(body), signal });
}

function textOf(body: client.FetchBody): string | Uint8Array | undefined {
  if (body === null || body === undefined) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('body of a token request is of no known kind');
}

function failed(cause?: unknown): GatewayError {
  const more = { retryAfterSeconds: 5, ...(cause === undefined ? {} : { cause: withoutSecrets(cause) }) };
  return new GatewayError('upstream-sign-in-failed', 'gateway could not sign in at the upstream', more);
}

/** Only the name and code of what happened: an answer of the token endpoint may hold tokens. */
function withoutSecrets(cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error('something failed that nobody foresaw');
  const code = 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  return new Error(`${cause.name}${code}`);
}
