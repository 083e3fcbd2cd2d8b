/** The soak campaign: `npm run campaign:soak [-- --seconds 600 --connections 1000]`; callers and providers that fail, beside good ones. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  AUDIENCE,
  EXCHANGE_HEADERS,
  type GatewayPlace,
  type RunningGateway,
  startGateway,
} from '../../bench/gateway.ts';
import { startIssuer } from '../../bench/issuer.ts';
import { readMachine, residentMiB } from '../../bench/machine.ts';
import { scratchFolder } from '../../bench/scratch-folder.ts';
import { median } from '../../bench/statistics.ts';
import { ONE_PATH } from '../../bench/upstream.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { runCallers, type SoakLoad, type SoakResult } from './soak-callers.ts';
import { type Manner, ONE, SoakPartner } from './soak-partners.ts';
import { DATASETS, prepareSoak, type SoakDataset } from './soak-place.ts';

export interface SoakReport {
  /** The same load on providers and callers that are all well. */
  readonly quiet: SoakResult;
  readonly faulty: SoakResult;
  /** The healthy providers' p99, as a multiple of what it is without the faults. */
  readonly p99Times: number;
  /** Resident memory, in MiB, in the second fifth and in the last fifth of the run with faults. */
  readonly earlyMiB: number;
  readonly lateMiB: number;
  /** Descriptors of the gateway before the first connection, and after the last one was gone. */
  readonly filesBefore: number;
  readonly filesAfter: number;
  /** Answers that were released, and those of them that the log does not hold. */
  readonly released: number;
  readonly unlogged: number;
  readonly exit: number | string;
  /** Of the run with faults. */
  readonly seconds: number;
}

export interface SoakSettings {
  readonly connections: number;
  /** Of the run with faults; the one without takes a fifth of it, after a warm-up of a twentieth. */
  readonly seconds: number;
  readonly perSecond: number;
  readonly say: (line: string) => void;
}

const MANNERS: readonly Manner[] = ['well', 'well', 'stalling', 'resetting', 'garbled'];
const WELL: readonly SoakDataset[] = ['bench-people', 'second-people'];
/** Seven in ten ask a provider that stays well. */
const TURNS: readonly SoakDataset[] = [
  ...Array.from({ length: 4 }, () => [...WELL])
    .flat()
    .slice(1),
  ...DATASETS.slice(2),
];
/** How long idle connections to providers may stay until they count as kept. */
const RETURN_MS = 15_000;
/** Descriptors that a running gateway opens once and keeps, such as those of a store that has grown. */
const KEPT_FILES = 12;
/** A heap has grown to its size in the first fifth of a run that takes so long. */
const SETTLED_SECONDS = 300;
/** Share of good requests that may be told to come again, because a machine that does other work has no time at an instant. */
const MOST_TURNED_AWAY = 0.01;
const SAMPLES_PER_SECOND = 4;
const PAGE = 500;

/** Runs both loads on one gateway and holds what was released against its log. */
export async function soakCampaign(settings: SoakSettings): Promise<SoakReport> {
  const scratch = scratchFolder('gateway-soak');
  mkdirSync(join(scratch.path, 'gateway'));
  const partners = await Promise.all(DATASETS.map(() => SoakPartner.start()));
  const issuer = await startIssuer();
  try {
    const origins = partners.map(({ origin }) => origin);
    const place = await prepareSoak(join(scratch.path, 'gateway'), origins, issuer.issuer);
    const gateway = await startGateway(readMachine(), place);
    const load = await loadOn(
      gateway,
      await issuer.token('ES256', AUDIENCE),
      settings,
      join(scratch.path, 'released'),
    );
    return await soak(gateway, place, partners, load, settings);
  } finally {
    await Promise.all([issuer.close(), ...partners.map((partner) => partner.close())]);
    scratch.remove();
  }
}

async function soak(
  gateway: RunningGateway,
  place: GatewayPlace,
  partners: readonly SoakPartner[],
  load: SoakLoad,
  { seconds, say }: SoakSettings,
): Promise<SoakReport> {
  const { server } = gateway;
  const filesBefore = openFiles(server.pid);
  const quietLoad = { ...load, withBadCallers: false, well: DATASETS };
  await runCallers({ ...quietLoad, seconds: Math.max(0.5, seconds / 20) });
  const quiet = await runCallers({ ...quietLoad, seconds: Math.max(1, seconds / 5) });
  say(`without faults: ${inWords(quiet)}`);
  for (const [nth, partner] of partners.entries()) partner.manner = MANNERS[nth] ?? 'well';
  const memory = new AbortController();
  const sampled = sampleMemory(server.pid, seconds, memory.signal, say);
  const faulty = await runCallers({ ...load, well: WELL });
  memory.abort();
  say(`with faults: ${inWords(faulty)}`);
  const samples = await sampled;
  const filesAfter = await filesOnceReturned(server.pid, filesBefore + KEPT_FILES);
  const gone = await Promise.race([server.ended, wait(0, 'running' as const)]);
  await server.stop();
  const exit = gone === 'running' ? await server.ended : gone;
  const { released, unlogged } = unloggedReleases(place.auditLogFile, load.releasedFile);
  const report = {
    ...{ quiet, faulty, filesBefore, filesAfter, released, unlogged, exit, seconds },
    p99Times: faulty.p99 / quiet.p99,
    earlyMiB: median(share(samples, 0.2, 0.4)),
    lateMiB: median(share(samples, 0.8, 1)),
  };
  say(reportText(report));
  return report;
}

