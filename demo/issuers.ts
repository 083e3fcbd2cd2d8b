/** Real OpenID providers (oidc-provider), one for each organisation, each at its own path of one loopback server. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import type { Organisation } from '../src/domain/organisation.ts';
import { createIssuer, type Issuer } from './issuer.ts';
import { type Listening, listenOnLoopback } from './listen.ts';
import type { StaffMember } from './staff.ts';

export interface IssuerSettings {
  readonly organisation: Organisation;
  readonly staff: readonly StaffMember[];
  /** The systems' public keys by `client_id`, for private key JWT client authentication (RFC 7523). */
  readonly publicKeys: ReadonlyMap<string, JWK>;
}

export interface Issuers extends Listening {
  /** Exact `iss` of an organisation's tokens. */
  issuerOf(organisation: string): string;
  close(): Promise<void>;
}

/**
 * Starts the issuers.
 *
 * @param audience what the tokens' `aud` says: the gateway.
 */
export async function startIssuers(
  settings: readonly IssuerSettings[],
  audience: string,
  wantedPort: number,
): Promise<Issuers> {
  const issuers = new Map<string, Issuer>();
  const server = createServer((request, response) => route(issuers, request, response));
  const listening = await listenOnLoopback(server, wantedPort);
  const issuerOf = (organisation: string): string => `http://127.0.0.1:${listening.port}/${organisation}`;
  for (const one of settings) {
    const { id } = one.organisation;
    issuers.set(id, await createIssuer(one, issuerOf(id), audience));
  }
  return {
    ...listening,
    issuerOf,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

/** RFC 8414 puts the metadata's path before the issuer's, OpenID Connect Discovery after it: both are answered. */
const METADATA_BEFORE_PATH = /^\/\.well-known\/oauth-authorization-server(\/[^/?]+)$/;

function route(
  issuers: ReadonlyMap<string, Issuer>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = (request.url ?? '/').replace(METADATA_BEFORE_PATH, '$1/.well-known/openid-configuration');
  const organisation = /^\/([^/?]+)(?=\/)/.exec(url)?.[1];
  const issuer = organisation === undefined ? undefined : issuers.get(organisation);
  if (issuer === undefined || organisation === undefined) {
    response.writeHead(404, { 'content-length': 0 }).end();
    return;
  }
  issuer.handle(
    Object.assign(request, { originalUrl: url, url: url.slice(organisation.length + 1) }),
    response,
  );
}
