/**
 * Reference 2: the stack that a council would assemble by hand. Express 5, jose on every request, http-proxy-middleware
 * with JSON.parse, pick, JSON.stringify of the agreed leaves, and one durable SQLite row before the answer leaves.
 */
import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import express, { type NextFunction, type Request, type Response } from 'express';
import { createProxyMiddleware, responseInterceptor } from 'http-proxy-middleware';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { type AgreedPerson, agreedPart } from './records.ts';

const { UPSTREAM = '', ISSUER = '', AUDIENCE = '', LOG_FILE = '', PORT = '0' } = process.env;

const keySet: JSONWebKeySet = JSON.parse(await (await fetch(`${ISSUER}/jwks`)).text());
const keys = createLocalJWKSet(keySet);
const callers = new WeakMap<object, JWTPayload>();

const log = new DatabaseSync(LOG_FILE);
log.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
log.exec(`CREATE TABLE IF NOT EXISTS requests (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, client TEXT, person TEXT, purpose TEXT, reason TEXT, case_reference TEXT,
  path TEXT NOT NULL, status INTEGER NOT NULL, bytes INTEGER NOT NULL)`);
const insert = log.prepare(
  `INSERT INTO requests (at, client, person, purpose, reason, case_reference, path, status, bytes)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
);

/** Lets a request on when its token holds and its role may look. */
async function authenticate(request: Request, response: Response, next: NextFunction): Promise<void> {
  try {
    const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: 'at+jwt',
      algorithms: ['RS256', 'ES256'],
    });
    if (!Array.isArray(payload['roles']) || !payload['roles'].includes('REV-OFF')) throw new Error('role');
    callers.set(request, payload);
    next();
  } catch {
    response.status(401).json({ error: 'invalid_token' });
  }
}

function pickAgreed(body: { data: AgreedPerson | AgreedPerson[] }): object {
  return { data: Array.isArray(body.data) ? body.data.map(agreedPart) : agreedPart(body.data) };
}

const proxy = createProxyMiddleware<Request, Response>({
  target: UPSTREAM,
  changeOrigin: true,
  agent: new Agent({ keepAlive: true, maxSockets: 128 }),
  selfHandleResponse: true,
  on: {
    proxyRes: responseInterceptor(async (buffer, upstreamAnswer, request) => {
      const answer = JSON.stringify(pickAgreed(JSON.parse(buffer.toString('utf8'))));
      const caller = callers.get(request);
      insert.run(
        new Date().toISOString(),
        String(caller?.['client_id']),
        String(caller?.sub),
        String(request.headers['exchange-purpose']),
        String(request.headers['exchange-reason']),
        String(request.headers['exchange-case-reference']),
        request.url ?? '',
        upstreamAnswer.statusCode ?? 0,
        answer.length,
      );
      return answer;
    }),
  },
});

const app = express();
app.disable('x-powered-by');
app.use(authenticate);
app.use(proxy);
const server = app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
