/** What a server does about connections that cannot be read, take nothing, or ask nothing more (RFC 9112 section 9). */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long whoever was told that it cannot be read may take to hang up. */
const LINGER_MS = 1000;

/** What is being answered on a connection. What was answered is forgotten at once: held for long, it would slow every collection of memory. */
const answering = new WeakMap<Duplex, ServerResponse>();

/**
 * Watches the connections of a server.
 *
 * @param readerMs how long a caller may take none of the bytes that wait for it.
 */
export function limitConnections(server: Server, readerMs: number): void {
  server.prependListener('request', note).prependListener('checkContinue', note);
  server.on('clientError', refuse);
  server.timeout = readerMs;
  // Called after an idle time, too, because Node leaves all timeouts to whoever listens for one.
  server.on('timeout', (socket) => {
    if (!isUnderWay(answering.get(socket)) || socket.writableLength > 0) socket.destroy();
  });
}

function note({ socket }: { readonly socket: Socket }, response: ServerResponse): void {
  response.once('close', forget);
  if (response.socket !== null) answering.set(socket, response);
  // One that was sent before the answer to another: its turn comes.
  else response.once('socket', () => answering.set(socket, response));
}

function forget(this: ServerResponse): void {
  const { socket } = this.req;
  if (answering.get(socket) === this) answering.delete(socket);
}

function isUnderWay(response: ServerResponse | undefined): response is ServerResponse {
  return response !== undefined && !response.writableFinished && !response.destroyed;
}

/** A client that cannot be read in one way gets no second try on the same connection. */
function refuse(error: Error & { readonly code?: string }, socket: Duplex): void {
  const response = answering.get(socket);
  // INVARIANT: nothing is written into the middle of an answer.
  if (isUnderWay(response) && response.headersSent) return void socket.destroy();
  if (!socket.writable) return;
  socket.end(`HTTP/1.1 ${statusOf(error.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function statusOf(code: string | undefined): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return '431 Request Header Fields Too Large';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return '413 Content Too Large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return '408 Request Timeout';
    default:
      return '400 Bad Request';
  }
}
