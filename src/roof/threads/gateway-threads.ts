/** The first thread's end of the gateway's further threads: starts them, asks them, ends them; one that dies ends the gateway. */
import { Worker } from 'node:worker_threads';
import { faultInWords } from '../../adapters/telemetry/fault-line.ts';
import type { CountedMetrics } from '../../adapters/telemetry/metrics.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { RenewedTls } from '../settings/tls-upkeep.ts';
import type { FromGatewayThread, GatewayThreadData, ToGatewayThread } from './gateway-thread-messages.ts';

export interface FurtherThreads {
  /** Resolves once what the store holds counts on every thread. */
  look(): Promise<void>;
  /** Resolves once every thread goes by another certificate, or by other private authorities. */
  renew(renewed: RenewedTls): Promise<void>;
  /** What each has counted. */
  counted(): Promise<readonly CountedMetrics[]>;
  /** Lets their running exchanges finish, then ends them. */
  close(): Promise<void>;
  /** Resolves when one of them fails or ends unasked: the process must end. */
  readonly failed: Promise<Error>;
}

/**
 * Starts `count` further threads and resolves once all of them listen.
 *
 * @throws {GatewayError} `internal-error` where one of them cannot start, in its words.
 */
export async function startFurtherThreads(
  count: number,
  {
    config,
    log,
    port,
    bound,
  }: Pick<GatewayThreadData, 'config' | 'port' | 'bound'> & { readonly log: StartedLog },
): Promise<FurtherThreads> {
  const failed = Promise.withResolvers<Error>();
  const threads = Array.from({ length: count }, () => {
    const writer = log.connect();
    const { place, newestAtMs } = log;
    const workerData: GatewayThreadData = { config, place, newestAtMs, port, writer, bound };
    return new FurtherThread(workerData, failed.resolve);
  });
  const all = {
    look: async () => void (await Promise.all(threads.map((thread) => thread.ask('look')))),
    renew: async (renewed: RenewedTls) =>
      void (await Promise.all(threads.map((thread) => thread.ask('renew', renewed)))),
    counted: async () => {
      const answers = await Promise.all(threads.map((thread) => thread.ask('metrics')));
      return answers.flatMap(({ metrics }) => (metrics === undefined ? [] : [metrics]));
    },
    close: async () => void (await Promise.all(threads.map((thread) => thread.close()))),
    failed: failed.promise,
  };
  await Promise.all(threads.map((thread) => thread.listening)).catch(async (error: unknown) => {
    await all.close();
    throw error;
  });
  return all;
}

type Answer = Extract<FromGatewayThread, { type: 'answer' }>;

class FurtherThread {
  readonly #worker: Worker;
  readonly #asked = new Map<number, (answer: Answer | undefined) => void>();
  readonly #exited = Promise.withResolvers<void>();
  readonly #listening = Promise.withResolvers<void>();
  readonly #onFailed: (error: Error) => void;
  #asks = 0;
  #ended = false;
  #closing = false;

  constructor(data: GatewayThreadData, onFailed: (error: Error) => void) {
    this.#onFailed = onFailed;
    this.#worker = new Worker(new URL('./gateway-thread.ts', import.meta.url), {
      workerData: data,
      transferList: [data.writer],
    });
    this.#worker.on('message', (message: FromGatewayThread) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(faultInWords(error)));
    this.#worker.on('exit', () => this.#exit());
    this.#listening.promise.catch(() => undefined);
  }

  get listening(): Promise<void> {
    return this.#listening.promise;
  }

  /** An answer, or an empty one of a thread that has ended. */
  ask(ask: ToGatewayThread['ask'], renewed: RenewedTls = {}): Promise<Partial<Answer>> {
    if (this.#ended) return Promise.resolve({});
    return new Promise((resolve) => {
      this.#asks += 1;
      this.#asked.set(this.#asks, (answer) => resolve(answer ?? {}));
      this.#worker.postMessage({ id: this.#asks, ask, renewed } satisfies ToGatewayThread);
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#ended) return;
    await this.ask('close');
    await this.#exited.promise;
  }

  #hear(message: FromGatewayThread): void {
    if (message.type === 'listening') this.#listening.resolve();
    else if (message.type === 'failed') this.#fail(message.message);
    else {
      this.#asked.get(message.id)?.(message);
      this.#asked.delete(message.id);
    }
  }

  #fail(why: string): void {
    const error = new GatewayError('internal-error', `a thread of the gateway failed: ${why}`);
    this.#listening.reject(error);
    this.#onFailed(error);
  }

  #exit(): void {
    this.#ended = true;
    this.#exited.resolve();
    for (const settle of this.#asked.values()) settle(undefined);
    this.#asked.clear();
    if (!this.#closing) this.#fail('it ended');
  }
}
