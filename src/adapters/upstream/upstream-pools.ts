/** The pools of connections by origin, certificate and bound, and one circuit breaker for each origin. */
import { type BreakerState, CircuitBreaker } from './circuit-breaker.ts';
import { createConnector } from './connector.ts';
import type { OutboundSettings } from './outbound-settings.ts';
import { certificateName, type OwnCertificate } from './own-keys.ts';
import { UpstreamPool } from './upstream-pool.ts';

/** How one upstream is doing just now, as this thread of the gateway sees it. */
export interface UpstreamLoad {
  readonly origin: string;
  /** Requests that are with it, or wait to be. */
  readonly calls: number;
  readonly connections: number;
  readonly state: BreakerState;
}

export interface PoolSettings {
  readonly outbound: OutboundSettings;
  /** Connections of one pool, and requests that may wait for one, where the dataset says nothing. */
  readonly connections: number;
  readonly waiting: number;
  readonly onState: (origin: string, state: BreakerState) => void;
}

interface Kept {
  readonly origin: string;
  readonly certificate: string;
  readonly pool: UpstreamPool;
}

export class UpstreamPools {
  readonly #settings: PoolSettings;
  readonly #pools = new Map<string, Kept>();
  readonly #retiring = new Set<UpstreamPool>();
  readonly #breakers = new Map<string, CircuitBreaker>();

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  /**
   * The pool for requests to an origin.
   *
   * @param certificate shown at its connections.
   * @param mostAtOnce most connections, and most requests that wait for one; undefined for the gateway's bounds.
   */
  of(origin: string, certificate: OwnCertificate | undefined, mostAtOnce: number | undefined): UpstreamPool {
    const shown = certificateName(certificate);
    const key = JSON.stringify([origin, shown, mostAtOnce ?? 0]);
    const known = this.#pools.get(key);
    if (known !== undefined) return known.pool;
    const { outbound, connections, waiting } = this.#settings;
    const tls = certificate === undefined ? outbound.tls : { ...outbound.tls, certificate };
    const connector = createConnector(tls === undefined ? outbound : { ...outbound, tls });
    const bounds = { connections: mostAtOnce ?? connections, waiting: mostAtOnce ?? waiting };
    const pool = new UpstreamPool(origin, connector, bounds, this.#breakerOf(origin));
    this.#pools.set(key, { origin, certificate: shown, pool });
    return pool;
  }

  /** Lets go of the connections that showed another certificate than these, once the answers that come over them have ended. */
  keepOnly(certificates: readonly (OwnCertificate | undefined)[]): void {
    const kept = new Set(['', ...certificates.map(certificateName)]);
    for (const [key, { certificate, pool }] of this.#pools) {
      if (kept.has(certificate)) continue;
      this.#pools.delete(key);
      this.#retiring.add(pool);
      void pool.retire().then(() => this.#retiring.delete(pool));
    }
  }

  load(): readonly UpstreamLoad[] {
    const byOrigin = new Map<string, UpstreamLoad>();
    for (const { origin, pool } of this.#pools.values()) {
      const { calls, connections } = byOrigin.get(origin) ?? { calls: 0, connections: 0 };
      byOrigin.set(origin, {
        origin,
        calls: calls + pool.calls,
        connections: connections + pool.openConnections,
        state: this.#breakerOf(origin).state,
      });
    }
    return [...byOrigin.values()];
  }

  async close(): Promise<void> {
    const pools = [...[...this.#pools.values()].map(({ pool }) => pool), ...this.#retiring];
    await Promise.all(pools.map((pool) => pool.close()));
  }

  #breakerOf(origin: string): CircuitBreaker {
    const known = this.#breakers.get(origin);
    if (known !== undefined) return known;
    const breaker = new CircuitBreaker((state) => this.#settings.onState(origin, state));
    this.#breakers.set(origin, breaker);
    return breaker;
  }
}
