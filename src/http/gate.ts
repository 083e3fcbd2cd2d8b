/** The gate before every request of a consumer: whether it is taken up, or told at once, before any work is done, to come again. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from '../exchange/ports.ts';
import type { Admission } from './admission.ts';
import { callerAddressOf } from './caller-address.ts';
import { frontCheck } from './front-check.ts';
import { problemStatus, problemTitle } from './problem.ts';
import type { RefusalFlood } from './refusal-flood.ts';
import { RequestCredentials } from './request-credentials.ts';

export interface GateParts {
  readonly admission: Admission;
  readonly flood: RefusalFlood;
  /** True where who shows these was proved a moment ago, so that little work is left; called during floods alone. */
  readonly remembers: (credentials: Credentials) => boolean;
  /** Headers of every answer, as a flat list of names and values. */
  readonly standing: readonly string[];
  readonly now: () => number;
  readonly onTurnedAway: (code: TurnedAwayCode) => void;
}

export type TurnedAwayCode = 'overloaded' | 'too-many-refusals';

/** Calls `go` for a request that is taken up; `admission.leave` follows once it was answered. Answers every other. */
export type Gate = (request: IncomingMessage, response: ServerResponse, go: () => void) => void;

export function gateOf(parts: GateParts): Gate {
  const { admission } = parts;
  return (request, response, go) => {
    if (admission.enter()) return pass(parts, request, response, go);
    admission.park(
      () => (response.destroyed ? admission.leave() : pass(parts, request, response, go)),
      () => turnAway(parts, request, response, 'overloaded', someSeconds()),
    );
  };
}

function pass(parts: GateParts, request: IncomingMessage, response: ServerResponse, go: () => void): void {
  const { admission, flood, now, remembers } = parts;
  const address = callerAddressOf(request);
  if (flood.mayTry(address, now()) || remembers(new RequestCredentials(request))) return go();
  admission.leave();
  const seconds = flood.retryAfterSeconds(address, now());
  turnAway(parts, request, response, 'too-many-refusals', seconds);
}

/** Not all in the same second: whoever was sent away together would come back together. */
function someSeconds(): number {
  return 1 + Math.floor(Math.random() * 3);
}

function turnAway(
  { standing, onTurnedAway }: GateParts,
  request: IncomingMessage,
  response: ServerResponse,
  code: TurnedAwayCode,
  retryAfterSeconds: number,
): void {
  onTurnedAway(code);
  if (response.destroyed) return;
  const bytes = BODIES[code];
  const headers = [...standing, 'Content-Type', 'application/problem+json'];
  headers.push('Content-Length', String(bytes.length), 'Retry-After', String(retryAfterSeconds));
  // What was not read must not be taken for the next request.
  if (frontCheck(request) !== undefined || hasBody(request)) headers.push('Connection', 'close');
  response.writeHead(problemStatus(code), headers);
  response.end(bytes);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return 'transfer-encoding' in headers || (headers['content-length'] ?? '0') !== '0';
}

function bodyOf(code: TurnedAwayCode, detail: string): string {
  const [title, status] = [problemTitle(code), problemStatus(code)];
  return JSON.stringify({ type: `/problems/${code}`, title, status, detail });
}

/** In ASCII, so that they have as many bytes as signs. */
const BODIES: Readonly<Record<TurnedAwayCode, string>> = {
  overloaded: bodyOf(
    'overloaded',
    'The gateway has more to do than it can. Nothing was asked of anybody: try again later.',
  ),
  'too-many-refusals': bodyOf(
    'too-many-refusals',
    'Too many requests from this address proved nobody. Send an access token that is good.',
  ),
};
