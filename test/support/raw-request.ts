/** A request as Node's parser would hand it over, for tests that need no socket. */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

export interface RawRequest {
  readonly method?: string;
  readonly url?: string;
  readonly httpVersion?: string;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
}

export function rawRequest(parts: RawRequest = {}): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = parts.method ?? 'GET';
  request.url = parts.url ?? '/blue-badges/badges/ZZ9Z01';
  request.httpVersion = parts.httpVersion ?? '1.1';
  request.rawHeaders = [...(parts.headers ?? ['Host', 'gateway.test'])];
  return request;
}
