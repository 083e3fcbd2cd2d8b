/** Opens one connection as the gateway opens all of its own, says what came of it, and closes it; nothing is sent. */
import { TLSSocket } from 'node:tls';
import type { ConnectionSeen, TlsSeen } from '../../governance/partners/partner-seen.ts';
import { createConnector } from './connector.ts';
import { bareHost } from './network-addresses.ts';
import { mayBeSpokenTo } from './outbound-fetch.ts';
import type { OutboundSettings } from './outbound-settings.ts';

/**
 * What comes of connecting to the server of `address`: the gateway's own connector looks the name up, judges the address
 * and verifies the certificate.
 *
 * @throws {TypeError} where the settings hold an unknown or wrong option, or the address is none.
 */
export function probeConnection(address: string, settings: OutboundSettings): Promise<ConnectionSeen> {
  const url = new URL(address);
  const { host, port, protocol, origin } = url;
  if (!mayBeSpokenTo(url, settings.plainHttp)) {
    return Promise.resolve({ reached: false, address: origin, code: 'NOT_HTTPS' });
  }
  const connect = createConnector(settings);
  return new Promise((resolve) => {
    connect({ host, hostname: bareHost(url), port, protocol }, (error, socket) => {
      if (error !== null) return resolve({ reached: false, address: origin, code: codeOf(error, settings) });
      resolve({ reached: true, address: origin, tls: tlsOf(socket) });
      socket.destroy();
    });
  });
}

function tlsOf(socket: unknown): TlsSeen | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return { version: socket.getProtocol() ?? 'TLS', endsAtMs: earliestEnd(socket) };
}

/** A chain is as good as its certificate that ends first. The root stands at the end as its own issuer. */
function earliestEnd(socket: TLSSocket): number {
  let ends = Number.POSITIVE_INFINITY;
  const seen = new Set<string>();
  let certificate = socket.getPeerCertificate(true);
  while (certificate !== undefined && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    ends = Math.min(ends, Date.parse(certificate.valid_to));
    certificate = certificate.issuerCertificate;
  }
  return ends;
}

/** Errors of several addresses at once come in a bundle, whose own code is that of the first. */
function codeOf(error: Error, { proxy }: OutboundSettings): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return proxy === undefined ? error.name : 'PROXY';
}
