/** The certificate whose key the sender of a request proved: in the TLS handshake, or to a proxy that says so (RFC 9440). */
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isInNetworks, type Network } from '../domain/network.ts';
import { fromBase64 } from '../encoding/base64.ts';
import type { ClientCertificate } from '../exchange/ports.ts';

/** The proxies that end TLS before the gateway and say whose certificate they saw. */
export interface TlsProxies {
  readonly networks: readonly Network[];
  /** Base64url SHA-256 of the certificates by which they prove who they are. On this machine itself none is needed. */
  readonly certificates: ReadonlySet<string>;
}

/** Most of them remembered; a proxy sends the same few again and again. */
const MOST_REMEMBERED = 500;
const LEAST_RSA_BITS = 2048;
const GOOD_CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
/** A byte sequence and nothing after it (RFC 8941 section 3.3.5). */
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/;

const ofConnections = new WeakMap<Socket, ClientCertificate | undefined>();
const ofHeaders = new Map<string, ClientCertificate | undefined>();
const proxyConnections = new WeakSet<Socket>();

/**
 * The certificate of this request's sender, or undefined where it proved the key of none. Nobody has looked at who issued
 * it or whether it is in date.
 */
export function clientCertificateOf(request: IncomingMessage): ClientCertificate | undefined {
  const { socket } = request;
  // The proxy's own certificate is never the sender's.
  if (proxyConnections.has(socket)) return ofHeader(request.headers['client-cert']);
  return socket instanceof TLSSocket ? ofConnection(socket) : undefined;
}

/** Believes these proxies, and nobody else, on the connections that `server` takes from now on. */
export function believeProxies(server: Server, proxies: TlsProxies): void {
  const note = (socket: Socket): void => {
    if (isProxy(socket, proxies)) proxyConnections.add(socket);
  };
  server.on('connection', note);
  server.on('secureConnection', note);
}

/** True for a request that came by a proxy that is believed. */
export function isFromProxy({ socket }: IncomingMessage): boolean {
  return proxyConnections.has(socket);
}

/** True for a value of `Client-Cert` from which one certificate with a key of good length can be read. */
export function isCertificateHeader(value: string): boolean {
  return ofHeader(value) !== undefined;
}

/** INVARIANT: from beyond this machine an address alone proves nothing: the hop itself must be authenticated. */
function isProxy(socket: Socket, { networks, certificates }: TlsProxies): boolean {
  const address = socket.remoteAddress ?? '';
  if (!isInNetworks(networks, address)) return false;
  if (isLoopback(address)) return true;
  const shown = socket instanceof TLSSocket ? ofConnection(socket) : undefined;
  if (shown === undefined || !certificates.has(shown.sha256)) return false;
  const now = Date.now();
  return shown.goodFromMs <= now && now <= shown.goodUntilMs;
}

function isLoopback(address: string): boolean {
  return address === '::1' || (/^(?:::ffff:)?127\./i.test(address) && isIP(address) !== 0);
}

function ofConnection(socket: TLSSocket): ClientCertificate | undefined {
  if (ofConnections.has(socket)) return ofConnections.get(socket);
  const shown = socket.getPeerX509Certificate();
  const certificate = shown === undefined ? undefined : factsOf(shown);
  ofConnections.set(socket, certificate);
  return certificate;
}

function ofHeader(value: string | string[] | undefined): ClientCertificate | undefined {
  if (typeof value !== 'string') return undefined;
  if (ofHeaders.has(value)) return ofHeaders.get(value);
  const certificate = readHeader(value);
  if (ofHeaders.size >= MOST_REMEMBERED) ofHeaders.clear();
  ofHeaders.set(value, certificate);
  return certificate;
}

function readHeader(value: string): ClientCertificate | undefined {
  const der = fromBase64(BYTE_SEQUENCE.exec(value)?.[1] ?? '');
  if (der === undefined || der.length === 0) return undefined;
  try {
    const certificate = new X509Certificate(der);
    // What it was read from may be text, or have more bytes behind it.
    return certificate.raw.equals(der) ? factsOf(certificate) : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where the key is of no known kind, or so short that whoever has the certificate could have found it. */
function factsOf(certificate: X509Certificate): ClientCertificate | undefined {
  if (!hasGoodKey(certificate)) return undefined;
  return {
    sha256: createHash('sha256').update(certificate.raw).digest('base64url'),
    goodFromMs: certificate.validFromDate.getTime(),
    goodUntilMs: certificate.validToDate.getTime(),
  };
}

function hasGoodKey(certificate: X509Certificate): boolean {
  try {
    return isGoodKey(certificate.publicKey);
  } catch {
    return false; // A kind of key that is not known here.
  }
}

function isGoodKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  switch (asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS;
    case 'ec':
      return GOOD_CURVES.has(asymmetricKeyDetails?.namedCurve);
    default:
      return asymmetricKeyType === 'ed25519' || asymmetricKeyType === 'ed448';
  }
}
