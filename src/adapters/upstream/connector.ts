/** Opens the gateway's connections: address checked after its lookup and pinned, TLS verified, proxy where there is one. */
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { AllowedPlaces } from './network-addresses.ts';
import {
  checkOutboundSettings,
  type OutboundSettings,
  privateCaOf,
  type TlsOptions,
  type TlsSettings,
  tlsOptions,
} from './outbound-settings.ts';
import { openTunnel } from './proxy-tunnel.ts';

export type Connector = buildConnector.connector;

/** A name led, or a literal address was, to where this gateway may not connect. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ADDRESS_REFUSED';
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Makes the connector of all pools.
 *
 * @throws {TypeError} where the settings hold an unknown or wrong option.
 */
export function createConnector(settings: OutboundSettings): Connector {
  checkOutboundSettings(settings);
  const places = new AllowedPlaces(settings.allowed ?? []);
  const timeout = settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const lookup = checkedLookup(places, settings.lookup ?? lookUpAll);
  const make = (privateCa: string | undefined) => {
    const { tls, tlsOfProxy } = tlsOfBoth(settings.tls);
    return { privateCa, tlsOfProxy, connect: buildConnector({ ...tls, allowH2: false, timeout, lookup }) };
  };
  let made = make(privateCaOf(settings.tls));
  const { proxy } = settings;
  return (options, callback) => {
    const { hostname, protocol } = options;
    // A literal address is connected to without a lookup, so it is judged here.
    if (isIP(hostname) !== 0 && !places.allows(hostname, hostname)) {
      return callback(new AddressRefused('address is not allowed'), null);
    }
    const privateCa = privateCaOf(settings.tls);
    if (privateCa !== made.privateCa) made = make(privateCa);
    const { connect, tlsOfProxy } = made;
    if (proxy === undefined) return connect(options, callback);
    const port = options.port || (protocol === 'https:' ? '443' : '80');
    const authority = `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
    // Behind a proxy the name is the proxy's to look up: only literal addresses can be judged.
    openTunnel(
      proxy,
      authority,
      timeout,
      (error, socket) => {
        if (error !== null || socket === undefined) return callback(error ?? new Error('no tunnel'), null);
        if (protocol !== 'https:') return callback(null, socket);
        connect({ ...options, httpSocket: socket }, callback);
      },
      tlsOfProxy,
    );
  };
}

/** A proxy on the way is not whom the gateway's certificate is for. */
function tlsOfBoth(settings: TlsSettings | undefined): { tls: TlsOptions; tlsOfProxy: TlsOptions } {
  const tls = tlsOptions(settings);
  const { certificate, ...shownToAll } = settings ?? {};
  return { tls, tlsOfProxy: certificate === undefined ? tls : tlsOptions(shownToAll) };
}

/**
 * INVARIANT: the socket connects to the very addresses that were judged; there is no second lookup that a name server
 * could answer differently. One refused address among several refuses the name.
 */
function checkedLookup(
  places: AllowedPlaces,
  lookUp: NonNullable<OutboundSettings['lookup']>,
): LookupFunction {
  return (host, options, callback) => {
    lookUp(host).then(
      (found) => {
        const [first] = found;
        if (first === undefined) return callback(new Error('name has no address'), []);
        if (!found.every(({ address }) => places.allows(host.toLowerCase(), address))) {
          return callback(new AddressRefused('name leads to an address that is not allowed'), []);
        }
        if (options.all === true) return callback(null, [...found]);
        callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}

function lookUpAll(host: string): ReturnType<NonNullable<OutboundSettings['lookup']>> {
  return systemLookup(host, { all: true, verbatim: true });
}
