/** HTTP servers with their limits, and a close that lets exchanges finish. */
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Tls {
  readonly certificate: string;
  readonly key: string;
}

/** Limits of the wire: headers within 10 s, the whole request within 30 s, 5 s idle between requests. */
const LIMITS: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
  insecureHTTPParser: false,
  requireHostHeader: true,
};

/** Most headers of one request; Node drops what comes beyond silently, so the front check refuses that many. */
export const MOST_HEADERS = 100;

/** Makes a server for `listener`; `tls` undefined means plain HTTP, for loopback or behind something that ends TLS. */
export function makeServer(listener: RequestListener, tls: Tls | undefined): Server {
  const server =
    tls === undefined
      ? createHttpServer(LIMITS, listener)
      : createHttpsServer(
          { ...LIMITS, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' },
          listener,
        );
  // One more than is allowed, so that the front check sees that there were too many.
  server.maxHeadersCount = MOST_HEADERS + 1;
  // A request that expects "100 Continue" is judged like any other: the exchange says "continue" once the caller is proved.
  server.on('checkContinue', listener);
  // A client that cannot be read in one way gets no second try on the same connection.
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

/** Listens and resolves to the port that was taken; rejects where the port is busy. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
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
