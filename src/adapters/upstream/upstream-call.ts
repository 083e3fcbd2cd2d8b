/** One request to an upstream and its answer: undici's handler on one side, the exchange's pull on the other. */
import type { Dispatcher } from 'undici';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { UpstreamAnswer } from '../../exchange/ports.ts';
import { AnswerBody } from './answer-body.ts';
import type { CallAsked, CallPlace, CallRules, CallSending } from './call-rules.ts';
import type { Watched } from './deadlines.ts';
import { readContentEncoding, readContentType, readRetryAfter } from './response-head.ts';
import type { Line, LineUser } from './traced-connection.ts';
import { isDeadConnection, upstreamFailure } from './upstream-failure.ts';

type Stage = 'waiting' | 'answering' | 'ended' | 'failed';

export class UpstreamCall implements Dispatcher.DispatchHandler, LineUser, UpstreamAnswer, Watched {
  line: Line | undefined;
  status = 0;
  mediaType = '';
  charset: string | undefined;
  contentEncoding: string | undefined;
  endsWithConnection = false;
  retryAfterSeconds: number | undefined;
  ms = 0;

  readonly #rules: CallRules;
  readonly #place: CallPlace;
  readonly #asked: CallAsked;
  readonly #startedAtMs = performance.now();
  readonly #headersCame: (answer: UpstreamAnswer) => void;
  readonly #headersFailed: (error: GatewayError) => void;
  #again: (() => void) | undefined;
  #dispatched = false;
  #controller: Dispatcher.DispatchController | undefined;
  /** What had come over the connection when the request was written; undefined before that, and on one never used. */
  #receivedBefore: number | undefined;
  #stage: Stage = 'waiting';
  #failure: GatewayError | undefined;
  #inPool = true;
  readonly #body = new AnswerBody();
  #movedAtMs: number;
  #moved = false;

  constructor(
    rules: CallRules,
    place: CallPlace,
    asked: CallAsked,
    headersCame: (answer: UpstreamAnswer) => void,
    headersFailed: (error: GatewayError) => void,
  ) {
    this.#rules = rules;
    this.#place = place;
    this.#asked = asked;
    this.#headersCame = headersCame;
    this.#headersFailed = headersFailed;
    this.#movedAtMs = asked.arrivedMs;
    asked.signal.addEventListener('abort', this);
    rules.deadlines.watch(this);
  }

