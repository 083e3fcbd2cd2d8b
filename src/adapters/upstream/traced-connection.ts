/** One connection to an upstream (undici Client, HTTP/1.1, one request at a time), and what has become of it so far. */
import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import type { Connector } from './connector.ts';

/** The connection as those see it who send on it; the same object for whatever sockets follow one another. */
export interface Line {
  socket: Socket | undefined;
  /** Whole answers that came over the present socket. */
  answers: number;
}

/** A handler of undici's that wants to know over which connection it goes. */
export interface LineUser {
  line: Line | undefined;
}

/** Deadlines are the call's own: they count the wait for a connection as well. */
export const CONNECTION = {
  pipelining: 1,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

export class TracedConnection extends Client {
  readonly #line: Line;

  constructor(origin: string, connector: Connector, line: Line = { socket: undefined, answers: 0 }) {
    super(origin, { ...CONNECTION, connect: following(connector, line) });
    this.#line = line;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler & Partial<LineUser>,
  ): boolean {
    handler.line = this.#line;
    return super.dispatch(options, handler);
  }
}

function following(connector: Connector, line: Line): Connector {
  return (options, callback) =>
    connector(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      line.socket = socket;
      line.answers = 0;
      callback(null, socket);
    });
}
