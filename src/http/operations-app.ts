/** The operations app: health, metrics and the log for the operator, on a port of its own. */
import express, { type Express, type Response } from 'express';
import { answerHeaders } from './standing-headers.ts';

export interface OperationsAppParts {
  /** Sentences that say why the gateway is not ready; empty when it is. */
  readonly notReady: () => readonly string[];
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Lists entries, newest first, and records that they were read. */
  readonly list: (query: EntryQuery) => Promise<readonly ListedEntry[]>;
}

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
  app.get('/health/ready', (_request, response) => sendReadiness(response, parts.notReady()));
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
  app.use((_request, response) => void response.status(404).json({ wrong: 'there is nothing here' }));
  app.use((_error: unknown, _request: unknown, response: Response, _next: unknown) => {
    if (!response.headersSent) response.status(503).json({ wrong: 'this cannot be answered now' });
  });
  return app;
}

function sendReadiness(response: Response, why: readonly string[]): void {
  response
    .status(why.length === 0 ? 200 : 503)
    .json({ status: why.length === 0 ? 'ready' : 'not ready', why });
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
