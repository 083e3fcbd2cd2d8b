/** What an issuer under a name that nobody here can serve would publish: its metadata and its keys. */
import type { JWK } from 'jose';
import type { FetchDocument } from '../../src/adapters/oidc/issuer-documents.ts';

/** Answers for that one issuer, and 404 for every other address. */
export function publishing(issuer: string, keys: readonly JWK[]): FetchDocument {
  const base = issuer.replace(/\/$/, '');
  const documents = new Map<string, object>([
    [`${base}/.well-known/openid-configuration`, { issuer, jwks_uri: `${base}/keys` }],
    [`${base}/keys`, { keys }],
  ]);
  return async (address) => {
    const document = documents.get(address);
    return document === undefined ? new Response('', { status: 404 }) : Response.json(document);
  };
}
