/** The witness app (C2SP tlog-witness v1.0.0): takes checkpoints of the logs that it follows, and gives cosignatures. */
import express, { type Express, type Response } from 'express';
import { plainApp } from './plain-app.ts';
import { answerHeaders } from './standing-headers.ts';

/** The answer to `add-checkpoint` by its HTTP status. */
export type WitnessAnswer =
  | { readonly status: 200; readonly lines: string }
  | { readonly status: 409; readonly known: number }
  | { readonly status: 400 | 403 | 404 | 422; readonly why: string };

export interface WitnessAppParts {
  readonly addCheckpoint: (body: string) => WitnessAnswer;
  /** The newest cosigned checkpoint of the log whose origin has this SHA-256 in hexadecimal. */
  readonly checkpoint: (originSha256: string) => string | undefined;
  /** Media type of the body of a 409. */
  readonly sizeType: string;
}

/** A checkpoint with 64 signatures of the largest kind that is passed over, and a proof of 63 hashes. */
const LARGEST_REQUEST = '256kb';
const PLAIN = 'text/plain; charset=utf-8';

/** Builds the app. */
export function witnessApp(parts: WitnessAppParts): Express {
  const app = plainApp();
  app.use(...answerHeaders);
  app.post('/add-checkpoint', express.raw({ type: '*/*', limit: LARGEST_REQUEST }), (request, response) => {
    const body = textOf(request.body);
    if (body === undefined) return say(response, 400, 'the request is not text in UTF-8');
    answer(response, parts.addCheckpoint(body), parts.sizeType);
  });
  app.get('/:originSha256/checkpoint', (request, response) => {
    const note = parts.checkpoint(request.params.originSha256);
    if (note === undefined) return say(response, 404, 'no checkpoint of this log was cosigned');
    response.type(PLAIN).send(note);
  });
  app.use((_request, response) => say(response, 404, 'there is nothing here'));
  app.use((error: unknown, _request: unknown, response: Response, _next: unknown) => {
    if (response.headersSent) return;
    if (statusOf(error) === 413) say(response, 413, 'the request is too large');
    else if (statusOf(error) === 400) say(response, 400, 'the request cannot be read');
    else say(response, 500, 'this cannot be answered now; nothing was cosigned');
  });
  return app;
}

function answer(response: Response, verdict: WitnessAnswer, sizeType: string): void {
  if (verdict.status === 200) return void response.type(PLAIN).send(verdict.lines);
  if (verdict.status !== 409) return say(response, verdict.status, verdict.why);
  // The type has no charset: the protocol names it letter by letter.
  response.status(409).setHeader('Content-Type', sizeType);
  response.end(`${verdict.known}\n`);
}

function say(response: Response, status: number, why: string): void {
  response.status(status).type(PLAIN).send(`${why}\n`);
}

function textOf(body: unknown): string | undefined {
  if (!Buffer.isBuffer(body)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
}
