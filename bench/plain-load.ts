/** The load generator where wrk is not installed: a closed loop of undici requests, one after another per connection. */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import type { LoadSettings } from './load.ts';
import { percentile } from './statistics.ts';

const settings: LoadSettings = JSON.parse(process.argv[2] ?? '{}');
const url = new URL(settings.url);
const tokensFile = process.env['TOKENS_FILE'];
const tokens = tokensFile === undefined ? [] : readFileSync(tokensFile, 'utf8').trim().split('\n');
const pool = new Pool(url.origin, { connections: settings.connections, pipelining: 1, allowH2: false });

const latencies: number[] = [];
let wrong = 0;
let broken = 0;
let turn = 0;

function headers(): Record<string, string> {
  if (tokens.length === 0) return settings.headers;
  turn += 1;
  return { ...settings.headers, Authorization: `Bearer ${tokens[turn % tokens.length]}` };
}

async function connection(until: number): Promise<void> {
  while (performance.now() < until) {
    const begun = performance.now();
    try {
      const { statusCode, body } = await pool.request({
        path: url.pathname,
        method: 'GET',
        headers: headers(),
      });
      await body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (statusCode !== 200) wrong += 1;
      latencies.push(performance.now() - begun);
    } catch {
      broken += 1;
    }
  }
}

const begun = performance.now();
const until = begun + settings.seconds * 1000;
await Promise.all(Array.from({ length: settings.connections }, () => connection(until)));
const microseconds = Math.round((performance.now() - begun) * 1000);
latencies.sort((left, right) => left - right);
const inMicroseconds = (share: number): number => Math.round(percentile(latencies, share) * 1000);
console.log(
  JSON.stringify({
    requests: latencies.length,
    microseconds,
    wrong,
    unconnected: 0,
    unread: broken,
    unwritten: 0,
    late: 0,
    p50: inMicroseconds(0.5),
    p99: inMicroseconds(0.99),
  }),
);
await pool.close();
