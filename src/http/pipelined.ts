/**
 * Requests that were sent before the answer to an earlier one on their connection (RFC 9112 section 9.3.2): each is taken up
 * once the earlier answers have gone, and not at all where one of those ends the connection.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait for an earlier one; whoever sends more is cut. */
const MOST_WAITING = 100;

const waiting = new WeakMap<Socket, number>();

/**
 * Calls `begin` now, or when the request's turn comes.
 *
 * INVARIANT: what follows a request that was refused and whose connection ends reaches nobody: it may be the inside of its body.
 */
export function inTurn(request: IncomingMessage, response: ServerResponse, begin: () => void): void {
  // Node gives a response its socket when the one before it has gone.
  if (response.socket !== null) return begin();
  const { socket } = request;
  const before = waiting.get(socket) ?? 0;
  if (before === MOST_WAITING) return void socket.destroy();
  waiting.set(socket, before + 1);
  response.once('socket', () => {
    waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
    begin();
  });
}
