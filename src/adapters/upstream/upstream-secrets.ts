/** The gateway's own credentials at providers: each is bound to one host, and goes nowhere else (docs/formats/upstream.md). */
import type { Dataset } from '../../domain/dataset.ts';

/** INVARIANT: `host` comes from the gateway's own configuration, so no policy file can send a secret elsewhere. */
export type UpstreamSecret = ApiKey | ClientCredentials;

export interface ApiKey {
  readonly kind: 'api key';
  /** Host, and port where it is not the default one, as in the dataset's address. */
  readonly host: string;
  readonly value: string;
}

export interface ClientCredentials {
  readonly kind: 'oauth client credentials';
  readonly host: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Exact issuer of the token endpoint that gets the client secret. */
  readonly tokenIssuer: string;
}

export type UpstreamSecrets = ReadonlyMap<string, UpstreamSecret>;

/** The secret of a dataset that has one, or a sentence on why it must not be used there. */
export function secretOf(dataset: Dataset, secrets: UpstreamSecrets): UpstreamSecret | string | undefined {
  const { signIn, address } = dataset.upstream;
  if (signIn.kind === 'none') return undefined;
  const secret = secrets.get(signIn.secret);
  if (secret === undefined) return `secret \`${signIn.secret}\` is not in the gateway's configuration`;
  if (secret.kind !== signIn.kind) return `secret \`${signIn.secret}\` is not of the kind \`${signIn.kind}\``;
  if (secret.host.toLowerCase() !== URL.parse(address)?.host) {
    return `secret \`${signIn.secret}\` is bound to another host than the upstream's`;
  }
  if (signIn.kind === 'api key' || secret.kind === 'api key') return secret;
  if (secret.tokenIssuer === signIn.issuer) return secret;
  return `secret \`${signIn.secret}\` is bound to another token issuer`;
}
