/** The Express app that consumers call: one data route, and the few documents around it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type Request, type Response } from 'express';
import type { Outcome } from '../domain/outcome.ts';
import type { Door, Knock } from '../exchange/ports.ts';
import { ExchangeReply, type ReplySettings } from './exchange-reply.ts';
import { HttpKnock } from './http-knock.ts';
import { isProblemCode, problemStatus, problemTitle } from './problem.ts';
import type { RefusalFlood } from './refusal-flood.ts';
import { answerHeaders } from './standing-headers.ts';

export interface GatewayAppParts {
  readonly exchange: (knock: Knock, door: Door) => Promise<Outcome>;
  readonly reply: ReplySettings;
  readonly flood: RefusalFlood;
  readonly now: () => number;
  /** RFC 9728 document. */
  readonly resourceMetadata: () => object;
  /** `GET /exchanges/{id}/receipts`: the receipts of an exchange of the bearer of this token, or undefined. */
  readonly receipts: (
    authorization: string | undefined,
    exchange: string,
  ) => Promise<readonly string[] | undefined>;
  /** `startedMs` as `performance.now()` gave it. */
  readonly onOutcome: (outcome: Outcome, startedMs: number) => void;
}

/** First segments that are no dataset (formats §1). */
export const RESERVED = ['log', 'catalogue', 'exchanges', 'problems', '.well-known'] as const;

/** Builds the app. The table of contents of the consumers' face. */
export function gatewayApp(parts: GatewayAppParts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.set('query parser', false);

  app.use(
    RESERVED.map((segment) => `/${segment}`),
    answerHeaders,
    (_request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
  );
  app.get(
    '/.well-known/oauth-protected-resource',
    (_request, response) => void response.json(parts.resourceMetadata()),
  );
  app.get('/problems/:code', (request, response) => describeProblem(request, response));
  app.get('/exchanges/:id/receipts', async (request, response) => sendReceipts(request, response, parts));
  app.use(
    RESERVED.map((segment) => `/${segment}`),
    (_request, response) => void notFound(response),
  );

  app.use((request, response) => answerExchange(request, response, parts));
  app.use((error: unknown, _request: Request, response: Response, _next: unknown) =>
    failPlainly(error, response),
  );
  return app;
}

/** The data route: a request in, one exchange, an answer out. */
async function answerExchange(
  request: IncomingMessage,
  response: ServerResponse,
  parts: GatewayAppParts,
): Promise<void> {
  const startedMs = performance.now();
  const knock = new HttpKnock(request, response, parts.flood, parts.now);
  const outcome = await parts.exchange(knock, new ExchangeReply(response, parts.reply));
  parts.onOutcome(outcome, startedMs);
}

function describeProblem(request: Request, response: Response): void {
  const code = request.params['code'];
  if (typeof code !== 'string' || !isProblemCode(code)) return notFound(response);
  response.json({ type: `/problems/${code}`, title: problemTitle(code), status: problemStatus(code) });
}

async function sendReceipts(request: Request, response: Response, parts: GatewayAppParts): Promise<void> {
  const id = request.params['id'];
  const receipts =
    typeof id === 'string'
      ? await parts.receipts(request.headers.authorization, id).catch(() => undefined)
      : undefined;
  if (receipts === undefined) return notFound(response);
  response.json({ exchange: id, receipts });
}

function notFound(response: Response): void {
  response.status(problemStatus('not-found')).type('application/problem+json');
  response.send(
    JSON.stringify({ type: '/problems/not-found', title: problemTitle('not-found'), status: 404 }),
  );
}

/** Express's own errors (a malformed percent sign in a parameter) must not echo what was sent. */
function failPlainly(error: unknown, response: Response): void {
  const status =
    typeof error === 'object' && error !== null && 'status' in error && error.status === 400 ? 400 : 500;
  if (response.headersSent) return void response.destroy();
  const code = status === 400 ? 'target-ambiguous' : 'internal-error';
  response.status(status).type('application/problem+json');
  response.send(JSON.stringify({ type: `/problems/${code}`, title: problemTitle(code), status }));
}
