/** HTTP servers with their limits, and a close that lets exchanges finish. */
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { limitConnections } from './connection-limits.ts';
import { type Tls, tlsOptions } from './tls-listener.ts';

/** How long a caller may take, in milliseconds; each is looked at every `checkEveryMs`, and may be overrun by that much. */
export interface Patience {
  /** From the opened connection, or the last answer, to the last byte of the headers; and for the TLS handshake. */
  readonly headersMs: number;
  /** To the last byte of the request. */
  readonly requestMs: number;
  /** Between an answer and the first byte of the next request. */
  readonly idleMs: number;
  /** Without taking any of the bytes of an answer that wait for it. */
  readonly readerMs: number;
  readonly checkEveryMs: number;
}

const PATIENCE: Patience = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 5_000,
  readerMs: 30_000,
  checkEveryMs: 2_000,
};

const LIMITS: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  insecureHTTPParser: false,
  requireHostHeader: true,
};

/** Most headers of one request. The front check refuses one more, and Node (431) what comes beyond that. */
export const MOST_HEADERS = 100;

/** Makes a server for `listener`; `tls` undefined means plain HTTP, for loopback or behind something that ends TLS. */
export function makeServer(listener: RequestListener, tls: Tls | undefined, patience = PATIENCE): Server {
  const limits = { ...LIMITS, ...timeouts(patience) };
  const server =
    tls === undefined
      ? createHttpServer(limits, listener)
      : createHttpsServer({ ...limits, ...tlsOptions(tls), handshakeTimeout: patience.headersMs }, listener);
  // One more than is allowed, so that the front check sees that there were too many.
  server.maxHeadersCount = MOST_HEADERS + 1;
  // A request that expects "100 Continue" is judged like any other: the exchange says "continue" once the caller is proved.
  server.on('checkContinue', listener);
  limitConnections(server, patience.readerMs);
  // Nothing can be said to who never ended its handshake: an answer would wait for it, and the connection with it.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

function timeouts({ headersMs, requestMs, idleMs, checkEveryMs }: Patience): ServerOptions {
  return {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: checkEveryMs,
  };
}

/**
 * Listens and resolves to the port that was taken; rejects where the port is busy.
 *
 * @param options.shared several threads listen on the port, and the kernel gives each connection to one of them.
 */
export function listen(
  server: Server,
  host: string,
  port: number,
  { shared = false }: { readonly shared?: boolean } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, reusePort: shared }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops taking connections and resolves when the last answer has gone, or after `mostMs`. */
export function drain(server: Server, mostMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose last answer has gone is idle at once, but would stay for the next request.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const late = setTimeout(() => server.closeAllConnections(), mostMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
