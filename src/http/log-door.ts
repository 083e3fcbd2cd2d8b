/** The door to the log: who reads is settled and the reading recorded before anything of the log is sent. */

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Sees } from '../audit-log/proving/party-entries.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { Credentials } from '../exchange/ports.ts';
import { callerAddressOf } from './caller-address.ts';
import { type ProblemCode, problemStatus, problemTitle } from './problem.ts';
import { RequestCredentials } from './request-credentials.ts';

/** What the log says of a reading: codes, counts and ranges, nothing that names a person. */
export interface ReadFacts {
  /** What was read, such as `proof`. */
  readonly code: string;
  /** How many entries were read, where that is known before they leave. */
  readonly records?: number;
  /** Index of the first of them. */
  readonly first?: number;
  /** How many entries the range has that was read. */
  readonly size?: number;
  /** Leaf hash of the one entry concerned, standard base64. */
  readonly entry?: string;
}

/** Somebody who may read the log. */
export interface LogReading {
  readonly sees: Sees;
  /** Makes it durable that this was read; rejects where it cannot, and then nothing may leave. */
  readonly record: (facts: ReadFacts) => Promise<void>;
  /** `DPoP-Nonce` of the answer, for the reader's next proof. */
  readonly nonce?: string | undefined;
}

/** Nobody who may read the log. */
export interface TurnedAway {
  readonly turned: ProblemCode;
  /** What is wrong and what to do. */
  readonly why: string;
  /** `WWW-Authenticate`, where a token would do. */
  readonly challenges?: readonly string[] | undefined;
  /** `DPoP-Nonce`, for the next proof. */
  readonly nonce?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Thrown by `record`: nothing is read, since the reader turned out to be nobody who may. */
export class NotRead extends Error {
  override readonly name = 'NotRead';
  readonly turnedAway: TurnedAway;

  constructor(turnedAway: TurnedAway) {
    super('the log was not read');
    this.turnedAway = turnedAway;
  }
}

/** Settles who asks, by what the request shows and the address that it came from. */
export type LogDoor = (credentials: Credentials, address: string) => Promise<LogReading | TurnedAway>;

export interface LogAnswer {
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole answer, or its pieces as they come. */
  readonly body: Uint8Array | string | AsyncIterable<string>;
}

/** Answers a request about the log: turned away, not there, or what `answer` makes for this reader. */
export function atDoor(
  door: LogDoor,
  answer: (reading: LogReading, request: Request) => Promise<LogAnswer | TurnedAway>,
): RequestHandler {
  return async (request, response) => {
    try {
      const reader = await door(new RequestCredentials(request), callerAddressOf(request));
      const made = 'turned' in reader ? reader : await answer(reader, request);
      if ('turned' in made) sendProblem(response, made);
      else await sendAnswer(response, made, 'turned' in reader ? undefined : reader.nonce);
    } catch (error) {
      // INVARIANT: what could not be recorded is not read, and what went wrong echoes nothing of the log.
      if (response.headersSent) response.destroy();
      else if (error instanceof NotRead) sendProblem(response, error.turnedAway);
      else
        sendProblem(response, {
          turned: error instanceof GatewayError ? error.code : 'internal-error',
          why: LATER,
        });
    }
  };
}

const LATER =
  'The log cannot be read now: try again in a minute, and tell whoever runs the gateway if that does not help.';

/** There is no such thing for this reader; the same words whether it is somebody else's or is nowhere. */
export function nothingHere(why: string): TurnedAway {
  return { turned: 'not-found', why };
}

/** The query of a request, whatever its app makes of queries. Each name counts once. */
export function queryOf({ originalUrl }: Request): ReadonlyMap<string, string> | undefined {
  const at = originalUrl.indexOf('?');
  const pairs = [...new URLSearchParams(at === -1 ? '' : originalUrl.slice(at + 1))];
  const query = new Map(pairs);
  return query.size === pairs.length ? query : undefined;
}

async function sendAnswer(
  response: Response,
  { type, headers = {}, body }: LogAnswer,
  nonce: string | undefined,
): Promise<void> {
  const streamed = typeof body !== 'string' && !(body instanceof Uint8Array);
  const bytes = streamed ? undefined : Buffer.from(body);
  response.writeHead(200, {
    'Cache-Control': 'no-store',
    'Content-Type': type,
    ...headers,
    ...(nonce === undefined ? {} : { 'DPoP-Nonce': nonce }),
    ...(bytes === undefined ? {} : { 'Content-Length': bytes.length }),
  });
  if (streamed) await pipeline(Readable.from(body), response);
  else response.end(bytes);
}

/** The answer to somebody who may not read, or asks for what is not there. */
export function sendProblem(response: ServerResponse, away: TurnedAway): void {
  const { turned, why, challenges, nonce, retryAfterSeconds } = away;
  const status = problemStatus(turned);
  const document = { type: `/problems/${turned}`, title: problemTitle(turned), status, detail: why };
  const bytes = Buffer.from(JSON.stringify(document));
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': bytes.length,
    ...(challenges === undefined ? {} : { 'WWW-Authenticate': [...challenges] }),
    ...(nonce === undefined ? {} : { 'DPoP-Nonce': nonce }),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
  });
  response.end(bytes);
}
