/** The gateway's own credentials at providers: each is bound to one host, and goes nowhere else (docs/formats/upstream.md). */
import type { Dataset } from '../../domain/dataset.ts';
import type { AssertionAlgorithm, OwnCertificate } from './own-keys.ts';

/** INVARIANT: `host` comes from the gateway's own configuration, so no policy file can send a secret elsewhere. */
export type UpstreamSecret = ApiKey | CertificateAlone | ClientCredentials;

export interface ApiKey {
  readonly kind: 'api key';
  /** Host, and port where it is not the default one, as in the dataset's address. */
  readonly host: string;
  readonly value: string;
  /** Shown at every connection to the host, beside the key. */
  readonly certificate?: OwnCertificate;
}

/** Mutual TLS and nothing else. */
export interface CertificateAlone {
  readonly kind: 'client certificate';
  readonly host: string;
  readonly certificate: OwnCertificate;
}

/** How the gateway proves at a token endpoint who it is: the names of IANA's registry (RFC 7591, RFC 7523, RFC 8705). */
export const AUTHENTICATIONS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
] as const;
export type Authentication = (typeof AUTHENTICATIONS)[number];

export interface ClientCredentials {
  readonly kind: 'oauth client credentials';
  readonly host: string;
  readonly clientId: string;
  /** Exact issuer of the token endpoint that the gateway signs in at. */
  readonly tokenIssuer: string;
  /** Where tokens are had, for an issuer that publishes no metadata. */
  readonly tokenEndpoint?: string;
  /** Without it the client secret is posted where the issuer says that it takes that, and sent by HTTP Basic elsewhere. */
  readonly authentication?: Authentication;
  readonly clientSecret?: string;
  readonly signing?: AssertionSigning;
  /** Shown to the host at every connection, and to the issuer where the gateway signs in by it: tokens may be bound to it. */
  readonly certificate?: OwnCertificate;
}

/** What signs the gateway's assertions (RFC 7523). */
export interface AssertionSigning {
  /** Private key in PEM. */
  readonly key: string;
  /** Where it is not said, the one that fits the key best. */
  readonly algorithm?: AssertionAlgorithm;
  readonly keyId?: string;
  /** `aud` of the assertions: the issuer unless said. Some providers want the address of their token endpoint. */
  readonly audience?: string;
}

export type UpstreamSecrets = ReadonlyMap<string, UpstreamSecret>;

/** True where the gateway shows its certificate to the token issuer. */
export function signsInByCertificate({ authentication }: ClientCredentials): boolean {
  return authentication === 'tls_client_auth' || authentication === 'self_signed_tls_client_auth';
}

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
  if (secret.certificate !== undefined && !address.startsWith('https:')) {
    return `secret \`${signIn.secret}\` has a certificate, which only an https address can be shown`;
  }
  if (signIn.kind !== 'oauth client credentials' || secret.kind !== 'oauth client credentials') return secret;
  if (secret.tokenIssuer === signIn.issuer) return secret;
  return `secret \`${signIn.secret}\` is bound to another token issuer`;
}
