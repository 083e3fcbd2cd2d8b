/** Asks an issuer about an opaque token (RFC 7662) through openid-client, and reads the answer strictly. */
import * as client from 'openid-client';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { OpaqueTokens } from '../../domain/organisation.ts';
import { parseStrictJson, type StrictJsonObject } from '../../encoding/strict-json.ts';
import { byAssertion } from './gateway-assertion.ts';
import { discoverMetadata } from './issuer-documents.ts';
import type { ClientCertificatePem, IssuerSecret } from './issuer-secrets.ts';

/** Sends a small request and gets the whole answer; follows no redirect. Where it may go is settled by the roof. */
export type AskIssuer = (address: string, init: AskInit) => Promise<Response>;

export interface AskInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface IssuerConnections {
  readonly ask: AskIssuer;
  /** The same under a client certificate of the gateway's. */
  readonly askUnder: (certificate: ClientCertificatePem) => AskIssuer;
  /** Whether an issuer on loopback may be spoken to without TLS. */
  readonly plainHttp: boolean;
  /** How long an answer may take: 5 unless said. */
  readonly timeoutSeconds?: number;
}

const TIMEOUT_SECONDS = 5;
const LARGEST_ANSWER = 64 * 1024;
const DEEPEST = 8;

/** One issuer's endpoint with one credential of the gateway's. */
export class IntrospectionClient {
  readonly #askedWith: OpaqueTokens['askedWith'];
  readonly #secret: IssuerSecret;
  readonly #connections: IssuerConnections;
  #configuration: Promise<client.Configuration> | undefined;

  constructor(askedWith: OpaqueTokens['askedWith'], secret: IssuerSecret, connections: IssuerConnections) {
    this.#askedWith = askedWith;
    this.#secret = secret;
    this.#connections = connections;
  }

  /**
   * The whole answer, in which `active` is true or false.
   *
   * @throws {GatewayError} `issuer-unavailable` for everything but such an answer. Neither token nor answer is in it.
   */
  async introspect(token: string): Promise<StrictJsonObject> {
    try {
      this.#configuration ??= this.#configure();
      const configuration = await this.#configuration;
      const answer = await client.tokenIntrospection(configuration, token, HINT);
      return strictObject(JSON.stringify(answer));
    } catch (cause) {
      // The next try asks for the metadata anew: the endpoint may have moved.
      this.#configuration = undefined;
      throw unavailable(cause);
    }
  }

  async #configure(): Promise<client.Configuration> {
    const { issuer, clientId } = this.#secret;
    const { introspection_endpoint, mtls_endpoint_aliases } = await discoverMetadata(
      issuer,
      this.#connections.ask,
    );
    const metadata = { issuer, introspection_endpoint, mtls_endpoint_aliases } as client.ServerMetadata;
    const underCertificate = this.#secret.kind === 'client certificate';
    const registered = { use_mtls_endpoint_aliases: underCertificate };
    const configuration = new client.Configuration(metadata, clientId, registered, this.#proof());
    configuration[client.customFetch] = this.#asking();
    configuration.timeout = this.#connections.timeoutSeconds ?? TIMEOUT_SECONDS;
    if (this.#connections.plainHttp) client.allowInsecureRequests(configuration);
    return configuration;
  }

  #proof(): client.ClientAuth {
    const secret = this.#secret;
    if (secret.kind === 'client certificate') return client.TlsClientAuth();
    if (secret.kind === 'private key') return byAssertion(secret);
    // Basic percent-encodes (RFC 6749 section 2.3.1), which not every issuer undoes: hence the choice of the two.
    return this.#askedWith === 'client secret post'
      ? client.ClientSecretPost(secret.clientSecret)
      : client.ClientSecretBasic(secret.clientSecret);
  }

  #asking(): client.CustomFetch {
    const secret = this.#secret;
    const { ask, askUnder } = this.#connections;
    const send = secret.kind === 'client certificate' ? askUnder(secret.certificate) : ask;
    return async (address, { method, headers, body, signal }) => {
      // INVARIANT: a credential and a token go to the host that the gateway's own configuration names, or nowhere.
      if (URL.parse(address)?.host !== secret.host.toLowerCase())
        throw new TypeError('endpoint of another host');
      const answer = await send(address, { method, headers, body: textOf(body), signal });
      return strictlyRead(answer);
    };
  }
}

const JSON_TYPE = /^application\/json(?:\s*;|$)/i;
const HINT = { token_type_hint: 'access_token' };

/** The same answer, once its body is known to be one small object that can be read in one way only. */
async function strictlyRead(answer: Response): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > LARGEST_ANSWER) throw new TypeError('answer is too large');
  if (answer.status === 200) {
    if (!JSON_TYPE.test(answer.headers.get('content-type') ?? '')) throw new TypeError('answer is not JSON');
    strictObject(bytes);
  }
  return new Response(bytes, { status: answer.status, headers: answer.headers });
}

function strictObject(text: Uint8Array | string): StrictJsonObject {
  const value = parseStrictJson(text, DEEPEST);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new TypeError('answer is not an object');
}

function textOf(body: client.FetchBody): string | Uint8Array | undefined {
  if (body === null || body === undefined) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('body of an introspection request is of no known kind');
}

/** Only the name and code of what happened: what the issuer answered may tell of a person. */
function unavailable(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const name = cause instanceof Error ? cause.name : 'something unforeseen';
  const what = code === '' ? name : `${name}, ${code}`;
  return new GatewayError('issuer-unavailable', `issuer cannot be asked about a token (${what})`, {
    retryAfterSeconds: 1,
  });
}
