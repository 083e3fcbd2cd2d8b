/** The connections to one origin (undici Pool, HTTP/1.1): so many at once, so many waiting, and no more. */
import { Pool } from 'undici';
import type { CanonicalRequest } from '../../domain/canonical-request.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { GoneSignal, UpstreamAnswer } from '../../exchange/ports.ts';
import type { Connector } from './connector.ts';
import { type CallRules, UpstreamCall } from './upstream-call.ts';

export interface PoolBounds {
  readonly connections: number;
  /** How many calls may wait for a connection. */
  readonly waiting: number;
}

const BUSY_RETRY_SECONDS = 1;

export class UpstreamPool {
  readonly #pool: Pool;
  readonly #most: number;
  #calls = 0;

  constructor(origin: string, connector: Connector, bounds: PoolBounds) {
    this.#most = bounds.connections + bounds.waiting;
    this.#pool = new Pool(origin, {
      connect: connector,
      connections: bounds.connections,
      pipelining: 1,
      allowH2: false,
      // Deadlines are the call's own: they count the wait for a connection as well.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Calls that hold or await a connection. */
  get calls(): number {
    return this.#calls;
  }

  get openConnections(): number {
    return this.#pool.stats.connected;
  }

  /**
   * Sends one request and resolves with its answer's head. Nothing is ever sent twice.
   *
   * @param path path and query of the canonical request, below the origin.
   * @throws {GatewayError} `upstream-busy` where too many wait already, and all that a call can fail with.
   */
  send(
    method: CanonicalRequest['method'],
    path: string,
    headers: string[],
    body: string | undefined,
    rules: CallRules,
    signal: GoneSignal,
  ): Promise<UpstreamAnswer> {
    if (this.#calls >= this.#most) return Promise.reject(busy());
    if (signal.aborted) return Promise.reject(new GatewayError('caller-gone', 'caller went away'));
    this.#calls += 1;
    return new Promise((resolve, reject) => {
      const call = new UpstreamCall(rules, signal, resolve, reject);
      this.#pool.dispatch({ method, path, headers, body: body ?? null, idempotent: false }, call);
    });
  }

  /** For the rules of every call: gives its place back. */
  readonly done = (): void => {
    this.#calls -= 1;
  };

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

function busy(): GatewayError {
  return new GatewayError('upstream-busy', 'too many requests wait for the upstream', {
    retryAfterSeconds: BUSY_RETRY_SECONDS,
  });
}
