/** A real issuer whose faults a test chooses: what it says of itself, its keys, its clock, its certificate, redirects. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificates.ts';
import { type IssuerKey, newKey } from './test-issuer.ts';

export interface IssuerFaults {
  /** Members that take the place of the right ones. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** What the key set holds in place of the public half of the signing key. */
  readonly keys?: (key: IssuerKey) => readonly object[];
  /** How far its clock is ahead of ours. */
  readonly aheadSeconds?: number;
  readonly noDate?: boolean;
  /** The metadata stand elsewhere, and a redirect leads there. */
  readonly redirects?: boolean;
  readonly certificate?: Certificate;
  /** Status of every answer. */
  readonly status?: number;
}

export interface PartnerIssuer {
  readonly url: string;
  readonly key: IssuerKey;
  /** Paths that were asked for. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/** Starts it on loopback, with TLS where it has a certificate. */
export async function startPartnerIssuer(faults: IssuerFaults = {}): Promise<PartnerIssuer> {
  const key = await newKey('ES256');
  const asked: string[] = [];
  const { certificate } = faults;
  let url = '';
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    asked.push(request.url ?? '');
    answerAs(url, key, faults, request, response);
  };
  const server = certificate === undefined ? createServer(answer) : createTlsServer(certificate, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  url = `http${certificate === undefined ? '' : 's'}://127.0.0.1:${port}/staff`;
  return {
    url,
    key,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerAs(
  url: string,
  key: IssuerKey,
  faults: IssuerFaults,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.sendDate = false;
  const now = Date.now() + (faults.aheadSeconds ?? 0) * 1000;
  if (faults.noDate !== true) response.setHeader('date', new Date(now).toUTCString());
  const documents: Readonly<Record<string, object>> = {
    '/staff/.well-known/openid-configuration': {
      issuer: url,
      jwks_uri: `${url}/keys`,
      ...faults.metadata,
    },
    '/staff/keys': { keys: faults.keys?.(key) ?? [key.publicJwk] },
  };
  if (faults.redirects === true && request.url?.includes('.well-known') === true) {
    response.writeHead(302, { location: `${url}/elsewhere` }).end();
    return;
  }
  const document = documents[request.url ?? ''];
  const status = faults.status ?? (document === undefined ? 404 : 200);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}));
}
