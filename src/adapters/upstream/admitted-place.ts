/** A place at one upstream, on the way from its admission to the one request that it is for. */
import type { CanonicalRequest } from '../../domain/canonical-request.ts';
import { GatewayError, toGatewayError } from '../../domain/gateway-error.ts';
import type { UpstreamAnswer, UpstreamContext, UpstreamPlace } from '../../exchange/ports.ts';
import type { CallRules } from './call-rules.ts';
import type { AccessTokenSource } from './client-credentials.ts';
import type { RequestHeaders } from './request-headers.ts';
import { UpstreamCall } from './upstream-call.ts';
import type { PoolPlace, UpstreamPool } from './upstream-pool.ts';

/** What stays the same for every request to one dataset under the same secrets. */
export interface Route {
  readonly pool: UpstreamPool;
  readonly basePath: string;
  readonly headers: RequestHeaders;
  readonly rules: CallRules;
  readonly tokens: AccessTokenSource | undefined;
}

const RETRY_AFTER_SECONDS = 1;

/** True where the dataset's time was over before anything was asked. */
export function isLate({ rules }: Route, arrivedMs: number): boolean {
  return performance.now() - arrivedMs >= rules.timeoutMs;
}

export function noTimeLeft(): GatewayError {
  return new GatewayError('overloaded', 'no time was left to ask the upstream', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    detail: 'The time for this was over before the provider could be asked. Nothing was sent to it.',
  });
}

export class AdmittedPlace implements UpstreamPlace {
  readonly #route: Route;
  readonly #place: PoolPlace;
  readonly #arrivedMs: number;
  #used = false;

  constructor(route: Route, place: PoolPlace, arrivedMs: number) {
    this.#route = route;
    this.#place = place;
    this.#arrivedMs = arrivedMs;
  }

  leave(): void {
    if (!this.#used) this.#place.leave();
  }

  fetch(request: CanonicalRequest, context: UpstreamContext): Promise<UpstreamAnswer> {
    const why = this.#whyNot(request, context);
    if (why !== undefined) return Promise.reject(why);
    this.#used = true;
    const { tokens } = this.#route;
    if (tokens !== undefined) return this.#fetchWithToken(tokens, request, context);
    return this.#call(context, (call) => this.#send(call, request, context, undefined));
  }

  /** A token that the upstream does not take is forgotten, for the next request: this one is not sent again for it. */
  async #fetchWithToken(
    tokens: AccessTokenSource,
    request: CanonicalRequest,
    context: UpstreamContext,
  ): Promise<UpstreamAnswer> {
    let token: string | undefined;
    try {
      return await this.#call(context, async (call) => {
        token = await tokens.current();
        this.#send(call, request, context, token);
      });
    } catch (error) {
      const isRefused = error instanceof GatewayError && error.code === 'upstream-sign-in-failed';
      if (isRefused && token !== undefined) tokens.refused(token);
      throw error;
    }
  }

  /** The call stands under its deadline, and ends with its caller, from here on: whatever `begin` still waits for. */
  #call(
    { signal, onSentAgain }: UpstreamContext,
    begin: (call: UpstreamCall) => void | Promise<void>,
  ): Promise<UpstreamAnswer> {
    const asked = { signal, arrivedMs: this.#arrivedMs, onSentAgain };
    return new Promise((resolve, reject) => {
      const call = new UpstreamCall(this.#route.rules, this.#place, asked, resolve, reject);
      try {
        const begun = begin(call);
        if (begun instanceof Promise) begun.catch((error: unknown) => call.fail(toGatewayError(error)));
      } catch (error) {
        call.fail(toGatewayError(error));
      }
    });
  }

  #send(
    call: UpstreamCall,
    { method, path, query, body }: CanonicalRequest,
    context: UpstreamContext,
    bearer: string | undefined,
  ): void {
    const { pool, basePath, headers } = this.#route;
    const onWire = {
      ...{ method, body, path: `${basePath}${path}${query}` },
      headers: headers.of(context, body !== undefined, bearer),
    };
    call.send({
      first: () => pool.send(onWire, call),
      again: context.onlyReads === true ? () => pool.sendAgain(onWire, call) : undefined,
    });
  }

  /** Nothing is sent for nobody, too late, or to another host than the one that was judged. */
  #whyNot({ path }: CanonicalRequest, { signal }: UpstreamContext): GatewayError | undefined {
    if (signal.aborted) return new GatewayError('caller-gone', 'caller went away');
    if (isLate(this.#route, this.#arrivedMs)) return noTimeLeft();
    return path.startsWith('/')
      ? undefined
      : new GatewayError('internal-error', 'path does not begin with a slash');
  }
}
