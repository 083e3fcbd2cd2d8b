/** The gateway's access tokens at providers: one source for each secret and scope, new where the secret is another. */
import type { UpstreamAddress } from '../../domain/dataset.ts';
import { AccessTokenSource } from './client-credentials.ts';
import { createOutboundFetch, type OutboundFetch } from './outbound-fetch.ts';
import type { OutboundSettings } from './outbound-settings.ts';
import { type ClientCredentials, signsInByCertificate } from './upstream-secrets.ts';

type OauthSignIn = Extract<UpstreamAddress['signIn'], { kind: 'oauth client credentials' }>;

/** Longer than any token is asked for: then connections made with a certificate that is not used any more are closed. */
const RETIRE_AFTER_MS = 60_000;

interface Connections {
  readonly fetch: OutboundFetch;
  readonly close: () => Promise<void>;
}

interface Source {
  readonly tokens: AccessTokenSource;
  readonly secret: string;
  /** Of its own, where it shows a certificate. */
  readonly connections: Connections | undefined;
}

export class TokenSources {
  readonly #outbound: OutboundSettings;
  readonly #shared: Connections;
  readonly #sources = new Map<string, Source>();
  readonly #retiring = new Map<Connections, NodeJS.Timeout>();

  constructor(outbound: OutboundSettings) {
    this.#outbound = outbound;
    this.#shared = createOutboundFetch(outbound);
  }

  /** The source for a dataset's sign-in with this secret. One that was made with an older secret is forgotten, its tokens with it. */
  of({ secret: name, scope }: OauthSignIn, secret: ClientCredentials): AccessTokenSource {
    const key = JSON.stringify([name, scope ?? '']);
    const known = this.#sources.get(key);
    const now = JSON.stringify(secret);
    if (known?.secret === now) return known.tokens;
    if (known?.connections !== undefined) this.#retire(known.connections);
    const connections = signsInByCertificate(secret) ? createOutboundFetch(this.#showing(secret)) : undefined;
    const { fetch } = connections ?? this.#shared;
    const tokens = new AccessTokenSource(secret, scope, fetch, this.#outbound.plainHttp === 'loopback');
    this.#sources.set(key, { tokens, secret: now, connections });
    return tokens;
  }

  async close(): Promise<void> {
    const retiring = [...this.#retiring].map(([connections, timer]) => {
      clearTimeout(timer);
      return connections.close();
    });
    const own = [...this.#sources.values()].map(({ connections }) => connections?.close());
    await Promise.all([this.#shared.close(), ...own, ...retiring]);
  }

  #showing({ certificate }: ClientCredentials): OutboundSettings {
    if (certificate === undefined) return this.#outbound;
    return { ...this.#outbound, tls: { ...this.#outbound.tls, certificate } };
  }

  /** Whoever is asking for a token with it just now gets that token. */
  #retire(connections: Connections): void {
    const close = (): void => {
      this.#retiring.delete(connections);
      void connections.close();
    };
    this.#retiring.set(connections, setTimeout(close, RETIRE_AFTER_MS).unref());
  }
}
