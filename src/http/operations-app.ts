/** The operations app: health, metrics and the log for the operator, on a port of its own. */
import express, { type Express, type Response } from 'express';
import { answerHeaders } from './standing-headers.ts';

export interface OperationsAppParts {
  /** Sentences that say why the gateway is not ready; empty when it is. */
  readonly notReady: () => readonly string[];
  /** Sentences about what is not as it should be although the gateway is ready. */
  readonly attention: () => readonly string[];
  /** Takes up a signed stop, and says which stand. */
  readonly stops: {
    readonly take: (order: string) => Promise<{ readonly taken: string } | { readonly wrong: string }>;
    readonly standing: () => readonly StandingStop[];
  };
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Lists entries, newest first, and records that they were read. */
  readonly list: (query: EntryQuery) => Promise<readonly ListedEntry[]>;
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

export interface EntryQuery {
  readonly most: number;
  /** Entries with a smaller index only. */
  readonly before: number | undefined;
  readonly exchange: string | undefined;
  readonly kind: string | undefined;
}

export interface ListedEntry {
  readonly index: number;
  readonly leafHash: string;
  readonly leaf: unknown;
}

const MOST_LISTED = 500;
const MOST_ORDER_BYTES = 4096;
const LARGEST_ORDER = '16kb';

/** Builds the app. */
export function operationsApp(parts: OperationsAppParts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.use(answerHeaders);
  app.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.get('/health/live', (_request, response) => void response.json({ status: 'live' }));
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
  app.get('/log/entries', async (request, response) => {
    const query = readQuery(request.query);
    if (query === undefined)
      return void response.status(400).json({ wrong: 'most, before, exchange or kind' });
    response.json({ entries: await parts.list(query) });
  });
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

function sendReadiness(response: Response, { notReady, attention }: OperationsAppParts): void {
  const why = notReady();
  response
    .status(why.length === 0 ? 200 : 503)
    .json({ status: why.length === 0 ? 'ready' : 'not ready', why, attention: attention() });
}

function readQuery(query: Record<string, unknown>): EntryQuery | undefined {
  const most = wholeNumber(query['most'] ?? '50');
  const before = query['before'] === undefined ? undefined : wholeNumber(query['before']);
  const exchange = query['exchange'];
  const kind = query['kind'];
  if (most === undefined || most < 1 || most > MOST_LISTED) return undefined;
  if (query['before'] !== undefined && before === undefined) return undefined;
  if (exchange !== undefined && (typeof exchange !== 'string' || !/^[0-9a-f-]{36}$/.test(exchange)))
    return undefined;
  if (kind !== undefined && (typeof kind !== 'string' || !/^[a-z-]{1,20}$/.test(kind))) return undefined;
  return { most, before, exchange, kind };
}

function wholeNumber(text: unknown): number | undefined {
  return typeof text === 'string' && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}
