/** The upstream client: sends the one canonical request to the provider, with the gateway's own credential. */
import type { CanonicalRequest } from '../../domain/canonical-request.ts';
import type { Dataset } from '../../domain/dataset.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { Upstream, UpstreamAnswer, UpstreamContext, UpstreamPlace } from '../../exchange/ports.ts';
import { AdmittedPlace, isLate, noTimeLeft, type Route } from './admitted-place.ts';
import type { BreakerState } from './circuit-breaker.ts';
import type { AccessTokenSource } from './client-credentials.ts';
import { Deadlines } from './deadlines.ts';
import { AllowedPlaces } from './network-addresses.ts';
import { checkOutboundSettings, type OutboundSettings } from './outbound-settings.ts';
import { RequestHeaders } from './request-headers.ts';
import { TokenSources } from './token-sources.ts';
import { upstreamFaults } from './upstream-check.ts';
import { type UpstreamLoad, UpstreamPools } from './upstream-pools.ts';
import { secretOf, type UpstreamSecret, type UpstreamSecrets } from './upstream-secrets.ts';

export interface UpstreamSettings {
  readonly outbound: OutboundSettings;
  /** By the name that datasets use. */
  readonly secrets: UpstreamSecrets;
  /** Connections to one origin where the dataset says nothing: 256 unless said. */
  readonly connections?: number;
  /** Requests that may wait for a connection to one origin: 256 unless said. */
  readonly waiting?: number;
  /** Most milliseconds for one whole answer, however steadily it comes: 600,000 unless said. */
  readonly wholeAnswerMs?: number;
  /** Told when an upstream is left alone, tried again or well again. */
  readonly onState?: (origin: string, state: BreakerState) => void;
}

export interface UpstreamClient extends Upstream {
  /** Sentences on what keeps this dataset from being asked; to be called when policies are taken up. */
  checkUpstream(dataset: Dataset): string[];
  /** Takes a place and sends at once, for what is not an exchange. */
  fetch(request: CanonicalRequest, dataset: Dataset, context: UpstreamContext): Promise<UpstreamAnswer>;
  /** Goes by other secrets from now on. Tokens and connections made with one that has changed go; what runs goes on to its end. */
  useSecrets(secrets: UpstreamSecrets): void;
  /** For metrics: calls, open connections and state by origin. */
  load(): readonly UpstreamLoad[];
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

const WHOLE_ANSWER_MS = 600_000;
const MOST_CONNECTIONS = 256;

class PooledUpstream implements UpstreamClient {
  readonly #settings: UpstreamSettings;
  readonly #places: AllowedPlaces;
  readonly #deadlines = new Deadlines();
  readonly #pools: UpstreamPools;
  readonly #tokens: TokenSources;
  #secrets: UpstreamSecrets;
  /** A dataset is immutable, and so is its route; both go when the policy set does, and routes when the secrets do. */
  #routes = new WeakMap<Dataset, Route>();

  constructor(settings: UpstreamSettings) {
    const { outbound, secrets, connections, waiting, onState = () => undefined } = settings;
    checkOutboundSettings(outbound);
    this.#settings = settings;
    this.#secrets = secrets;
    this.#places = new AllowedPlaces(outbound.allowed ?? []);
    this.#tokens = new TokenSources(outbound);
    this.#pools = new UpstreamPools({
      outbound,
      connections: connections ?? MOST_CONNECTIONS,
      waiting: waiting ?? MOST_CONNECTIONS,
      onState,
    });
  }

  checkUpstream(dataset: Dataset): string[] {
    return upstreamFaults(dataset, this.#secrets, this.#places, this.#settings.outbound.plainHttp);
  }

  useSecrets(secrets: UpstreamSecrets): void {
    this.#secrets = secrets;
    this.#routes = new WeakMap();
    this.#pools.keepOnly([...secrets.values()].map(({ certificate }) => certificate));
  }

  admit(dataset: Dataset, arrivedMs: number): UpstreamPlace {
    const route = this.#routes.get(dataset) ?? this.#newRoute(dataset);
    if (isLate(route, arrivedMs)) throw noTimeLeft();
    return new AdmittedPlace(route, route.pool.take(), arrivedMs);
  }

  async fetch(
    request: CanonicalRequest,
    dataset: Dataset,
    context: UpstreamContext,
  ): Promise<UpstreamAnswer> {
    return this.admit(dataset, performance.now()).fetch(request, context);
  }

  load(): readonly UpstreamLoad[] {
    return this.#pools.load();
  }

  async close(): Promise<void> {
    await Promise.all([this.#tokens.close(), this.#pools.close()]);
  }

  /** INVARIANT: a secret is judged against the host here too, where it is sent, whatever happened at the start. */
  #newRoute(dataset: Dataset): Route {
    const secret = secretOf(dataset, this.#secrets);
    if (typeof secret === 'string') throw new GatewayError('upstream-sign-in-failed', secret);
    const [fault] = this.checkUpstream(dataset);
    if (fault !== undefined) throw new GatewayError('upstream-unreachable', fault);
    const { address, signIn, timeoutMs, largestAnswerBytes, mostAtOnce } = dataset.upstream;
    const { origin, pathname } = new URL(address);
    const route: Route = {
      pool: this.#pools.of(origin, secret?.certificate, mostAtOnce),
      basePath: pathname === '/' ? '' : pathname,
      headers: new RequestHeaders(dataset, keyHeader(dataset, secret)),
      rules: {
        timeoutMs,
        wholeMs: this.#settings.wholeAnswerMs ?? WHOLE_ANSWER_MS,
        largestAnswerBytes,
        signsIn: signIn.kind !== 'none',
        deadlines: this.#deadlines,
      },
      tokens: this.#tokensOf(dataset, secret),
    };
    this.#routes.set(dataset, route);
    return route;
  }

  #tokensOf({ upstream }: Dataset, secret: UpstreamSecret | undefined): AccessTokenSource | undefined {
    const { signIn } = upstream;
    if (signIn.kind !== 'oauth client credentials' || secret?.kind !== signIn.kind) return undefined;
    return this.#tokens.of(signIn, secret);
  }
}

/** Header and value of the gateway's key at this upstream, where it has one. */
function keyHeader({ upstream }: Dataset, secret: UpstreamSecret | undefined): [string, string] | undefined {
  const { signIn } = upstream;
  return signIn.kind === 'api key' && secret?.kind === 'api key' ? [signIn.header, secret.value] : undefined;
}
