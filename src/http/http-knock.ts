/** An HTTP request as the exchange sees it: checked at the door, read only after the caller is proved. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Asked } from '../domain/asked.ts';
import type { RefusalCode } from '../domain/reason.ts';
import type { AskedBadly, Credentials, GoneListener, GoneSignal, Knock } from '../exchange/ports.ts';
import { callerAddressOf } from './caller-address.ts';
import { readBody, readDatasetRequest } from './dataset-request.ts';
import { frontCheck } from './front-check.ts';
import type { RefusalFlood } from './refusal-flood.ts';
import { RequestCredentials } from './request-credentials.ts';

/** Most bytes of a request body. */
export const MOST_BODY_BYTES = 64 * 1024;

export class HttpKnock implements Knock {
  readonly ambiguous: RefusalCode | undefined;
  readonly credentials: Credentials;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #flood: RefusalFlood;
  readonly #now: () => number;
  #signal: CallerGone | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, flood: RefusalFlood, now: () => number) {
    this.ambiguous = frontCheck(request);
    this.credentials = new RequestCredentials(request);
    this.#request = request;
    this.#response = response;
    this.#flood = flood;
    this.#now = now;
  }

  get signal(): GoneSignal {
    this.#signal ??= new CallerGone(this.#response);
    return this.#signal;
  }

  ask(): Asked | AskedBadly | Promise<Asked | AskedBadly> {
    if (this.#request.method !== 'POST') return readDatasetRequest(this.#request, undefined);
    return this.#askWithBody();
  }

  admitsUnprovedRefusal(): boolean {
    return this.#flood.admits(callerAddressOf(this.#request), this.#now());
  }

  async #askWithBody(): Promise<Asked | AskedBadly> {
    // The caller is proved by now, so it may be told to go on (RFC 9110 section 10.1.1).
    if (this.#request.headers.expect !== undefined) this.#response.writeContinue();
    const body = await readBody(this.#request, MOST_BODY_BYTES);
    return 'refused' in body ? body : readDatasetRequest(this.#request, body);
  }
}

/** Tells those who listen, each once, when the connection closes before the answer has left. */
class CallerGone implements GoneSignal {
  readonly #listeners = new Set<GoneListener>();
  aborted: boolean;

  constructor(response: ServerResponse) {
    this.aborted = response.destroyed;
    if (!this.aborted) response.on('close', () => response.writableFinished || this.#tell());
  }

  addEventListener(_event: 'abort', listener: GoneListener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_event: 'abort', listener: GoneListener): void {
    this.#listeners.delete(listener);
  }

  #tell(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener.handleEvent();
  }
}
