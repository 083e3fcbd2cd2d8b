/** A gateway that speaks TLS, and requests to it with or without a client certificate. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, type AgentOptions, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Certificate, type CertificateWish, makeCertificate } from './certificates.ts';

/** Places of the listener's files in a gateway's folder. */
export function tlsPlaces(folder: string): { authority: string; certificate: string; key: string } {
  const tls = join(folder, 'tls');
  return {
    authority: join(tls, 'authority.pem'),
    certificate: join(tls, 'gateway.pem'),
    key: join(tls, 'gateway.key'),
  };
}

/** Writes the listener's certificate for 127.0.0.1 and localhost, of an authority of its own, and returns the settings. */
export function writeTlsFiles(folder: string, wish: CertificateWish = {}): Record<string, string> {
  const { authority, certificate, key } = tlsPlaces(folder);
  mkdirSync(join(folder, 'tls'), { recursive: true });
  const issuer = makeCertificate({ name: 'test authority', authority: true });
  const made = makeCertificate({ name: 'gateway', hosts: ['127.0.0.1', 'localhost'], issuer, ...wish });
  writeFileSync(authority, issuer.cert);
  writeFileSync(certificate, made.cert);
  writeFileSync(key, made.key, { mode: 0o600 });
  return { TLS_CERTIFICATE_FILE: certificate, TLS_KEY_FILE: key };
}

export interface TlsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TlsAsking extends Pick<AgentOptions, 'minVersion' | 'maxVersion' | 'session' | 'ciphers'> {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Shown in the handshake. */
  readonly certificate?: Pick<Certificate, 'cert' | 'key'>;
  /** Connections to use again; without one each request has a connection of its own. */
  readonly agent?: Agent;
}

/** Sends one request over TLS that trusts the gateway's test authority alone. */
export function askOverTls(
  gateway: { readonly url: string; readonly folder: string },
  path: string,
  { method = 'GET', headers = {}, body, certificate, agent, ...tls }: TlsAsking = {},
): Promise<TlsAnswer> {
  const shown = certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key };
  const ca = readFileSync(tlsPlaces(gateway.folder).authority);
  const { promise, resolve, reject } = Promise.withResolvers<TlsAnswer>();
  const asked = request(
    `${gateway.url}${path}`,
    { method, headers, ca, agent: agent ?? false, ...shown, ...tls },
    (answer) => {
      const { statusCode = 0, headers: got } = answer;
      text(answer).then((whole) => resolve({ status: statusCode, headers: got, body: whole }), reject);
    },
  );
  asked.on('error', reject).end(body);
  return promise;
}
