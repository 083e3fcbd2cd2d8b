/** What an HTTP request shows of its sender, each part read only when it is asked for. */
import type { IncomingMessage } from 'node:http';
import type { ClientCertificate, Credentials } from '../exchange/ports.ts';
import { clientCertificateOf } from './client-certificate.ts';

/** A request as Node parsed it; Express adds the target as it came, before a router took its own part off. */
type ShownRequest = IncomingMessage & { readonly originalUrl?: string };

export class RequestCredentials implements Credentials {
  readonly #request: ShownRequest;

  constructor(request: ShownRequest) {
    this.#request = request;
  }

  get authorization(): string | undefined {
    return this.#request.headers.authorization;
  }

  /** Where it was sent twice Node joins the two with a comma, which no proof holds. */
  get dpop(): string | undefined {
    const value = this.#request.headers['dpop'];
    return typeof value === 'string' ? value : undefined;
  }

  get organisation(): string | undefined {
    return this.#once('exchange-organisation');
  }

  get personAssertion(): string | undefined {
    return this.#once('exchange-person-assertion');
  }

  get method(): string {
    return this.#request.method ?? '';
  }

  get path(): string {
    const target = this.#request.originalUrl ?? this.#request.url ?? '';
    const end = target.indexOf('?');
    return end === -1 ? target : target.slice(0, end);
  }

  get certificate(): ClientCertificate | undefined {
    return clientCertificateOf(this.#request);
  }

  /** A header that the front check lets stand at most once. An empty one is as good as none. */
  #once(name: string): string | undefined {
    const value = this.#request.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }
}
