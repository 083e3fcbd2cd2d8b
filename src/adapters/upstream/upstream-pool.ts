/** The connections to one origin (undici Pool, HTTP/1.1): so many at once, so many waiting, and no more. */
import { Pool } from 'undici';
import type { CanonicalRequest } from '../../domain/canonical-request.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { CallPlace } from './call-rules.ts';
import type { Admission, CircuitBreaker } from './circuit-breaker.ts';
import type { Connector } from './connector.ts';
import { CONNECTION, TracedConnection } from './traced-connection.ts';
import type { UpstreamCall } from './upstream-call.ts';

export interface PoolBounds {
  readonly connections: number;
  /** How many calls may wait for a connection. */
  readonly waiting: number;
}

/** A request as undici writes it. */
export interface RequestOnWire {
  readonly method: CanonicalRequest['method'];
  /** Path and query below the origin. */
  readonly path: string;
  /** Names and values by turns. */
  readonly headers: string[];
  readonly body: string | undefined;
}

const BUSY_RETRY_SECONDS = 1;

export class UpstreamPool {
  readonly #origin: string;
  readonly #connector: Connector;
  readonly #pool: Pool;
  readonly #breaker: CircuitBreaker;
  readonly #most: number;
  /** Connections of requests that were sent a second time. */
  readonly #second = new Set<TracedConnection>();
  #calls = 0;
  /** Undefined while places may be taken. */
  #retired: PromiseWithResolvers<void> | undefined;

  constructor(origin: string, connector: Connector, bounds: PoolBounds, breaker: CircuitBreaker) {
    this.#origin = origin;
    this.#connector = connector;
    this.#breaker = breaker;
    this.#most = bounds.connections + bounds.waiting;
    this.#pool = new Pool(origin, {
      ...CONNECTION,
      connect: connector,
      connections: bounds.connections,
      factory: () => new TracedConnection(origin, connector),
    });
  }

  /** Calls that hold or await a connection, and places that are taken for them. */
  get calls(): number {
    return this.#calls;
  }

  get openConnections(): number {
    return this.#pool.stats.connected + this.#second.size;
  }

  /**
   * Takes a place for one call.
   *
   * @throws {GatewayError} `upstream-busy` where too many wait already, `upstream-paused` where the upstream is left alone.
   */
  take(): PoolPlace {
    if (this.#calls >= this.#most) throw busy();
    const admission = this.#breaker.admit(performance.now());
    if (typeof admission === 'object') throw paused(admission.retryAfterSeconds);
    this.#calls += 1;
    return new PoolPlace(this.#breaker, admission, this.#left);
  }

  /** Sends a request for a call that has a place. What becomes of it, the call is told. */
  send({ method, path, headers, body }: RequestOnWire, call: UpstreamCall): void {
    this.#pool.dispatch({ method, path, headers, body: body ?? null, idempotent: false }, call);
  }

  /** Sends it once more, over a connection of its own: others of the pool may be as dead as the first. */
  sendAgain({ method, path, headers, body }: RequestOnWire, call: UpstreamCall): void {
    const connection = new TracedConnection(this.#origin, this.#connector);
    this.#second.add(connection);
    connection.dispatch({ method, path, headers, body: body ?? null, idempotent: false }, call);
    // Closes once the answer has come, or has failed to.
    void connection.close().finally(() => this.#second.delete(connection));
  }

  /** Resolves once the last call is over and the connections are closed; no place may be taken any more. */
  retire(): Promise<void> {
    this.#retired ??= Promise.withResolvers<void>();
    this.#closeIfOver();
    return this.#retired.promise;
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.destroy(), ...[...this.#second].map((one) => one.destroy())]);
  }

  readonly #left = (): void => {
    this.#calls -= 1;
    this.#closeIfOver();
  };

  #closeIfOver(): void {
    const retired = this.#retired;
    if (retired !== undefined && this.#calls === 0) this.#pool.close().then(retired.resolve, retired.resolve);
  }
}

/** One place, and what the one who had it can say of the upstream. */
export class PoolPlace implements CallPlace {
  readonly #breaker: CircuitBreaker;
  readonly #admission: Admission;
  readonly #onLeft: () => void;
  #told: 'nothing' | 'answered' | 'failed' = 'nothing';
  #left = false;

  constructor(breaker: CircuitBreaker, admission: Admission, onLeft: () => void) {
    this.#breaker = breaker;
    this.#admission = admission;
    this.#onLeft = onLeft;
  }

  answered(): void {
    if (this.#told !== 'nothing') return;
    this.#told = 'answered';
    this.#breaker.answered(this.#admission, performance.now());
  }

  failed(restSeconds?: number): void {
    if (this.#told === 'failed') return;
    const hadAnswered = this.#told === 'answered';
    this.#told = 'failed';
    this.#breaker.failed(this.#admission, performance.now(), hadAnswered, restSeconds);
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    if (this.#told === 'nothing') this.#breaker.letGo(this.#admission);
    this.#onLeft();
  }
}

function busy(): GatewayError {
  return new GatewayError('upstream-busy', 'too many requests wait for the upstream', {
    retryAfterSeconds: BUSY_RETRY_SECONDS,
  });
}

function paused(retryAfterSeconds: number): GatewayError {
  return new GatewayError('upstream-paused', 'upstream failed too often, and is left alone for a while', {
    retryAfterSeconds,
    detail:
      'The server of the provider failed so often that it is left alone for a while. Nothing was sent to it.',
  });
}
