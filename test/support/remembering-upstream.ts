/** A provider that remembers every call before it answers anything, and serves the dataset of `bench/policies`. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { listOfRecords, oneRecord } from '../../bench/records.ts';

export interface RememberingUpstream {
  readonly origin: string;
  /** Exchange ids (`X-Request-ID`) of the calls, in order. */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

/** Long enough for parts of 500 records to be on their way when the gateway dies. */
const LONG_RECORDS = 1800;
const PIECES = 6;
const PIECE_MS = 5;

/**
 * Starts it on a free port of 127.0.0.1. It outlives the gateways that call it.
 *
 * @param onCall called the moment that a call has come.
 */
export async function rememberingUpstream(onCall: () => void): Promise<RememberingUpstream> {
  const calls: string[] = [];
  const one = oneRecord(1024).whole;
  const list = listOfRecords(50).whole;
  const long = listOfRecords(LONG_RECORDS).whole;
  const server = createServer((request, response) => {
    calls.push(String(request.headers['x-request-id']));
    onCall();
    const path = request.url ?? '';
    if (path.startsWith('/wards/')) return void sendInPieces(response, long);
    if (path.startsWith('/streets/')) return void answer(response, 200, list);
    // The last digit but one tells how this person's record fares.
    if (path.at(-2) === '1') return void answer(response, 404, Buffer.from('{}'));
    if (path.at(-2) === '2') return void answer(response, 500, Buffer.from('{}'));
    if (path.at(-2) === '3') return void answer(response, 200, one.subarray(0, one.length / 2));
    answer(response, 200, one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
}

async function sendInPieces(response: ServerResponse, body: Buffer): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const size = Math.ceil(body.length / PIECES);
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    response.write(body.subarray(at, at + size));
    await wait(PIECE_MS);
  }
  response.end();
}
