/** The TLS side of a listener (RFC 8446, RFC 5246, RFC 9325): what is spoken, and the certificate that is shown. */
import { constants, createPrivateKey, X509Certificate } from 'node:crypto';
import type { Server } from 'node:http';
import { type ServerOptions, Server as TlsServer } from 'node:https';

/** A certificate chain and the key of its first certificate, PEM. */
export interface Tls {
  readonly certificate: string;
  readonly key: string;
}

/** Forward secrecy and authenticated encryption only (RFC 9325 section 4.2): no CBC, no key exchange without a fresh key. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/**
 * Options of a listener that asks for a client certificate and does not insist on one: whether somebody needs one, and
 * which, is judged by its SHA-256, so that certificates of a private authority and self-signed ones serve alike.
 */
export function tlsOptions(tls: Tls): ServerOptions {
  return { ...contextOptions(tls), requestCert: true, rejectUnauthorized: false };
}

/**
 * Shows another certificate from the next handshake on; connections that are open go on. Does nothing to a server that
 * speaks plain HTTP.
 *
 * @throws {Error} where certificate and key are no pair or cannot be read; the server then goes on with what it has.
 */
export function renewCertificate(server: Server, tls: Tls): void {
  if (!(server instanceof TlsServer)) return;
  // No certificate at all, and a key of another kind, are taken without a word, and then nobody is served.
  const first = new X509Certificate(tls.certificate);
  if (!first.checkPrivateKey(createPrivateKey(tls.key))) throw new Error('certificate and key are no pair');
  server.setSecureContext(contextOptions(tls));
}

function contextOptions({ certificate, key }: Tls): ServerOptions {
  return {
    cert: certificate,
    key,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    // INVARIANT: whoever holds a connection holds it to its end with the one certificate of its handshake.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}