  /** Sends it, unless it is over already: the caller went away, or the time was up, while a token was got. */
  send({ first, again }: CallSending): void {
    if (this.#failure !== undefined) return;
    this.#dispatched = true;
    this.#again = again;
    first();
  }

  /** What keeps it from being sent. */
  fail(failure: GatewayError): void {
    this.#fail(failure);
  }

  /** The caller went away. INVARIANT: its connection ends with it; a paused one left behind would fill the pool. */
  handleEvent(): void {
    this.#fail(new GatewayError('caller-gone', 'caller went away'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    const { line } = this;
    this.#receivedBefore = line === undefined || line.answers === 0 ? undefined : line.socket?.bytesRead;
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
    const wait = headers['retry-after'];
    if (wait !== undefined) this.retryAfterSeconds = readRetryAfter(wait, Date.now());
    if (isUnwell(status)) this.#place.failed(this.retryAfterSeconds);
    else this.#place.answered();
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
    this.#stage = 'answering';
    this.#headersCame(this);
    if (Number(headers['content-length'] ?? 0) > this.#rules.largestAnswerBytes) this.#fail(tooLarge());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#stage !== 'answering') return;
    this.#moved = true;
    const isTooLarge = this.#body.receivedBytes + chunk.length > this.#rules.largestAnswerBytes;
    if (isTooLarge) return this.#fail(tooLarge());
    this.#body.put(chunk);
    if (this.#body.isFull) controller.pause();
  }

  onResponseEnd(): void {
    if (this.line !== undefined) this.line.answers += 1;
    this.#leave();
    if (this.#stage !== 'answering') return;
    this.#stage = 'ended';
    this.#body.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#sentAgain(error)) return;
    const failure = upstreamFailure(error, this.#stage === 'waiting' ? 'before the headers' : 'in the body');
    if (this.#failure === undefined) this.#tellOf(failure);
    this.#leave();
    this.#fail(failure);
  }

  read(): Buffer | undefined | Promise<Buffer | undefined> {
    // After a failure nothing that came before it is handed out either: what it belongs to is not whole.
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const chunk = this.#body.take();
    if (chunk instanceof Promise) this.#moved = true;
    else if (this.#body.hasRoom && this.#controller?.paused) this.#goOn();
    return chunk;
  }

  cancel(): void {
    this.#body.drop();
    if (this.#inPool) this.#fail(new GatewayError('upstream-error', 'answer was not wanted any more'));
  }

  check(nowMs: number): void {
    if (nowMs - this.#asked.arrivedMs > this.#rules.wholeMs) return this.#late();
    // While this side does not read, the upstream cannot be blamed for standing still.
    if (this.#moved || this.#controller?.paused) {
      this.#moved = false;
      this.#movedAtMs = nowMs;
    }
    if (nowMs - this.#movedAtMs > this.#rules.timeoutMs) this.#late();
  }

  /**
   * INVARIANT: a request is sent a second time only where it changes nothing at the provider, once, and where the connection
   * died before a byte of an answer came, and had been used before: the provider most likely had closed it already.
   */
  #sentAgain(error: Error): boolean {
    const again = this.#again;
    if (again === undefined || this.#stage !== 'waiting' || !isDeadConnection(error)) return false;
    const before = this.#receivedBefore;
    if (before === undefined || this.line?.socket?.bytesRead !== before) return false;
    this.#again = undefined;
    this.#controller = undefined;
    this.#asked.onSentAgain?.();
    again();
    return true;
  }

  #goOn(): void {
    this.#moved = true;
    this.#controller?.resume();
  }

  #late(): void {
    const failure =
      this.#stage === 'waiting'
        ? new GatewayError('upstream-timeout', 'upstream did not answer in time')
        : new GatewayError('upstream-timeout', 'upstream stopped in the middle of its answer');
    // Where most of the time had gone before the call, it says little of the upstream.
    const hadTime = performance.now() - this.#startedAtMs > this.#rules.timeoutMs / 2;
    if (hadTime && this.#dispatched) this.#tellOf(failure);
    this.#fail(failure);
  }

  /** An answer is the upstream's word that it is well; some failures are its word that it is not. */
  #tellOf({ code }: GatewayError): void {
    if (code === 'upstream-unreachable' || code === 'upstream-timeout' || code === 'upstream-error')
      this.#place.failed();
  }

  #fail(failure: GatewayError): void {
    const before = this.#stage;
    if (before === 'failed' || before === 'ended') return;
    this.#stage = 'failed';
    this.#failure = failure;
    this.#body.fail(failure);
    if (before === 'waiting') this.#headersFailed(failure);
    if (!this.#dispatched) return this.#leave();
    if (!this.#inPool) return;
    this.#stopWatching();
    this.#controller?.abort(failure);
  }

  /** The pool has its place back: nothing more will come from undici for this call. */
  #leave(): void {
    if (!this.#inPool) return;
    this.#inPool = false;
    this.#stopWatching();
    this.#place.leave();
  }

  #stopWatching(): void {
    this.#asked.signal.removeEventListener('abort', this);
    this.#rules.deadlines.forget(this);
  }
}

/** What a provider answers that has too much to do, or that is not in order. */
function isUnwell(status: number): boolean {
  return status >= 500 || status === 429;
}

function tooLarge(): GatewayError {
  return new GatewayError('answer-too-large', 'answer is larger than the dataset allows');
}
