/** The Express app that consumers call: one data route, and the few documents around it. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Express, Request, Response, Router } from 'express';
import type { Outcome } from '../domain/outcome.ts';
import type { Credentials, Door, Knock } from '../exchange/ports.ts';
import { callerAddressOf } from './caller-address.ts';
import { ExchangeReply, type ReplySettings } from './exchange-reply.ts';
import { frontCheck } from './front-check.ts';
import { type GateParts, gateOf } from './gate.ts';
import { HttpKnock } from './http-knock.ts';
import { sendProblem as sendTurnedAway, type TurnedAway } from './log-door.ts';
import { inTurn } from './pipelined.ts';
import { plainApp } from './plain-app.ts';
import { isProblemCode, problemStatus, problemTitle } from './problem.ts';
import type { RefusalFlood } from './refusal-flood.ts';
import { RequestCredentials } from './request-credentials.ts';
import { answerHeaders } from './standing-headers.ts';

export interface GatewayAppParts {
  readonly exchange: (knock: Knock, door: Door) => Promise<Outcome>;
  readonly reply: ReplySettings;
  readonly flood: RefusalFlood;
  /** What is asked before a request is taken up. */
  readonly gate: Pick<GateParts, 'admission' | 'remembers' | 'onTurnedAway'>;
  readonly now: () => number;
  /** RFC 9728 document. */
  readonly resourceMetadata: () => object;
  /** `GET /exchanges/{id}/receipts`: the receipts of an exchange of whoever shows these credentials, or undefined. */
  readonly receipts: (
    credentials: Credentials,
    exchange: string,
  ) => Promise<readonly string[] | TurnedAway | undefined>;
  /** What stands under `/log`: tiles, proofs and each party's own entries. */
  readonly log: Router;
  /** `startedMs` as `performance.now()` gave it. */
  readonly onOutcome: (outcome: Outcome, startedMs: number) => void;
}

/** First segments that are no dataset (formats §1). */
const RESERVED: ReadonlySet<string> = new Set(['log', 'catalogue', 'exchanges', 'problems', '.well-known']);

/** The app behind its gate: what is not taken up reaches nothing of it. */
export function gatewayApp(parts: GatewayAppParts): RequestListener {
  const app = consumersApp(parts);
  const gate = gateOf({ ...parts, ...parts.gate, standing: parts.reply.standing });
  return (request, response) =>
    inTurn(request, response, () => gate(request, response, () => app(request, response)));
}

/** The table of contents of the consumers' face. */
function consumersApp(parts: GatewayAppParts): Express {
  const app = plainApp();
  app.set('query parser', false);

  app.use((request, response, next) => takeUp(request, response, next, parts));
  app.use(...answerHeaders);
  app.get(
    '/.well-known/oauth-protected-resource',
    (_request, response) => void response.json(parts.resourceMetadata()),
  );
  app.get('/problems/:code', describeProblem);
  app.get('/exchanges/:id/receipts', (request, response) => sendReceipts(request, response, parts));
  app.use('/log', parts.log);
  app.use((_request, response) => sendProblem(response, 'not-found'));
  app.use((_error: unknown, _request: Request, response: Response, _next: unknown) => failPlainly(response));
  return app;
}

function isReserved(target: string): boolean {
  const end = target.slice(1).search(/[/?]/);
  return RESERVED.has(end === -1 ? target.slice(1) : target.slice(1, 1 + end));
}

function takeUp(
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
  parts: GatewayAppParts,
): void {
  if (!isReserved(request.url ?? '')) return void answerExchange(request, response, parts).catch(next);
  response.once('close', () => parts.gate.admission.leave());
  if (frontCheck(request) === undefined) return next();
  parts.flood.admits(callerAddressOf(request), parts.now());
  sendProblem(response, 'target-ambiguous');
}

/** The data route: a request in, one exchange, an answer out. */
async function answerExchange(
  request: IncomingMessage,
  response: ServerResponse,
  parts: GatewayAppParts,
): Promise<void> {
  const startedMs = performance.now();
  try {
    const knock = new HttpKnock(request, response, parts.flood, parts.now);
    const outcome = await parts.exchange(knock, new ExchangeReply(response, parts.reply));
    parts.onOutcome(outcome, startedMs);
  } finally {
    parts.gate.admission.leave();
  }
}

function describeProblem(request: Request, response: Response): void {
  const code = request.params['code'];
  if (typeof code !== 'string' || !isProblemCode(code)) return sendProblem(response, 'not-found');
  response.json({ type: `/problems/${code}`, title: problemTitle(code), status: problemStatus(code) });
}

async function sendReceipts(request: Request, response: Response, parts: GatewayAppParts): Promise<void> {
  const id = String(request.params['id']);
  const receipts = await parts.receipts(new RequestCredentials(request), id).catch(() => undefined);
  if (receipts === undefined) return sendProblem(response, 'not-found');
  if ('turned' in receipts) {
    parts.flood.admits(callerAddressOf(request), parts.now());
    return sendTurnedAway(response, receipts);
  }
  response.json({ exchange: id, receipts });
}

/** A problem of the documents around the data, which no entry is about. */
function sendProblem(
  response: ServerResponse,
  code: 'not-found' | 'target-ambiguous' | 'internal-error',
): void {
  const status = problemStatus(code);
  const bytes = Buffer.from(JSON.stringify({ type: `/problems/${code}`, title: problemTitle(code), status }));
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': bytes.length,
  });
  response.end(bytes);
}

/** What nobody foresaw must not echo what was sent. */
function failPlainly(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else sendProblem(response, 'internal-error');
}
