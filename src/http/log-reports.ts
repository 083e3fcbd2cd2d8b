/** The operations port's questions for reports about a person, a member of staff or a case. */
import express, { Router } from 'express';
import { GatewayError } from '../domain/gateway-error.ts';
import type { Credentials } from '../exchange/ports.ts';
import { RequestCredentials } from './request-credentials.ts';

/** As it came: nothing of it is checked yet. */
export interface ReportRequest {
  readonly about: string;
  /** Lines with identifiers: they go no further than into tags. */
  readonly lines: unknown;
  readonly for: unknown;
  readonly as: unknown;
  readonly withStaff: unknown;
  readonly withoutIndex: unknown;
  readonly usualHours: unknown;
  /** Who a reader without a token says to be. */
  readonly stated: unknown;
  /** By which a reader is proved, where there is an `Authorization` header. */
  readonly credentials: Credentials;
}

/** The document, once the entry of the report is durable, and what the person must not read; or what is wrong, in words. */
export type ReportMade =
  | { readonly document: string; readonly remarks: readonly string[] }
  | { readonly wrong: string; readonly status?: 401 | 403 | 503 };

export type AskForReport = (asked: ReportRequest) => Promise<ReportMade>;

const MOST_BYTES = 65_536;

/** Makes the routes. Identifiers come in the body, which no server logs; a form of another site cannot send their type. */
export function logReports(ask: AskForReport): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/log/reports/:about', express.json({ limit: MOST_BYTES }), async (request, response) => {
    const { lines, for: audience, as, withStaff, withoutIndex, usualHours, stated } = Object(request.body);
    const { about } = request.params;
    const asked = { about, lines, for: audience, as, withStaff, withoutIndex, usualHours, stated };
    const credentials = new RequestCredentials(request);
    const made = await ask({ ...asked, credentials }).catch(cannotNow);
    response.status('document' in made ? 200 : (made.status ?? 400)).json(made);
  });
  return router;
}

function cannotNow(error: unknown): Extract<ReportMade, { readonly wrong: string }> {
  if (error instanceof GatewayError) return { wrong: error.message, status: 503 };
  throw error;
}
