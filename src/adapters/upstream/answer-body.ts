/** The body of an answer between the connection that it comes over and the reader who pulls it. */

/** Bytes that may wait to be read before the upstream is asked to pause, and at which it may go on. */
const PAUSE_AT_BYTES = 512 * 1024;
const RESUME_AT_BYTES = 128 * 1024;

export class AnswerBody {
  #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #ended = false;
  /** Of all that came. */
  receivedBytes = 0;
  #reader: { resolve: (chunk: Buffer | undefined) => void; reject: (error: Error) => void } | undefined;

  /** So much waits that no more should come for now. */
  get isFull(): boolean {
    return this.#waitingBytes >= PAUSE_AT_BYTES;
  }

  get hasRoom(): boolean {
    return this.#waitingBytes <= RESUME_AT_BYTES;
  }

  put(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      return reader.resolve(chunk);
    }
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
  }

  /** Nothing more comes. */
  end(): void {
    this.#ended = true;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
  }

  /** Whoever waits hears of it; what came before is dropped, for it belongs to something that is not whole. */
  fail(error: Error): void {
    this.drop();
    this.#reader?.reject(error);
    this.#reader = undefined;
  }

  drop(): void {
    this.#chunks = [];
    this.#waitingBytes = 0;
  }

  /** The next bytes, undefined after the last, or a promise of either. One reader at a time. */
  take(): Buffer | undefined | Promise<Buffer | undefined> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#waitingBytes -= chunk.length;
      return chunk;
    }
    if (this.#ended) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
    this.#reader = { resolve, reject };
    return promise;
  }
}
