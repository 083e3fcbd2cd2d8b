/** What tests of the upstream client need: datasets of one operation, contexts, and raw servers that answer as told. */
import { createServer, type Server, type Socket } from 'node:net';
import type { CanonicalRequest } from '../../src/domain/canonical-request.ts';
import type { Dataset, Operation, UpstreamAddress } from '../../src/domain/dataset.ts';
import type { UpstreamAnswer, UpstreamContext } from '../../src/exchange/ports.ts';
import { DATASET_WORDS } from './sample-words.ts';

export function aDataset(address: string, upstream: Partial<UpstreamAddress> = {}): Dataset {
  const operation: Operation = {
    name: 'look up one badge',
    slug: 'look-up-one-badge',
    method: 'GET',
    template: [{ literal: 'badges' }, { lookup: 'badge number' }],
    query: new Map(),
    body: new Map(),
    mustUse: ['badge number'],
    answer: 'one record',
    recordPath: [],
    wrapper: new Map(),
    nothingFound: { status: 404 },
    successStatus: [200],
    mediaTypes: ['application/json'],
  };
  return {
    id: 'blue-badges',
    title: 'Blue Badges',
    provider: 'northmere-city-council',
    operations: new Map([[operation.name, operation]]),
    lookups: new Map(),
    fields: new Map(),
    subjects: [],
    beingListedReveals: [],
    callersProveKey: false,
    words: DATASET_WORDS,
    testUpstream: undefined,
    upstream: {
      address,
      signIn: { kind: 'none' },
      timeoutMs: 1_000,
      largestAnswerBytes: 4 * 1024 * 1024,
      alwaysSend: new Map(),
      ...upstream,
    },
  };
}

export const A_REQUEST: CanonicalRequest = {
  method: 'GET',
  path: '/badges/XX1234',
  query: '',
  body: undefined,
};

export function aContext(more: Partial<UpstreamContext> = {}): UpstreamContext {
  return {
    exchange: '019ab000-0000-7000-8000-000000000001',
    consumerCode: 'WHV',
    mediaTypes: ['application/json'],
    role: 'civil enforcement officer',
    signal: new AbortController().signal,
    ...more,
  };
}

export async function readAll(answer: UpstreamAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = await answer.read();
    if (chunk === undefined) return Buffer.concat(chunks);
    chunks.push(chunk);
  }
}

/** Resolves as soon as `holds` does; rejects after five seconds, so that a slow machine is no failure and a hang is. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('waited for five seconds in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A server that speaks raw bytes: `speak` gets every request's text and the socket it came on. */
export class RawServer {
  readonly address: string;
  readonly port: number;
  readonly requests: string[] = [];
  readonly sockets = new Set<Socket>();
  /** How many connections were accepted since the start. */
  accepted = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    const bound = server.address();
    this.port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    this.address = `http://127.0.0.1:${this.port}`;
  }

  static async start(speak: (socket: Socket, request: string) => void): Promise<RawServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const raw = new RawServer(server);
    server.on('connection', (socket) => {
      raw.accepted += 1;
      raw.sockets.add(socket);
      socket.on('close', () => raw.sockets.delete(socket));
      socket.on('error', () => undefined);
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1');
        if (!text.includes('\r\n\r\n')) return;
        raw.requests.push(text);
        const whole = text;
        text = '';
        speak(socket, whole);
      });
    });
    return raw;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A whole JSON answer as bytes on the wire. */
export function jsonAnswer(body: string, more = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;
}
