/** The gateway's end of the thread that reads the log: hands questions over, and starts the thread again where it ends. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type {
  Answer,
  Asked,
  LogAnswering,
  MessageFromReader,
  MessageToReader,
  QuestionName,
} from './log-question.ts';

export interface LogQuestionsParts {
  readonly config: Config;
  /** Told where a question met a defect, or the thread ended. */
  readonly onFault: (fault: string) => void;
  /** Another thread, for tests. */
  readonly threadUrl?: URL;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: GatewayError) => void;
}

const START_AGAIN_MS = 1000;
/** A question that takes more memory than this ends the thread, and not the gateway. */
const MOST_MEMORY_MB = 1024;

export class LogQuestionsThread implements LogAnswering {
  readonly #parts: LogQuestionsParts;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #asked = 0;
  #again: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(parts: LogQuestionsParts) {
    this.#parts = parts;
    this.#start();
  }

  /** @throws {GatewayError} with the code and the words of whatever is in the way; `log-unavailable` while no thread runs. */
  async ask<Name extends QuestionName>(name: Name, asked: Asked<Name>): Promise<Answer<Name>> {
    const worker = this.#worker;
    if (worker === undefined) throw notNow();
    this.#asked += 1;
    const id = this.#asked;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    worker.postMessage({ type: 'ask', id, name, asked } satisfies MessageToReader);
    // The thread answers a question by its name, as `LogAnswers` promises.
    return (await answer) as Answer<Name>;
  }

  /** Ends the thread. Questions that wait are refused. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#again);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = once(worker, 'exit');
    worker.postMessage({ type: 'close' } satisfies MessageToReader);
    await ended;
  }

  #start(): void {
    const url = this.#parts.threadUrl ?? new URL('./log-reader-thread.ts', import.meta.url);
    const worker = new Worker(url, {
      workerData: this.#parts.config,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    });
    worker.on('message', (message: MessageFromReader) => this.#hear(message));
    worker.on('error', (error) => this.#parts.onFault(`the reader thread failed: ${nameOf(error)}`));
    worker.on('exit', () => this.#ended());
    this.#worker = worker;
  }

  #hear(message: MessageFromReader): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'answer') return waiting?.resolve(message.answer);
    if (message.fault !== undefined) this.#parts.onFault(message.fault);
    waiting?.reject(new GatewayError(message.code, message.message));
  }

  #ended(): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(notNow());
    this.#waiting.clear();
    if (this.#closing) return;
    this.#parts.onFault('the reader thread has ended; it is started again');
    this.#again = setTimeout(() => this.#start(), START_AGAIN_MS);
    this.#again.unref();
  }
}

/** The kind of a fault. Its message may hold what was read. */
function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : 'unknown';
}

function notNow(): GatewayError {
  return new GatewayError('log-unavailable', 'questions to the log cannot be answered now; ask again', {
    retryAfterSeconds: 2,
  });
}
