/** The judge behind a real server and before a real client: front check, reader, decision, forwarding, nothing else. */
import { Agent, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { Caller } from '../../src/domain/caller.ts';
import { decide, type Permit } from '../../src/domain/decision.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import type { RefusalCode } from '../../src/domain/reason.ts';
import { readBody, readDatasetRequest } from '../../src/http/dataset-request.ts';
import { frontCheck } from '../../src/http/front-check.ts';
import { problemStatus } from '../../src/http/problem.ts';
import { listen, makeServer } from '../../src/http/server.ts';
import { NOON, openReference } from './judge-fixtures.ts';

export interface JudgedGateway {
  readonly port: number;
  /** The permits since the last call. */
  takePermits(): readonly Permit[];
  close(): void;
}

export interface JudgedGatewayParts {
  readonly policies: PolicySet;
  /** Value of `Authorization` → caller. */
  readonly tokens: ReadonlyMap<string, Caller>;
  readonly upstreamPort: number;
}

/** Starts one on loopback; permitted requests go to `/base` at the upstream. */
export async function startJudgedGateway(parts: JudgedGatewayParts): Promise<JudgedGateway> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  let permits: Permit[] = [];
  const server = makeServer((request, response) => {
    answer(request, response, parts, agent, permits).catch(() => response.destroy());
  }, undefined);
  const port = await listen(server, '127.0.0.1', 0);
  return {
    port,
    takePermits: () => permits.splice(0),
    close: () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      permits = [];
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: JudgedGatewayParts,
  agent: Agent,
  permits: Permit[],
): Promise<void> {
  const refused = frontCheck(request);
  if (refused !== undefined) return refuse(response, refused);
  const caller = parts.tokens.get(request.headers.authorization ?? '');
  if (caller === undefined) return refuse(response, 'credentials-missing');
  const body = await readBody(request, 65_536);
  if ('refused' in body) return refuse(response, body.refused);
  const asked = readDatasetRequest(request, body);
  if ('refused' in asked) return refuse(response, asked.refused);
  const decision = decide(caller, asked, parts.policies, NOON, openReference);
  if (decision.effect === 'refuse') return refuse(response, decision.code);
  permits.push(decision);
  await forward(decision, parts.upstreamPort, agent);
  response.end('{}');
}

function refuse(response: ServerResponse, code: RefusalCode): void {
  response.writeHead(problemStatus(code), { 'X-Reason': code, Connection: 'close' }).end();
}

function forward({ request }: Permit, port: number, agent: Agent): Promise<void> {
  const { method, path, query, body } = request;
  const headers =
    body === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, agent, method, path: `/base${path}${query}`, headers };
    send(options, (answer) => answer.resume().on('end', resolve))
      .on('error', reject)
      .end(body);
  });
}
