/** The gateway's own credentials at issuers that it asks about opaque tokens: each is bound to one issuer and one host. */
import type { OpaqueTokens, SignIn } from '../../domain/organisation.ts';

/** INVARIANT: `issuer` and `host` come from the gateway's own configuration, so no policy file can send one elsewhere. */
export type IssuerSecret = SharedSecret | SigningSecret | CertificateSecret;

interface Bound {
  /** Exact issuer that it is for. */
  readonly issuer: string;
  /** Host of the endpoint that it may be shown to, and port where it is not the default one. */
  readonly host: string;
  /** Client identifier of the gateway at the issuer. */
  readonly clientId: string;
}

export interface SharedSecret extends Bound {
  readonly kind: 'client secret';
  readonly clientSecret: string;
}

export interface SigningSecret extends Bound {
  readonly kind: 'private key';
  /** PKCS #8 in PEM. */
  readonly key: string;
  /** `kid` under which the issuer knows its public half, where it wants one. */
  readonly keyId?: string | undefined;
}

export interface CertificateSecret extends Bound {
  readonly kind: 'client certificate';
  readonly certificate: ClientCertificatePem;
}

/** A certificate of the gateway's own, with those that lead to its root behind it, and its key, in PEM. */
export interface ClientCertificatePem {
  readonly chain: string;
  readonly key: string;
}

export type IssuerSecrets = ReadonlyMap<string, IssuerSecret>;

const KIND_FOR: Readonly<Record<OpaqueTokens['askedWith'], IssuerSecret['kind']>> = {
  'private key jwt': 'private key',
  'mutual tls': 'client certificate',
  'client secret basic': 'client secret',
  'client secret post': 'client secret',
};

/** The credential that the organisation's file names, or a sentence on why it must not be used. Never quotes a secret. */
export function issuerSecretOf(
  { issuer }: Pick<SignIn, 'issuer'>,
  rules: OpaqueTokens,
  secrets: IssuerSecrets,
): IssuerSecret | string {
  const secret = secrets.get(rules.secret);
  const name = `issuer secret \`${rules.secret}\``;
  if (secret === undefined) return `${name} is not in the gateway's configuration`;
  if (secret.kind !== KIND_FOR[rules.askedWith]) return `${name} is not for \`${rules.askedWith}\``;
  return secret.issuer === issuer ? secret : `${name} is bound to another issuer`;
}
