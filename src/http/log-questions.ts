/** The operations port's questions to the log: `search` with whatever is known, `list` from the newest entry back. */
import express, { type Request, type Response, Router } from 'express';
import { GatewayError } from '../domain/gateway-error.ts';
import type { Credentials } from '../exchange/ports.ts';
import { RequestCredentials } from './request-credentials.ts';

/** As it came: nothing of it is checked yet. */
export interface LogRequest {
  /** Who asks; without an `Authorization` header nobody is proved. */
  readonly credentials: Credentials;
  /** Who a reader without a token says to be. */
  readonly stated: string | undefined;
  readonly asked: Readonly<Record<string, unknown>>;
}

export interface FoundEntries {
  /** Newest first. */
  readonly entries: readonly ListedEntry[];
  /** `before` of the next page; undefined after the last. */
  readonly next: number | undefined;
  /** Number of entries that the log had: what was searched. */
  readonly size: number;
}

export interface ListedEntry {
  readonly index: number;
  /** Standard base64. */
  readonly leafHash: string;
  /** The exact text that was hashed. */
  readonly leaf: string;
}

/** What became of a question, or why there is no answer, in words. */
export type LogReply =
  | FoundEntries
  | { readonly wrong: string }
  | { readonly status: 401 | 403; readonly refused: string }
  | { readonly building: { readonly indexed: number; readonly size: number } };

export interface LogQuestionsParts {
  /** Both enter the reading in the log before they resolve. */
  readonly search: (request: LogRequest) => Promise<LogReply>;
  readonly list: (request: LogRequest) => Promise<LogReply>;
}

const MOST_BYTES = 8192;

/** Makes the routes. What is searched for stands in the body: no address, which others keep, names a person or a case. */
export function logQuestions({ search, list }: LogQuestionsParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/log/search', express.json({ limit: MOST_BYTES, strict: true }), async (request, response) => {
    await send(response, search(requestOf(request, Object(request.body))));
  });
  router.get('/log/entries', async (request, response) => {
    await send(response, list(requestOf(request, request.query)));
  });
  return router;
}

function requestOf(request: Request, { stated, ...asked }: Readonly<Record<string, unknown>>): LogRequest {
  const credentials = new RequestCredentials(request);
  return { credentials, stated: typeof stated === 'string' ? stated : undefined, asked };
}

async function send(response: Response, answer: Promise<LogReply>): Promise<void> {
  const reply = await answer.catch((error: unknown) => {
    if (error instanceof GatewayError) return error;
    throw error;
  });
  if (reply instanceof GatewayError) {
    response.status(503).json({ wrong: reply.message });
  } else if ('entries' in reply) {
    const entries = reply.entries.map(({ leaf, ...entry }) => ({ ...entry, leaf: JSON.parse(leaf) }));
    response.json({ ...reply, entries });
  } else if ('building' in reply) {
    response.status(503).setHeader('Retry-After', '2').json(reply);
  } else if ('refused' in reply) {
    response.status(reply.status).json({ wrong: reply.refused });
  } else {
    response.status(400).json(reply);
  }
}
