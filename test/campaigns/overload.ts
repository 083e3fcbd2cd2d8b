/** The overload campaign: `npm run campaign:overload [-- --seconds 10 --rounds 5]`; three times what the gateway can do, asked at once. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AUDIENCE, EXCHANGE_HEADERS, prepareGateway, startGateway } from '../../bench/gateway.ts';
import { startIssuer } from '../../bench/issuer.ts';
import { runLoad } from '../../bench/load.ts';
import { LOAD_CORE, pinned, readMachine } from '../../bench/machine.ts';
import { scratchFolder } from '../../bench/scratch-folder.ts';
import { median } from '../../bench/statistics.ts';
import { makeBodies, ONE_PATH, startUpstream } from '../../bench/upstream.ts';
import { type OverloadResult, runOverload } from './overload-callers.ts';

export interface OverloadReport {
  /** Requests a second in a closed loop of 64 connections. */
  readonly capacity: number;
  readonly rounds: readonly OverloadRound[];
  /** p99 of what was admitted, as a multiple of the unloaded p99: the median of the rounds. */
  readonly p99Times: number;
  /** p99 of the refusals in milliseconds: the median of the rounds. */
  readonly refusalMs: number;
}

interface OverloadRound {
  /** At a tenth of the capacity. */
  readonly unloaded: OverloadResult;
  /** At three times the capacity. */
  readonly loaded: OverloadResult;
}

export interface OverloadSettings {
  /** Of each load. */
  readonly seconds: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const CLOSED_CONNECTIONS = 64;
const OPEN_CONNECTIONS = 1000;
const UNLOADED_SHARE = 0.1;
const TIMES = 3;
const WORST_P99_TIMES = 3;
/** p99 of a 503 that still counts as quick. */
const SLOWEST_REFUSAL_MS = 250;

/** Finds the capacity, then asks a tenth of it and three times as much, in turns. */
export async function overloadCampaign({ seconds, rounds, say }: OverloadSettings): Promise<OverloadReport> {
  const scratch = scratchFolder('gateway-overload');
  for (const name of ['upstream', 'gateway']) mkdirSync(join(scratch.path, name));
  const machine = readMachine();
  const upstream = await startUpstream(machine, join(scratch.path, 'upstream'), makeBodies());
  const issuer = await startIssuer();
  try {
    const place = await prepareGateway(join(scratch.path, 'gateway'), upstream.origin, issuer.issuer);
    // It may use every core, as it would where it serves; the load has one of them.
    const gateway = await startGateway({ ...machine, taskset: undefined }, place);
    const headers = { Authorization: `Bearer ${await issuer.token('ES256', AUDIENCE)}`, ...EXCHANGE_HEADERS };
    const closed = { url: gateway.base + ONE_PATH, headers, connections: CLOSED_CONNECTIONS, seconds };
    await runLoad(machine, closed);
    const { requests, seconds: took } = await runLoad(machine, closed);
    const capacity = requests / took;
    say(`capacity: ${Math.round(capacity)} requests a second`);
    const port = Number(new URL(gateway.base).port);
    const load = {
      port,
      request: requestText(gateway.base, headers),
      seconds,
      connections: OPEN_CONNECTIONS,
    };
    const command = pinned(machine, LOAD_CORE, []);
    const told: OverloadRound[] = [];
    for (let nth = 0; nth < rounds; nth += 1) {
      const unloaded = await runOverload({ ...load, perSecond: capacity * UNLOADED_SHARE }, command);
      say(`at a tenth: ${inWords(unloaded)}`);
      const loaded = await runOverload({ ...load, perSecond: capacity * TIMES }, command);
      say(`at three times: ${inWords(loaded)}`);
      told.push({ unloaded, loaded });
    }
    await gateway.server.stop();
    return {
      ...{ capacity, rounds: told },
      p99Times: median(told.map(({ unloaded, loaded }) => loaded.admitted.p99 / unloaded.admitted.p99)),
      refusalMs: median(told.map(({ loaded }) => loaded.shed.p99)),
    };
  } finally {
    await upstream.process.stop();
    await issuer.close();
    scratch.remove();
  }
}

/** What stands wrong in a report; `strict` judges times too, which means nothing while the machine does other work. */
export function overloadFaults(
  { rounds, p99Times, refusalMs }: OverloadReport,
  { strict }: { readonly strict: boolean },
): readonly string[] {
  const loads = rounds.flatMap(({ unloaded, loaded }) => [unloaded, loaded]);
  const others = JSON.stringify(Object.assign({}, ...loads.map((load) => load.others)));
  const admitted = rounds.map(({ loaded }) => loaded.admitted.count + (strict ? 0 : loaded.atFirst.count));
  const checks: readonly (readonly [boolean, string])[] = [
    [loads.every(({ hung }) => hung === 0), 'an answer never came'],
    [others === '{}', `answers other than 200 and 503 with Retry-After: ${others}`],
    [Math.min(...admitted) > 0, 'nothing was admitted'],
    [
      !strict || p99Times <= WORST_P99_TIMES,
      `p99 of what was admitted is ${p99Times.toFixed(2)} times the unloaded p99`,
    ],
    [!strict || refusalMs <= SLOWEST_REFUSAL_MS, `a refusal takes ${refusalMs.toFixed(0)} ms`],
  ];
  return checks.filter(([holds]) => !holds).map(([, says]) => says);
}

function requestText(base: string, headers: Readonly<Record<string, string>>): string {
  const { host, pathname } = new URL(base + ONE_PATH);
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function inWords({ perSecond, admitted, shed, atFirst, others, hung, lagP99 }: OverloadResult): string {
  const times = (name: string, { count, p50, p99 }: OverloadResult['admitted']): string =>
    `${count} ${name}${count === 0 ? '' : ` (p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms)`}`;
  const rest = `${JSON.stringify(others)} others, ${hung} hung; sent ${Math.round(perSecond)} a second, p99 of lateness ${lagP99.toFixed(2)} ms`;
  return `${times('admitted', admitted)}, ${times('at first', atFirst)}, ${times('shed', shed)}, ${rest}`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, rounds: { type: 'string', default: '5' } },
  });
  const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
  const report = await overloadCampaign({ seconds, rounds, say: console.log });
  const faults = overloadFaults(report, { strict: true });
  console.log(
    faults.length === 0
      ? `admitted requests' p99 is ${report.p99Times.toFixed(2)} times the unloaded one`
      : faults.map((why) => `VIOLATION: ${why}`).join('\n'),
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
