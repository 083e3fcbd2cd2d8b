/** How the gateway speaks to issuers that it asks about opaque tokens: its credentials, and connections under its certificates. */
import type { ClientCertificatePem } from '../../adapters/oidc/issuer-secrets.ts';
import type { OpaqueTokenSettings } from '../../adapters/oidc/opaque-tokens.ts';
import { createOutboundFetch, type OutboundFetch } from '../../adapters/upstream/outbound-fetch.ts';
import type { OutboundSettings } from '../../adapters/upstream/outbound-settings.ts';
import { certificateName } from '../../adapters/upstream/own-keys.ts';
import { type WatchedCertificate, watchedIn } from '../settings/certificate-expiry.ts';
import { IssuerSecretsFile } from '../settings/issuer-secrets-file.ts';

export interface IssuerConnectionsParts {
  /** Undefined where no issuer is asked. */
  readonly secretsFile: string | undefined;
  readonly outbound: OutboundSettings;
  /** For whatever needs no certificate. */
  readonly fetch: OutboundFetch;
  /** Told in one sentence why a changed file of credentials is not used. */
  readonly onFault: (why: string) => void;
}

export class GatewayAtIssuers implements OpaqueTokenSettings {
  readonly ask: OutboundFetch;
  readonly plainHttp: boolean;
  readonly #outbound: OutboundSettings;
  readonly #secrets: IssuerSecretsFile;
  readonly #opened = new Map<string, ReturnType<typeof createOutboundFetch>>();

  /** @throws {ConfigError} where the file of credentials cannot be used. */
  constructor({ secretsFile, outbound, fetch, onFault }: IssuerConnectionsParts) {
    this.ask = fetch;
    this.plainHttp = outbound.plainHttp === 'loopback';
    this.#outbound = outbound;
    this.#secrets = new IssuerSecretsFile(secretsFile, onFault);
  }

  readonly secrets = () => this.#secrets.current();

  /** Connections that were opened under one certificate are never used under another. */
  readonly askUnder = (certificate: ClientCertificatePem): OutboundFetch => {
    const name = certificateName(certificate);
    const known = this.#opened.get(name);
    if (known !== undefined) return known.fetch;
    const opened = createOutboundFetch({ ...this.#outbound, tls: { ...this.#outbound.tls, certificate } });
    this.#opened.set(name, opened);
    return opened.fetch;
  };

  /** The certificates that the gateway shows to issuers now. */
  certificates(): readonly WatchedCertificate[] {
    return [...this.#secrets.current()].flatMap(([name, secret]) =>
      secret.kind === 'client certificate'
        ? watchedIn(
            secret.certificate.chain,
            `issuer ${name}`,
            `the certificate of the issuer secret ${name}`,
          )
        : [],
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.values()].map(({ close }) => close()));
  }
}
