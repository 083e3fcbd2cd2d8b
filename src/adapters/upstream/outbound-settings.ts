/** What every connection that the gateway opens keeps to: addresses, TLS, proxy. Checked whole at the start. */
import type { LookupAddress } from 'node:dns';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { certificateFault, type OwnCertificate } from './own-keys.ts';

export interface OutboundSettings {
  /** Host names, addresses and networks that may be reached though they are not public. */
  readonly allowed?: readonly string[];
  /** Whether `http:` may be used to a loopback host; elsewhere it never may. */
  readonly plainHttp?: 'never' | 'loopback';
  readonly tls?: TlsSettings;
  readonly proxy?: ProxySettings;
  /** Milliseconds for name, connection and TLS together: 5,000 unless said. */
  readonly connectTimeoutMs?: number;
  /** Looks up all addresses of a name: the system's resolver unless said. */
  readonly lookup?: (host: string) => Promise<readonly LookupAddress[]>;
}

export interface TlsSettings {
  /** Certificates in PEM that are trusted beside the public roots; a function where they may change. */
  readonly privateCa?: string | (() => string | undefined);
  readonly oldestVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** What the gateway shows of itself to a server that asks for a certificate. */
  readonly certificate?: OwnCertificate;
}

export interface ProxySettings {
  /** Address of an HTTP proxy that can CONNECT, e.g. "http://proxy.example:3128". */
  readonly address: string;
  /** The whole `Proxy-Authorization` header, where the proxy wants one. */
  readonly authorization?: string;
}

const KNOWN = {
  outbound: ['allowed', 'plainHttp', 'tls', 'proxy', 'connectTimeoutMs', 'lookup'],
  tls: ['privateCa', 'oldestVersion', 'certificate'],
  proxy: ['address', 'authorization'],
};

/**
 * Refuses what it does not know, so that a misspelt option never weakens a connection silently.
 *
 * @throws {TypeError} with every option that is unknown or wrong, in one sentence.
 */
export function checkOutboundSettings(settings: OutboundSettings): void {
  const wrong = [
    ...unknown('outbound', settings, KNOWN.outbound),
    ...unknown('TLS', settings.tls ?? {}, KNOWN.tls),
    ...unknown('proxy', settings.proxy ?? {}, KNOWN.proxy),
  ];
  const { plainHttp, tls, proxy } = settings;
  if (plainHttp !== undefined && plainHttp !== 'never' && plainHttp !== 'loopback') {
    wrong.push('outbound option `plainHttp` is neither never nor loopback');
  }
  const version = tls?.oldestVersion;
  if (version !== undefined && version !== 'TLSv1.2' && version !== 'TLSv1.3') {
    wrong.push('TLS option `oldestVersion` is neither TLSv1.2 nor TLSv1.3');
  }
  if (privateCaOf(tls)?.includes('-----BEGIN CERTIFICATE-----') === false) {
    wrong.push('TLS option `privateCa` holds no certificate in PEM');
  }
  const fault = tls?.certificate === undefined ? undefined : certificateFault(tls.certificate);
  if (fault !== undefined) wrong.push(`TLS option \`certificate\` ${fault}`);
  if (proxy !== undefined && !/^https?:$/.test(URL.parse(proxy.address)?.protocol ?? '')) {
    wrong.push('proxy option `address` is not an http address');
  }
  if (wrong.length > 0) throw new TypeError(wrong.join('; '));
}

/** The private authorities that are trusted now: the same text until they change. */
export function privateCaOf(tls: TlsSettings | undefined): string | undefined {
  return typeof tls?.privateCa === 'function' ? tls.privateCa() : tls?.privateCa;
}

/**
 * The options that every TLS connection is made with. The context is made once: to read all roots again for every
 * connection would cost more than the connection. INVARIANT: certificates are always verified.
 */
export function tlsOptions(tls: TlsSettings | undefined): TlsOptions {
  const minVersion = tls?.oldestVersion ?? 'TLSv1.2';
  const privateCa = privateCaOf(tls);
  const ca = privateCa === undefined ? {} : { ca: [...getCACertificates('default'), privateCa] };
  const own = tls?.certificate === undefined ? {} : { cert: tls.certificate.chain, key: tls.certificate.key };
  return { rejectUnauthorized: true, secureContext: createSecureContext({ minVersion, ...ca, ...own }) };
}

export interface TlsOptions {
  readonly rejectUnauthorized: true;
  readonly secureContext: SecureContext;
}

function unknown(what: string, settings: object, known: readonly string[]): string[] {
  return Object.keys(settings)
    .filter((name) => !known.includes(name))
    .map((name) => `${what} option \`${name}\` is not known: known are ${known.join(', ')}`);
}
