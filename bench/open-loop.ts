/** Requests at a fixed rate, whatever the answers do; waiting counts from the moment at which each was due. */
import { Pool } from 'undici';
import { percentile } from './statistics.ts';

export interface OpenLoopSettings {
  /** Asked in turns. */
  readonly urls: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface OpenLoopResult {
  readonly requests: number;
  readonly wrong: number;
  /** Milliseconds from due to answered. */
  readonly p50: number;
  readonly p99: number;
}

const CONNECTIONS = 64;
/** The first second warms up connections and is not counted. */
const WARM_UP_MS = 1000;

async function run({ urls, headers, perSecond, seconds }: OpenLoopSettings): Promise<OpenLoopResult> {
  const targets = urls.map((url) => {
    const { origin, pathname } = new URL(url);
    const connections = Math.ceil(CONNECTIONS / urls.length);
    return { pool: new Pool(origin, { connections, pipelining: 1, allowH2: false }), pathname };
  });
  const latencies: number[] = [];
  const running: Promise<void>[] = [];
  let wrong = 0;
  const begun = performance.now();
  const ask = async (due: number, { pool, pathname }: (typeof targets)[number]): Promise<void> => {
    const status = await answer(pool, pathname, headers);
    if (status !== 200) wrong += 1;
    if (due - begun >= WARM_UP_MS) latencies.push(performance.now() - due);
  };
  const total = Math.round(perSecond * (seconds + WARM_UP_MS / 1000));
  for (let index = 0; index < total; index += 1) {
    const due = begun + (index * 1000) / perSecond;
    await until(due);
    const target = targets[index % targets.length];
    if (target !== undefined) running.push(ask(due, target));
  }
  await Promise.all(running);
  await Promise.all(targets.map(({ pool }) => pool.close()));
  latencies.sort((left, right) => left - right);
  return {
    requests: latencies.length,
    wrong,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

async function answer(pool: Pool, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  try {
    const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { ...headers } });
    await body.dump({ limit: Number.MAX_SAFE_INTEGER });
    return statusCode;
  } catch {
    return 0;
  }
}

/** Waits by a timer while more than a millisecond is left, and by turns of the event loop for the rest. */
async function until(due: number): Promise<void> {
  for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
    await new Promise<void>((resolve) => {
      if (left > 1.5) setTimeout(resolve, 1);
      else setImmediate(resolve);
    });
  }
}

const settings: OpenLoopSettings = JSON.parse(process.argv[2] ?? '{}');
console.log(JSON.stringify(await run(settings)));
