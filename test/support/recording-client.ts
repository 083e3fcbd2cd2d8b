/** A client over a raw socket that keeps count of every byte that reaches it, whole answers or not. */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** What came back on one request. */
export interface ReceivedAnswer {
  /** Bytes that reached the client, headers included. */
  readonly bytes: number;
  /** True where the answer ended as HTTP/1.1 says, false where the connection did first. */
  readonly whole: boolean;
  /** 0 where not even the head of the answer came. */
  readonly status: number;
  /** Header fields by lower-case name; empty without a whole head. */
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes of content, chunk framing taken off. */
  readonly content: number;
  readonly contentSha256: Buffer;
  /** The content of an answer that is not 200: a problem document. */
  readonly problem: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

/**
 * Sends one request on `socket` and resolves once the answer is whole or the connection is gone.
 *
 * @param onBytes called the moment that bytes come.
 */
export function askOver(socket: Socket, request: string, onBytes: () => void): Promise<ReceivedAnswer> {
  return new Promise((resolve) => {
    const reading = new Reading();
    const finish = (): void => {
      socket.off('data', onData);
      socket.off('close', finish);
      resolve(reading.result());
    };
    const onData = (chunk: Buffer): void => {
      onBytes();
      reading.take(chunk);
      if (reading.whole) finish();
    };
    socket.on('data', onData);
    socket.on('close', finish);
    if (socket.destroyed) finish();
    else socket.write(request);
  });
}

/** A connection to 127.0.0.1, or undefined where nobody listens. */
export function connectTo(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
}

/** One answer as it arrives. */
class Reading {
  readonly #content = createHash('sha256');
  #bytes = 0;
  #contentBytes = 0;
  #problem = '';
  #pending: Buffer = Buffer.alloc(0);
  #status = 0;
  #headers: ReadonlyMap<string, string> = new Map();
  #left = 0;
  #step: 'head' | 'content' | 'chunk size' | 'chunk' | 'trailers' | 'end' = 'head';

  get whole(): boolean {
    return this.#step === 'end';
  }

  take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#advance()) if (this.whole) return;
  }

  result(): ReceivedAnswer {
    return {
      bytes: this.#bytes,
      whole: this.whole,
      status: this.#status,
      headers: this.#headers,
      content: this.#contentBytes,
      contentSha256: this.#content.digest(),
      problem: this.#problem,
    };
  }

  /** Takes one step; false where it needs more bytes. */
  #advance(): boolean {
    switch (this.#step) {
      case 'head':
        return this.#head();
      case 'content':
        return this.#take('end');
      case 'chunk size':
        return this.#chunkSize();
      case 'chunk':
        return this.#take('chunk size');
      case 'trailers':
        return this.#trailers();
      default:
        return false;
    }
  }

  #head(): boolean {
    const end = this.#pending.indexOf(HEAD_END);
    if (end < 0) return false;
    const [statusLine = '', ...lines] = this.#pending.subarray(0, end).toString('latin1').split('\r\n');
    this.#pending = this.#pending.subarray(end + HEAD_END.length);
    this.#status = Number(statusLine.split(' ')[1]);
    this.#headers = new Map(lines.map(splitField));
    if (this.#headers.get('transfer-encoding') === 'chunked') this.#step = 'chunk size';
    else {
      this.#left = Number(this.#headers.get('content-length') ?? 0);
      this.#step = this.#left === 0 ? 'end' : 'content';
    }
    return true;
  }

  #chunkSize(): boolean {
    const end = this.#pending.indexOf(LINE_END);
    if (end < 0) return false;
    const line = this.#pending.subarray(0, end).toString('latin1');
    // The line end after a chunk's bytes comes first, as an empty line.
    this.#pending = this.#pending.subarray(end + LINE_END.length);
    if (line === '') return true;
    this.#left = Number.parseInt(line, 16);
    this.#step = this.#left === 0 ? 'trailers' : 'chunk';
    return true;
  }

  #take(next: 'end' | 'chunk size'): boolean {
    const piece = this.#pending.subarray(0, this.#left);
    if (piece.length === 0) return false;
    this.#pending = this.#pending.subarray(piece.length);
    this.#left -= piece.length;
    this.#contentBytes += piece.length;
    this.#content.update(piece);
    if (this.#status !== 200) this.#problem += piece.toString('latin1');
    if (this.#left === 0) this.#step = next;
    return true;
  }

  #trailers(): boolean {
    const end = this.#pending.indexOf(LINE_END);
    if (end < 0) return false;
    const line = this.#pending.subarray(0, end);
    this.#pending = this.#pending.subarray(end + LINE_END.length);
    if (line.length === 0) this.#step = 'end';
    return true;
  }
}

function splitField(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
