/** The headers that every answer to a consumer carries: helmet's, and that nobody may keep a copy. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/**
 * Helmet's headers and ours as a flat list of names and values. They are the same for every answer, so helmet is asked
 * once at the start instead of on every request; a test compares the list with what helmet sets on a real answer.
 */
export function standingHeaders(): readonly string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  let failed: unknown;
  answerHeaders(request, response, (error) => {
    failed = error;
  });
  if (failed !== undefined) throw failed;
  const flat: string[] = [];
  for (const [name, value] of Object.entries(response.getHeaders())) flat.push(name, String(value));
  flat.push('cache-control', 'no-store', 'vary', 'Authorization, DPoP');
  return flat;
}

/** Helmet for an interface that serves no page: nothing may be loaded, framed, sniffed or remembered. */
export const answerHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
});
