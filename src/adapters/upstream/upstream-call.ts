/** One request to an upstream and its answer: undici's handler on one side, the exchange's pull on the other. */
import type { Dispatcher } from 'undici';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { GoneSignal, UpstreamAnswer } from '../../exchange/ports.ts';
import type { Deadlines, Watched } from './deadlines.ts';
import { readContentEncoding, readContentType, readRetryAfter } from './response-head.ts';
import { upstreamFailure } from './upstream-failure.ts';

/** What a call keeps to. */
export interface CallRules {
  /** Most milliseconds from the call to the headers, and without a byte of the body while one is wanted. */
  readonly timeoutMs: number;
  /** Most milliseconds for the whole. */
  readonly wholeMs: number;
  readonly largestAnswerBytes: number;
  /** True where the gateway signs in with a credential of its own, so that 401 means that it failed. */
  readonly signsIn: boolean;
  readonly deadlines: Deadlines;
  /** Called once when the call needs its place in the pool no more. */
  readonly done: () => void;
}

/** Bytes that may wait to be read before the upstream is asked to pause, and at which it may go on. */
const PAUSE_AT_BYTES = 512 * 1024;
const RESUME_AT_BYTES = 128 * 1024;

type Stage = 'waiting' | 'answering' | 'ended' | 'failed';

export class UpstreamCall implements Dispatcher.DispatchHandler, UpstreamAnswer, Watched {
  status = 0;
  mediaType = '';
  charset: string | undefined;
  contentEncoding: string | undefined;
  endsWithConnection = false;
  retryAfterSeconds: number | undefined;
  ms = 0;

  readonly #rules: CallRules;
  readonly #signal: GoneSignal;
  readonly #startedAtMs = performance.now();
  readonly #headersCame: (answer: UpstreamAnswer) => void;
  readonly #headersFailed: (error: GatewayError) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #stage: Stage = 'waiting';
  #failure: GatewayError | undefined;
  #inPool = true;
  #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #receivedBytes = 0;
  #movedAtMs = 0;
  #moved = false;
  #reader:
    | { resolve: (chunk: Buffer | undefined) => void; reject: (error: GatewayError) => void }
    | undefined;

  constructor(
    rules: CallRules,
    signal: GoneSignal,
    headersCame: (answer: UpstreamAnswer) => void,
    headersFailed: (error: GatewayError) => void,
  ) {
    this.#rules = rules;
    this.#signal = signal;
    this.#headersCame = headersCame;
    this.#headersFailed = headersFailed;
    this.#movedAtMs = this.#startedAtMs;
    signal.addEventListener('abort', this);
    rules.deadlines.watch(this);
  }

  /** The caller went away. INVARIANT: its connection ends with it; a paused one left behind would fill the pool. */
  handleEvent(): void {
    this.#fail(new GatewayError('caller-gone', 'caller went away'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== undefined) controller.abort(this.#failure);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.#stage !== 'waiting') return;
    const now = performance.now();
    this.#controller = controller;
    this.#movedAtMs = now;
    this.ms = Math.round(now - this.#startedAtMs);
    if (status === 401 && this.#rules.signsIn) {
      return this.#fail(new GatewayError('upstream-sign-in-failed', 'upstream refused the credential'));
    }
    this.status = status;
    const { mediaType, charset } = readContentType(headers['content-type']);
    this.mediaType = mediaType;
    this.charset = charset;
    this.contentEncoding = readContentEncoding(headers['content-encoding']);
    this.endsWithConnection =
      headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
    const wait = headers['retry-after'];
    if (wait !== undefined) this.retryAfterSeconds = readRetryAfter(wait, Date.now());
    this.#stage = 'answering';
    this.#headersCame(this);
    if (Number(headers['content-length'] ?? 0) > this.#rules.largestAnswerBytes) this.#fail(tooLarge());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#stage !== 'answering') return;
    this.#moved = true;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#rules.largestAnswerBytes) return this.#fail(tooLarge());
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      return reader.resolve(chunk);
    }
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= PAUSE_AT_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    this.#leave();
    if (this.#stage !== 'answering') return;
    this.#stage = 'ended';
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#leave();
    this.#fail(upstreamFailure(error, this.#stage === 'waiting' ? 'before the headers' : 'in the body'));
  }

  read(): Buffer | undefined | Promise<Buffer | undefined> {
    // After a failure nothing that came before it is handed out either: what it belongs to is not whole.
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#waitingBytes -= chunk.length;
      if (this.#waitingBytes <= RESUME_AT_BYTES && this.#controller?.paused) this.#goOn();
      return chunk;
    }
    if (this.#stage === 'ended') return undefined;
    this.#moved = true;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
    this.#reader = { resolve, reject };
    return promise;
  }

  cancel(): void {
    this.#chunks = [];
    if (this.#inPool) this.#fail(new GatewayError('upstream-error', 'answer was not wanted any more'));
  }

  check(nowMs: number): void {
    if (nowMs - this.#startedAtMs > this.#rules.wholeMs) return this.#late();
    // While this side does not read, the upstream cannot be blamed for standing still.
    if (this.#moved || this.#controller?.paused) {
      this.#moved = false;
      this.#movedAtMs = nowMs;
    }
    if (nowMs - this.#movedAtMs > this.#rules.timeoutMs) this.#late();
  }

  #goOn(): void {
    this.#moved = true;
    this.#controller?.resume();
  }

  #late(): void {
    this.#fail(
      this.#stage === 'waiting'
        ? new GatewayError('upstream-timeout', 'upstream did not answer in time')
        : new GatewayError('upstream-timeout', 'upstream stopped in the middle of its answer'),
    );
  }

  #fail(failure: GatewayError): void {
    const before = this.#stage;
    if (before === 'failed' || before === 'ended') return;
    this.#stage = 'failed';
    this.#failure = failure;
    this.#chunks = [];
    if (before === 'waiting') this.#headersFailed(failure);
    this.#reader?.reject(failure);
    this.#reader = undefined;
    if (!this.#inPool) return;
    this.#stopWatching();
    this.#controller?.abort(failure);
  }

  /** The pool has its place back: nothing more will come from undici for this call. */
  #leave(): void {
    if (!this.#inPool) return;
    this.#inPool = false;
    this.#stopWatching();
    this.#rules.done();
  }

  #stopWatching(): void {
    this.#signal.removeEventListener('abort', this);
    this.#rules.deadlines.forget(this);
  }
}

function tooLarge(): GatewayError {
  return new GatewayError('answer-too-large', 'answer is larger than the dataset allows');
}
