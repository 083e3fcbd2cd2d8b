/** The memory campaign: `npm run campaign:memory [-- --requests 1000000]`; resident memory must be flat over all of them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AUDIENCE, EXCHANGE_HEADERS, prepareGateway, startGateway } from '../../bench/gateway.ts';
import { startIssuer } from '../../bench/issuer.ts';
import { brokenCount, type LoadResult, runLoad } from '../../bench/load.ts';
import { readMachine, residentMiB } from '../../bench/machine.ts';
import { scratchFolder } from '../../bench/scratch-folder.ts';
import { makeBodies, ONE_PATH, startUpstream } from '../../bench/upstream.ts';

export interface MemoryPoint {
  readonly requests: number;
  readonly residentMiB: number;
}

export interface MemoryReport {
  readonly points: readonly MemoryPoint[];
  /** Resident memory after the last request, less that after the first 10,000, in MiB: a young heap still grows here. */
  readonly growthMiB: number;
  /** The same after the first tenth of all requests: what a leak would show and a settled heap does not. */
  readonly lateGrowthMiB: number;
  readonly wrong: number;
}

/** Late growth of a heap that only settles stays below this; a leak of 100 bytes a request is 86 MiB over 900,000. */
const MOST_LATE_GROWTH_MIB = 64;
const WARM_REQUESTS = 10_000;
const SLICE_SECONDS = 2;
const SETTLE_MS = 1500;
const CONNECTIONS = 64;

/** Sends so many requests for one record and reads the gateway's memory at 10,000, at each half more, and at the end. */
export async function memoryCampaign(requests: number, say: (line: string) => void): Promise<MemoryReport> {
  const scratch = scratchFolder('gateway-memory');
  mkdirSync(join(scratch.path, 'upstream'));
  mkdirSync(join(scratch.path, 'gateway'));
  const machine = readMachine();
  const upstream = await startUpstream(machine, join(scratch.path, 'upstream'), makeBodies());
  const issuer = await startIssuer();
  try {
    const place = await prepareGateway(join(scratch.path, 'gateway'), upstream.origin, issuer.issuer);
    const gateway = await startGateway(machine, place);
    const points: MemoryPoint[] = [];
    let done = 0;
    let wrong = 0;
    for (let next = WARM_REQUESTS; done < requests; ) {
      // Tokens live an hour, and a slow machine needs longer for a million.
      const token = await issuer.token('ES256', AUDIENCE);
      const headers = { Authorization: `Bearer ${token}`, ...EXCHANGE_HEADERS };
      const load = {
        url: gateway.base + ONE_PATH,
        headers,
        connections: CONNECTIONS,
        seconds: SLICE_SECONDS,
      };
      const result: LoadResult = await runLoad(machine, load);
      if (result.requests === 0) throw new Error(`no answer came: ${gateway.server.complaints()}`);
      done += result.requests;
      wrong += result.wrong + brokenCount(result.broken);
      if (done < next && done < requests) continue;
      await wait(SETTLE_MS);
      points.push({ requests: done, residentMiB: residentMiB(gateway.server.pid)?.now ?? Number.NaN });
      say(`${done} requests: ${points.at(-1)?.residentMiB.toFixed(1)} MiB`);
      while (next <= done) next *= 1.5;
    }
    await gateway.server.stop();
    const [first, late] = [points[0], points.find((point) => point.requests >= requests / 10)];
    const last = points.at(-1)?.residentMiB ?? Number.NaN;
    const since = (point: MemoryPoint | undefined): number => last - (point?.residentMiB ?? Number.NaN);
    return { points, growthMiB: since(first), lateGrowthMiB: since(late), wrong };
  } finally {
    await upstream.process.stop();
    await issuer.close();
    scratch.remove();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { requests: { type: 'string', default: '1000000' } } });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { points, growthMiB, lateGrowthMiB, wrong } = await memoryCampaign(Number(values.requests), say);
  const flat = lateGrowthMiB < MOST_LATE_GROWTH_MIB && wrong === 0;
  console.log(
    [
      `${points.at(-1)?.requests} requests, ${wrong} without status 200`,
      `memory grew by ${growthMiB.toFixed(1)} MiB after the first ${points[0]?.requests}`,
      `by ${lateGrowthMiB.toFixed(1)} MiB after the first tenth: ${flat ? 'flat' : 'NOT flat'}`,
    ].join('; '),
  );
  process.exitCode = flat ? 0 : 1;
}
