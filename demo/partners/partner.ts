/** What the stand-in partner APIs share: a loopback server over node:http, JSON answers, and a count of the calls. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listening, listenOnLoopback } from '../listen.ts';

export interface PartnerRequest {
  readonly method: string;
  /** Without the base path and the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PartnerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One stand-in API that runs. */
export interface Partner extends Listening {
  readonly name: string;
  /** What a dataset's `upstream.address` says: origin and base path. */
  readonly address: string;
  readonly origin: string;
  /** Requests for data so far, whatever came of them; sign-ins are not counted. */
  calls(): number;
  close(): Promise<void>;
}

export interface PartnerSettings {
  readonly name: string;
  readonly basePath: string;
  readonly port: number;
  /** Answers a request for data. */
  answer(request: PartnerRequest): PartnerAnswer;
  /** Answers outside the base path (signing in), or undefined where there is nothing. */
  besides?(request: PartnerRequest, origin: string): PartnerAnswer | undefined;
}

const MOST_BODY_BYTES = 65_536;

/** Starts one stand-in API on the loopback address. */
export async function startPartner(settings: PartnerSettings): Promise<Partner> {
  let calls = 0;
  let origin = '';
  const handle = (request: PartnerRequest): PartnerAnswer => {
    const beside = settings.besides?.(request, origin);
    if (beside !== undefined) return beside;
    if (!request.path.startsWith(`${settings.basePath}/`))
      return jsonAnswer(404, { message: 'no such path' });
    calls += 1;
    return settings.answer({ ...request, path: request.path.slice(settings.basePath.length) });
  };
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, handle).catch(() => outgoing.destroy());
  });
  const listening = await listenOnLoopback(server, settings.port);
  origin = `http://127.0.0.1:${listening.port}`;
  return {
    ...listening,
    name: settings.name,
    origin,
    address: origin + settings.basePath,
    calls: () => calls,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

/** A JSON answer; `null` members are kept, `undefined` ones are not. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): PartnerAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** The single value of a header, or undefined where there is none or several. */
export function oneHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: PartnerRequest) => PartnerAnswer,
): Promise<void> {
  const body = await bodyOf(incoming);
  const answer =
    body === undefined ? jsonAnswer(413, { message: 'too large' }) : handle(asked(incoming, body));
  outgoing.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
  });
  outgoing.end(answer.body);
}

function asked(incoming: IncomingMessage, body: string): PartnerRequest {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
