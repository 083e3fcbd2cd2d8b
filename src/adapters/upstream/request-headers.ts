/** The headers that an upstream gets: an allow-list, made from the dataset and the gateway's own credential. */
import type { AlwaysSent, Dataset } from '../../domain/dataset.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { UpstreamContext } from '../../exchange/ports.ts';

/**
 * Names and values by turns, as undici takes them.
 *
 * INVARIANT: nothing that the caller sent is among them but the exchange's agreed facts; its token never is.
 */
export class RequestHeaders {
  readonly #standing: readonly string[];
  readonly #varying: readonly (readonly [name: string, kind: AlwaysSent['kind']])[];

  /** @param apiKey header and value of the gateway's own key at this upstream. */
  constructor(dataset: Dataset, apiKey: readonly [name: string, value: string] | undefined) {
    const standing = ['accept-encoding', 'identity'];
    const varying: [string, AlwaysSent['kind']][] = [];
    for (const [name, sent] of dataset.upstream.alwaysSend) {
      if (sent.kind === 'constant') standing.push(name, sent.value);
      else varying.push([name, sent.kind]);
    }
    if (apiKey !== undefined) standing.push(...apiKey);
    this.#standing = standing;
    this.#varying = varying;
  }

  /**
   * The headers of one request.
   *
   * @param bearer the gateway's own access token at this upstream, where it signs in with one.
   * @throws {GatewayError} `internal-error` where a header must always be sent and this exchange has nothing for it.
   */
  of(context: UpstreamContext, hasBody: boolean, bearer: string | undefined): string[] {
    const headers = ['accept', acceptedTypes(context.mediaTypes), ...this.#standing];
    for (const [name, kind] of this.#varying) headers.push(name, headerValue(kind, context));
    if (hasBody) headers.push('content-type', 'application/json');
    if (bearer !== undefined) headers.push('authorization', `Bearer ${bearer}`);
    return headers;
  }
}

function headerValue(kind: AlwaysSent['kind'], context: UpstreamContext): string {
  const value = kind === 'exchange id' ? context.exchange : sometimesThere(kind, context);
  // To leave it out could widen what the provider shows: some narrow their answer by these headers.
  if (value === undefined)
    throw new GatewayError('internal-error', `a header needs the ${kind}, which is not known`);
  return value;
}

function sometimesThere(kind: AlwaysSent['kind'], context: UpstreamContext): string | undefined {
  if (kind === 'role') return context.role;
  return kind === 'consumer code' ? context.consumerCode : undefined;
}

/** What the filter can read of this operation, so that the upstream does not answer with what another declares. */
function acceptedTypes(mediaTypes: readonly string[]): string {
  const [first = 'application/json'] = mediaTypes;
  return mediaTypes.length > 1 ? mediaTypes.join(', ') : first;
}
