/** Small requests of the gateway's own (keys, metadata, tokens) under the same rules as every other connection. */
import { Agent } from 'undici';
import { createConnector } from './connector.ts';
import { bareHost, isLoopback } from './network-addresses.ts';
import type { OutboundSettings } from './outbound-settings.ts';

/** Like `fetch`, but follows no redirect, keeps no cookie, takes at most 1 MiB and goes only where it may. */
export type OutboundFetch = (address: string, init?: OutboundInit) => Promise<Response>;

export interface OutboundInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

const LARGEST_BODY = 1024 * 1024;
const TIMEOUT_MS = 5_000;
/** What is read of an answer's head: its type, the clock of its server, and where a redirect points that nobody follows. */
const KEPT_HEADERS = ['content-type', 'date', 'age', 'location'];
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Makes the fetch and the way to close its connections.
 *
 * @throws {TypeError} where the settings hold an unknown or wrong option.
 */
export function createOutboundFetch(settings: OutboundSettings): {
  readonly fetch: OutboundFetch;
  readonly close: () => Promise<void>;
} {
  const agent = new Agent({
    connect: createConnector(settings),
    allowH2: false,
    connections: 4,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: LARGEST_BODY,
  });
  const fetch: OutboundFetch = async (address, init = {}) => {
    const url = new URL(address);
    if (!mayBeSpokenTo(url, settings.plainHttp)) throw new TypeError('address is not https');
    const { statusCode, headers, body } = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: init.method ?? 'GET',
      headers: { accept: 'application/json', ...init.headers, 'accept-encoding': 'identity' },
      ...(init.body === undefined ? {} : { body: init.body }),
      signal: init.signal ?? AbortSignal.timeout(TIMEOUT_MS),
    });
    const bytes = await body.arrayBuffer();
    return new Response(WITHOUT_BODY.has(statusCode) ? null : bytes, {
      status: statusCode,
      headers: keptHeaders(headers),
    });
  };
  return { fetch, close: () => agent.destroy() };
}

function keptHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const kept = new Headers();
  for (const name of KEPT_HEADERS) {
    const value = headers[name];
    // What no header can hold is left out: it must not cost the answer.
    if (typeof value === 'string' && HEADER_VALUE.test(value)) kept.set(name, value);
  }
  return kept;
}

/** True for https without user information, and for http to loopback where the configuration lets it. */
export function mayBeSpokenTo(url: URL, plainHttp: OutboundSettings['plainHttp']): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && plainHttp === 'loopback' && isLoopback(bareHost(url));
}
