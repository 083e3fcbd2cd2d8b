/** The upstream client: sends the one canonical request to the provider, with the gateway's own credential. */
import type { CanonicalRequest } from '../../domain/canonical-request.ts';
import type { Dataset } from '../../domain/dataset.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { Upstream, UpstreamAnswer, UpstreamContext } from '../../exchange/ports.ts';
import { AccessTokenSource } from './client-credentials.ts';
import { type Connector, createConnector } from './connector.ts';
import { Deadlines } from './deadlines.ts';
import { AllowedPlaces } from './network-addresses.ts';
import { createOutboundFetch, type OutboundFetch } from './outbound-fetch.ts';
import type { OutboundSettings } from './outbound-settings.ts';
import { RequestHeaders } from './request-headers.ts';
import type { CallRules } from './upstream-call.ts';
import { upstreamFaults } from './upstream-check.ts';
import { type PoolBounds, UpstreamPool } from './upstream-pool.ts';
import { secretOf, type UpstreamSecrets } from './upstream-secrets.ts';

export interface UpstreamSettings {
  readonly outbound: OutboundSettings;
  /** By the name that datasets use. */
  readonly secrets: UpstreamSecrets;
  /** Connections to one origin: 256 unless said. */
  readonly connections?: number;
  /** Requests that may wait for a connection to one origin: 256 unless said. */
  readonly waiting?: number;
  /** Most milliseconds for one whole answer, however steadily it comes: 600,000 unless said. */
  readonly wholeAnswerMs?: number;
}

export interface UpstreamClient extends Upstream {
  /** Sentences on what keeps this dataset from being asked; to be called when policies are taken up. */
  checkUpstream(dataset: Dataset): string[];
  /** For metrics: calls and open connections by origin. */
  load(): readonly { readonly origin: string; readonly calls: number; readonly connections: number }[];
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/**
 * Makes the upstream client. Connections are opened when the first request needs them.
 *
 * @throws {TypeError} where the outbound settings hold an unknown or wrong option.
 */
export function createUpstream(settings: UpstreamSettings): UpstreamClient {
  return new PooledUpstream(settings);
}

/** What stays the same for every request to one dataset. */
interface Route {
  readonly pool: UpstreamPool;
  readonly basePath: string;
  readonly headers: RequestHeaders;
  readonly rules: CallRules;
  readonly tokens: AccessTokenSource | undefined;
}

const WHOLE_ANSWER_MS = 600_000;

class PooledUpstream implements UpstreamClient {
  readonly #settings: UpstreamSettings;
  readonly #places: AllowedPlaces;
  readonly #connector: Connector;
  readonly #bounds: PoolBounds;
  readonly #small: { readonly fetch: OutboundFetch; readonly close: () => Promise<void> };
  readonly #deadlines = new Deadlines();
  readonly #pools = new Map<string, UpstreamPool>();
  readonly #tokens = new Map<string, AccessTokenSource>();
  /** A dataset is immutable, and so is its route; both go when the policy set does. */
  readonly #routes = new WeakMap<Dataset, Route>();

  constructor(settings: UpstreamSettings) {
    this.#settings = settings;
    this.#connector = createConnector(settings.outbound);
    this.#places = new AllowedPlaces(settings.outbound.allowed ?? []);
    this.#small = createOutboundFetch(settings.outbound);
    this.#bounds = { connections: settings.connections ?? 256, waiting: settings.waiting ?? 256 };
  }

  checkUpstream(dataset: Dataset): string[] {
    const { secrets, outbound } = this.#settings;
    return upstreamFaults(dataset, secrets, this.#places, outbound.plainHttp);
  }

  fetch(request: CanonicalRequest, dataset: Dataset, context: UpstreamContext): Promise<UpstreamAnswer> {
    try {
      const route = this.#routes.get(dataset) ?? this.#newRoute(dataset);
      if (route.tokens === undefined) return send(route, request, context, undefined);
      return sendSignedIn(route, route.tokens, request, context);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  load(): ReturnType<UpstreamClient['load']> {
    return [...this.#pools].map(([origin, pool]) => ({
      origin,
      calls: pool.calls,
      connections: pool.openConnections,
    }));
  }

  async close(): Promise<void> {
    await Promise.all([this.#small.close(), ...[...this.#pools.values()].map((pool) => pool.close())]);
  }

  /** INVARIANT: a secret is judged against the host here too, where it is sent, whatever happened at the start. */
  #newRoute(dataset: Dataset): Route {
    const { secrets, wholeAnswerMs } = this.#settings;
    const secret = secretOf(dataset, secrets);
    if (typeof secret === 'string') throw new GatewayError('upstream-sign-in-failed', secret);
    const [fault] = this.checkUpstream(dataset);
    if (fault !== undefined) throw new GatewayError('upstream-unreachable', fault);
    const { address, signIn, timeoutMs, largestAnswerBytes } = dataset.upstream;
    const { origin, pathname } = new URL(address);
    const pool = this.#poolOf(origin);
    const apiKey = signIn.kind === 'api key' && secret?.kind === 'api key' ? secret.value : undefined;
    const route: Route = {
      pool,
      basePath: pathname === '/' ? '' : pathname,
      headers: new RequestHeaders(
        dataset,
        signIn.kind === 'api key' && apiKey !== undefined ? [signIn.header, apiKey] : undefined,
      ),
      rules: {
        timeoutMs,
        wholeMs: wholeAnswerMs ?? WHOLE_ANSWER_MS,
        largestAnswerBytes,
        signsIn: signIn.kind !== 'none',
        deadlines: this.#deadlines,
        done: pool.done,
      },
      tokens: this.#tokensOf(dataset),
    };
    this.#routes.set(dataset, route);
    return route;
  }

  #poolOf(origin: string): UpstreamPool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const pool = new UpstreamPool(origin, this.#connector, this.#bounds);
    this.#pools.set(origin, pool);
    return pool;
  }

  #tokensOf(dataset: Dataset): AccessTokenSource | undefined {
    const { signIn } = dataset.upstream;
    if (signIn.kind !== 'oauth client credentials') return undefined;
    const secret = this.#settings.secrets.get(signIn.secret);
    if (secret?.kind !== 'oauth client credentials') return undefined;
    const key = JSON.stringify([signIn.secret, signIn.scope ?? '']);
    const known = this.#tokens.get(key);
    if (known !== undefined) return known;
    const plainHttp = this.#settings.outbound.plainHttp === 'loopback';
    const tokens = new AccessTokenSource(secret, signIn.scope, this.#small.fetch, plainHttp);
    this.#tokens.set(key, tokens);
    return tokens;
  }
}

function send(
  route: Route,
  request: CanonicalRequest,
  context: UpstreamContext,
  bearer: string | undefined,
): Promise<UpstreamAnswer> {
  const { method, body } = request;
  if (!request.path.startsWith('/'))
    throw new GatewayError('internal-error', 'path does not begin with a slash');
  const path = `${route.basePath}${request.path}${request.query}`;
  const headers = route.headers.of(context, body !== undefined, bearer);
  return route.pool.send(method, path, headers, body, route.rules, context.signal);
}

/** The request itself is sent once: a token that the upstream does not take is forgotten, for the next request. */
async function sendSignedIn(
  route: Route,
  tokens: AccessTokenSource,
  request: CanonicalRequest,
  context: UpstreamContext,
): Promise<UpstreamAnswer> {
  const token = await tokens.current();
  try {
    return await send(route, request, context, token);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'upstream-sign-in-failed') tokens.refused(token);
    throw error;
  }
}
