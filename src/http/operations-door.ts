/**
 * The door of the operations port, which has no sign-in: web pages in a browser on the operator's machine are kept out, also
 * those whose name was made to point at this machine (DNS rebinding).
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';

/** Refuses what a web page asks; everything else passes. */
export const keepPagesOut: RequestHandler = (request, response, next) => {
  const wrong = cameByName(request) ?? cameFromPage(request);
  if (wrong === undefined) next();
  else response.status(403).json({ wrong });
};

/** On this machine's own addresses nobody but this machine asks, and it calls itself by no other name. */
function cameByName({ socket, headers }: IncomingMessage): string | undefined {
  if (!isLoopback(socket.localAddress ?? '')) return undefined;
  const { hostname } = URL.parse(`http://${headers.host ?? ''}`) ?? { hostname: '' };
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || isLoopback(name)) return undefined;
  return 'ask 127.0.0.1, [::1] or localhost: by another name this port answers nobody on this machine';
}

/** Browsers say which page asks (Fetch Metadata, RFC 6454); programs of operators do not. */
function cameFromPage({ headers }: IncomingMessage): string | undefined {
  const site = headers['sec-fetch-site'] ?? 'none';
  if (headers.origin === undefined && (site === 'none' || site === 'same-origin')) return undefined;
  return 'this port answers no web page: ask with a program, or open the address itself';
}

function isLoopback(address: string): boolean {
  if (isIP(address) === 0) return false;
  return address === '::1' || /^(?:::ffff:)?127\./i.test(address);
}
