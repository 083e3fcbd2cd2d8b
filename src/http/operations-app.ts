/** The operations app: health, metrics and the log for the operator, on a port of its own. */
import express, { type Express, type RequestHandler, type Response, type Router } from 'express';
import { type LogBackupParts, logBackups } from './log-backups.ts';
import { type LogUpkeepOrders, logUpkeep } from './log-upkeep.ts';
import { keepPagesOut } from './operations-door.ts';
import { plainApp } from './plain-app.ts';
import { answerHeaders } from './standing-headers.ts';

export interface OperationsAppParts {
  /** Sentences that say why the gateway is not ready; empty when it is. */
  readonly notReady: () => readonly string[];
  /** Sentences about what is not as it should be although the gateway is ready. */
  readonly attention: () => readonly string[];
  /** How far the log is countersigned outside, in one sentence. */
  readonly countersigned: () => string;
  /** Takes up a signed stop, and says which stand. */
  readonly stops: {
    readonly take: (order: string) => Promise<{ readonly taken: string } | { readonly wrong: string }>;
    readonly standing: () => readonly StandingStop[];
  };
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Routes that ask the log. */
  readonly askLog: RequestHandler;
  /** What stands under `/log` beside the list: tiles, proofs, evidence, export. */
  readonly proving: Router;
  /** Enters backups, and receipts of entries that an older log lost. */
  readonly backups: LogBackupParts;
  /** Carries out orders to erase, holds and retention. */
  readonly keeping: LogUpkeepOrders;
  /** Carries out an order about the lists of people who are held back. */
  readonly people: (order: PeopleOrder) => Promise<PeopleAnswer>;
}

export interface StandingStop {
  readonly order: string;
  readonly agreement: string;
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/** As it came: nothing of it is checked yet. */
export interface PeopleOrder {
  readonly list: string;
  readonly order: string;
  readonly kind?: unknown;
  /** An identifier: it goes no further than into a tag. */
  readonly value?: unknown;
  readonly by?: unknown;
}

/** What became of an order, or what is wrong with it. Neither holds an identifier. */
export type PeopleAnswer =
  | { readonly said: string; readonly people?: readonly unknown[] }
  | { readonly wrong: string };

const MOST_ORDER_BYTES = 4096;
const LARGEST_ORDER = '16kb';

/** Builds the app. */
export function operationsApp(parts: OperationsAppParts): Express {
  const app = plainApp();
  app.use(...answerHeaders);
  app.use(keepPagesOut);
  app.get('/health/live', (_request, response) => void response.json({ status: 'live' }));
  app.get('/health', (_request, response) => sendReadiness(response, parts));
  app.get('/health/ready', (_request, response) => sendReadiness(response, parts));
  app.get('/policies/stops', (_request, response) => void response.json({ stops: parts.stops.standing() }));
  app.post(
    '/policies/stops',
    express.text({ type: '*/*', limit: LARGEST_ORDER }),
    async (request, response) => {
      const taken = await parts.stops.take(typeof request.body === 'string' ? request.body : '');
      response.status('taken' in taken ? 200 : 400).json(taken);
    },
  );
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await parts.metrics();
    response.type(contentType).send(text);
  });
  app.use(parts.askLog);
  app.use('/log', parts.proving);
  app.use(logBackups(parts.backups));
  app.use(logUpkeep(parts.keeping));
  // A form of another site cannot send this type, so no browser can be made to give an order.
  app.post('/people/:list/:order', express.json({ limit: MOST_ORDER_BYTES }), async (request, response) => {
    const { list, order } = request.params;
    const answer = await parts.people({ ...Object(request.body), list, order });
    response.status('wrong' in answer ? 400 : 200).json(answer);
  });
  app.use((_request, response) => void response.status(404).json({ wrong: 'there is nothing here' }));
  app.use((_error: unknown, _request: unknown, response: Response, _next: unknown) => {
    if (!response.headersSent) response.status(503).json({ wrong: 'this cannot be answered now' });
  });
  return app;
}

function sendReadiness(response: Response, { notReady, attention, countersigned }: OperationsAppParts): void {
  const why = notReady();
  response.status(why.length === 0 ? 200 : 503).json({
    status: why.length === 0 ? 'ready' : 'not ready',
    why,
    attention: attention(),
    countersigned: countersigned(),
  });
}
