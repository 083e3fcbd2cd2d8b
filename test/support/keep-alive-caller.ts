/** One HTTP/1.1 connection that asks one request after the other, as bytes, and opens itself anew where it was closed. */
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';

export interface Told {
  /** 0 where the connection ended, or nothing whole came in time. */
  readonly status: number;
  /** Status line and headers. */
  readonly head: string;
  readonly body: string;
  /** Milliseconds from sending to the last byte. */
  readonly ms: number;
  /** True where the time was over. */
  readonly late: boolean;
}

const IDLE_MS = 4000;
const NOTHING = { status: 0, head: '', body: '' } as const;

export class KeepAliveCaller {
  readonly #to: TcpNetConnectOpts;
  readonly #mostMs: number;
  #socket: Socket | undefined;
  #text = '';
  #usedAt = 0;
  #whole: ((told: Omit<Told, 'ms' | 'late'>) => void) | undefined;

  /** @param mostMs how long an answer may take before the connection is given up. */
  constructor(to: TcpNetConnectOpts, mostMs = 30_000) {
    this.#to = to;
    this.#mostMs = mostMs;
  }

  /** True while an answer is awaited. */
  get isAsking(): boolean {
    return this.#whole !== undefined;
  }

  /** Sends the bytes of one request and resolves with its answer, which must say its length; never rejects. */
  ask(request: string | Uint8Array): Promise<Told> {
    const began = performance.now();
    let late = false;
    const socket = this.#open();
    const timer = setTimeout(() => {
      late = true;
      socket.destroy();
    }, this.#mostMs);
    return new Promise((resolve) => {
      this.#whole = (told) => {
        this.#whole = undefined;
        clearTimeout(timer);
        resolve({ ...told, ms: performance.now() - began, late });
      };
      socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    // The gateway is about to let go of a connection that was not used for so long, as it says in its answers (RFC 9112 section 9.3).
    if (performance.now() - this.#usedAt > IDLE_MS) this.#leave();
    this.#usedAt = performance.now();
    if (this.#socket !== undefined) return this.#socket;
    const socket = connect({ noDelay: true, ...this.#to });
    this.#socket = socket;
    this.#text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => this.#take(String(chunk)));
    socket.on('error', () => undefined);
    // The other end says that nothing more comes: what is asked next goes over a connection of its own.
    socket.on('end', () => this.#gone(socket));
    socket.on('close', () => this.#gone(socket));
    return socket;
  }

  #gone(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#whole?.(NOTHING);
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const told = wholeAnswer(this.#text);
    if (told === undefined) return;
    this.#text = '';
    if (/\r\nconnection: close\r\n/i.test(`${told.head}\r\n`)) this.#leave();
    this.#whole?.(told);
  }

  #leave(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}

/** The answer that stands whole in `text`, by its `Content-Length`; undefined before. */
function wholeAnswer(text: string): Omit<Told, 'ms' | 'late'> | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const length = Number(/\r\ncontent-length: ([0-9]+)/i.exec(head)?.[1] ?? '0');
  if (text.length < end + 4 + length) return undefined;
  return { status: Number(head.slice(9, 12)), head, body: text.slice(end + 4, end + 4 + length) };
}