async function loadOn(
  gateway: RunningGateway,
  token: string,
  { connections, seconds, perSecond }: SoakSettings,
  releasedFile: string,
): Promise<SoakLoad> {
  const port = Number(new URL(gateway.base).port);
  const headers = Object.entries({
    Host: `127.0.0.1:${port}`,
    Authorization: `Bearer ${token}`,
    ...EXCHANGE_HEADERS,
  })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return {
    ...{ port, headers, connections, seconds, perSecond, releasedFile },
    onePath: ONE_PATH,
    listPath: '/bench-people/wards/4/people',
    agreed: ONE.agreed.toString('latin1'),
    well: WELL,
    turns: TURNS,
    withBadCallers: true,
  };
}

/** What stands wrong in a report; empty where all is well. `strict` judges times and memory too, which a short run cannot. */
export function soakFaults(report: SoakReport, { strict }: { readonly strict: boolean }): readonly string[] {
  const { quiet, faulty, exit, unlogged, filesAfter, filesBefore } = report;
  const { seconds, lateMiB, earlyMiB, p99Times } = report;
  const checks: readonly (readonly [boolean, string])[] = [
    [exit === 0, `the gateway ended with ${exit}`],
    [unlogged === 0, `${unlogged} released answers are not in the log`],
    [faulty.leaked + faulty.babbleReleased === 0, 'something was released that must not be'],
    [quiet.wrong + faulty.wrong === 0, 'a provider that is well was answered for wrongly'],
    [quiet.hung + faulty.hung === 0, 'an answer never came'],
    [faulty.answered > 0, 'nothing was answered'],
    [
      filesAfter <= filesBefore + KEPT_FILES,
      `${filesAfter} descriptors are open, ${filesBefore} were before`,
    ],
    [
      !strict || seconds < SETTLED_SECONDS || lateMiB <= earlyMiB * 1.1,
      `memory grew from ${earlyMiB} to ${lateMiB} MiB`,
    ],
    [!strict || p99Times <= 2, `p99 is ${p99Times.toFixed(2)} times what it is without the faults`],
    [
      !strict || faulty.turnedAway <= faulty.answered * MOST_TURNED_AWAY,
      `${faulty.turnedAway} requests to providers that are well were turned away`,
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, says]) => says);
}

function reportText({
  p99Times,
  earlyMiB,
  lateMiB,
  filesBefore,
  filesAfter,
  released,
  unlogged,
  exit,
}: SoakReport): string {
  return [
    `${released} answers released, ${unlogged} of them not in the log`,
    `p99 of healthy providers ${p99Times.toFixed(2)} times what it is without the faults`,
    `memory ${earlyMiB.toFixed(1)} MiB after the warm-up, ${lateMiB.toFixed(1)} MiB at the end`,
    `${filesBefore} descriptors before, ${filesAfter} after; ended with ${exit}`,
  ].join('\n');
}

function inWords(of: SoakResult): string {
  const { answered, p50, p99, turnedAway, because, wrong, leaked, refused, hung, slow, aborted, babbled } =
    of;
  const figures = `${answered} answered, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${turnedAway} turned away ${JSON.stringify(because)}, ${wrong} wrong, ${hung} hung`;
  return `${figures}; ${leaked} leaked, problems ${JSON.stringify(refused)}; ${slow} slow readers, ${aborted} gone, ${babbled} malformed`;
}

function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

async function filesOnceReturned(pid: number, most: number): Promise<number> {
  const until = performance.now() + RETURN_MS;
  while (openFiles(pid) > most && performance.now() < until) await wait(250);
  return openFiles(pid);
}

/** Reads the gateway's memory four times a second, and says it at each tenth of the run. */
async function sampleMemory(
  pid: number,
  seconds: number,
  until: AbortSignal,
  say: (line: string) => void,
): Promise<readonly number[]> {
  const samples: number[] = [];
  const tenth = Math.ceil(seconds * 0.1 * SAMPLES_PER_SECOND);
  while (!until.aborted) {
    samples.push(residentMiB(pid)?.now ?? Number.NaN);
    if (samples.length % tenth === 0)
      say(`memory ${samples.at(-1)?.toFixed(1)} MiB, ${openFiles(pid)} descriptors`);
    await wait(1000 / SAMPLES_PER_SECOND, undefined, { signal: until }).catch(() => undefined);
  }
  return samples;
}

function share(samples: readonly number[], from: number, to: number): readonly number[] {
  return samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
}

/** Holds the exchanges of all answers that came with status 200 against the entries of the log. */
function unloggedReleases(
  auditLogFile: string,
  releasedFile: string,
): { released: number; unlogged: number } {
  const came = readFileSync(releasedFile, 'utf8').trim().split('\n');
  const logged = new Set<string>();
  const reader = openSqliteReader(auditLogFile);
  try {
    for (let from = 0, read = PAGE; read === PAGE; from += PAGE) {
      const page = reader.entries(from, PAGE);
      read = page.length;
      for (const { leaf } of page) {
        const { kind, exchange } = JSON.parse(Buffer.from(leaf).toString());
        if (kind === 'released') logged.add(exchange);
      }
    }
  } finally {
    reader.close();
  }
  return { released: came.length, unlogged: came.filter((exchange) => !logged.has(exchange)).length };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '600' },
      rate: { type: 'string', default: '400' },
    },
  });
  const report = await soakCampaign({
    connections: Number(values.connections),
    seconds: Number(values.seconds),
    perSecond: Number(values.rate),
    say: console.log,
  });
  const faults = soakFaults(report, { strict: Number(values.seconds) >= 60 });
  console.log(
    faults.length === 0
      ? 'nothing was lost, leaked or kept'
      : faults.map((why) => `VIOLATION: ${why}`).join('\n'),
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
