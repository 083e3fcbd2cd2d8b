/** The headers that every answer to a consumer carries: helmet's, and that nobody may keep a copy. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Helmet's headers and ours as a flat list of names and values. They are the same for every answer, so helmet is asked
 * once at the start instead of on every request; a test compares the list with what helmet sets on a real answer.
 */
export function standingHeaders(): readonly string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  let failed: unknown;
  helmetHeaders(request, response, (error) => {
    failed = error;
  });
  if (failed !== undefined) throw failed;
  const flat: string[] = [];
  for (const [name, value] of Object.entries(response.getHeaders())) flat.push(name, String(value));
  flat.push('cache-control', 'no-store', 'vary', 'Authorization, DPoP');
  return flat;
}

/** For an interface that serves no page: nothing may be loaded, framed, sniffed or remembered. */
const helmetHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
});

const neverKept: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

/** Sets the headers of every answer that Express makes. */
export const answerHeaders: readonly RequestHandler[] = [helmetHeaders, neverKept];
