/** The document that tells a client where to get a token for this gateway: protected resource metadata (RFC 9728). */
import { PROOF_ALGORITHMS } from '../domain/caller.ts';
import type { Organisation } from '../domain/organisation.ts';

export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly resource_name?: string;
  readonly resource_documentation?: string;
  readonly authorization_servers?: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly bearer_methods_supported: readonly ['header'];
  readonly dpop_signing_alg_values_supported: readonly string[];
  /** Some datasets ask for a key, and a client certificate is one. */
  readonly dpop_bound_access_tokens_required: false;
  readonly tls_client_certificate_bound_access_tokens: boolean;
}

export interface ProtectedResourceSettings {
  /** Public address of the gateway, exactly as clients name it: https, no fragment. */
  readonly resource: string;
  readonly name?: string;
  readonly documentation?: string;
  /** True where callers can show client certificates. */
  readonly seesCertificates: boolean;
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/**
 * The document as the policy set has it: issuers and scopes of organisations that are active, each once, in order.
 * An empty list is left out (RFC 9728 section 3.2).
 */
export function protectedResourceMetadata(
  settings: ProtectedResourceSettings,
  organisations: Iterable<Organisation>,
): ProtectedResourceMetadata {
  const issuers = new Set<string>();
  const scopes = new Set<string>();
  for (const { active, signIn, systems } of organisations) {
    if (!active || signIn === undefined || systems.length === 0) continue;
    issuers.add(signIn.issuer);
    if (signIn.scope !== undefined) scopes.add(signIn.scope);
  }
  return {
    resource: settings.resource,
    ...(settings.name === undefined ? {} : { resource_name: settings.name }),
    ...(settings.documentation === undefined ? {} : { resource_documentation: settings.documentation }),
    ...(issuers.size === 0 ? {} : { authorization_servers: [...issuers].sort() }),
    ...(scopes.size === 0 ? {} : { scopes_supported: [...scopes].sort() }),
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    dpop_bound_access_tokens_required: false,
    tls_client_certificate_bound_access_tokens: settings.seesCertificates,
  };
}

/** Path at which the document of a resource stands: between its host and its own path (RFC 9728 section 3.1). */
export function protectedResourceMetadataPath(resource: string): string {
  const { pathname, search } = new URL(resource);
  return `${WELL_KNOWN}${pathname === '/' ? '' : pathname}${search}`;
}
