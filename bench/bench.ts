/** `npm run bench [-- --rounds 5 --seconds 4 --quick --write]`: the gateway beside its two references, on one core each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { durableWrites } from './disk.ts';
import { AUDIENCE, EXCHANGE_HEADERS, prepareGateway } from './gateway.ts';
import { type BenchIssuer, startIssuer } from './issuer.ts';
import { loadLabel } from './load.ts';
import { busyShare, type Machine, readMachine, stolenSeconds } from './machine.ts';
import { type Cell, checkAnswer } from './measure.ts';
import { type Report, reportText } from './report.ts';
import { runRounds } from './rounds.ts';
import { scratchFolder } from './scratch-folder.ts';
import { measureSenders } from './senders.ts';
import { fixedRate, freshTokens, longStream } from './shown.ts';
import { BARE_PROXY, type Stack, startStacks, stopStacks } from './stacks.ts';
import {
  type BenchBodies,
  type BenchUpstream,
  LARGE_PATH,
  LIST_PATH,
  makeBodies,
  ONE_PATH,
  startUpstream,
} from './upstream.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const rounds = values.quick ? 2 : Number(values.rounds);
const seconds = values.quick ? 2 : Number(values.seconds);
const fewerRounds = Math.min(rounds, 3);
/** V8 goes on compiling the gateway for some 40,000 requests; every stack gets the same time. */
const warmUp = values.quick ? { first: 4, further: 2 } : { first: 20, further: 8 };
const LONG_MIB = 100;
const REQUESTS_PER_SECOND = 500;

function cellsOf(bodies: BenchBodies): readonly Cell[] {
  return [
    { name: '1 KiB', path: ONE_PATH, body: bodies.one, connections: 64 },
    { name: '20 KiB', path: LIST_PATH, body: bodies.list, connections: 64 },
    { name: '1 MiB', path: LARGE_PATH, body: bodies.large, connections: 8 },
  ];
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Everything that the measurements stand on. */
interface Ground {
  readonly machine: Machine;
  readonly folder: string;
  readonly upstream: BenchUpstream;
  readonly issuer: BenchIssuer;
  readonly headers: Readonly<Record<string, string>>;
}

async function bench(machine: Machine, folder: string): Promise<Report> {
  const bodies = makeBodies();
  const upstream = await startUpstream(machine, newFolder(folder, 'upstream'), bodies);
  const issuer = await startIssuer();
  const token = await issuer.token('RS256', AUDIENCE);
  const headers = { Authorization: `Bearer ${token}`, ...EXCHANGE_HEADERS };
  const ground: Ground = { machine, folder, upstream, issuer, headers };
  const others = await busyShare();
  const disk = durableWrites(folder);
  const stolenBefore = stolenSeconds();
  const begun = performance.now();
  try {
    const measured = await measureStacks(ground, cellsOf(bodies));
    const stream = await measureStream(ground);
    say('senders that prove a key');
    const apart = { folder: newFolder(folder, 'senders'), issuer, upstream: upstream.origin };
    const senders = await measureSenders(machine, { ...apart, rounds: fewerRounds, seconds });
    const stolen = (stolenSeconds() - stolenBefore) / ((performance.now() - begun) / 1000);
    const tools = { upstream: upstream.label, load: loadLabel(machine) };
    return { machine, ...tools, rounds, seconds, warmUp, ...measured, stream, senders, disk, others, stolen };
  } finally {
    await upstream.process.stop();
    await issuer.close();
  }
}

/** The main table, fresh tokens and the fixed rate, on stacks that run side by side and are loaded in turns. */
async function measureStacks(
  ground: Ground,
  cells: readonly Cell[],
): Promise<Pick<Report, 'sizes' | 'samples' | 'fresh' | 'rate'>> {
  const { machine, folder, upstream, issuer, headers } = ground;
  const place = await prepareGateway(newFolder(folder, 'gateway'), upstream.origin, issuer.issuer);
  const stacks = await startStacks({ machine, folder, upstream, issuer, place });
  try {
    for (const cell of cells) for (const stack of stacks) await checkAnswer(stack, cell, headers);
    const samples = await runRounds({ machine, stacks, cells, rounds, seconds, warmUp, headers, say });
    const fresh = await measureFreshTokens(ground, stacks, cells);
    const rate = await measureFixedRate(ground, stacks);
    const sizes = cells.map(({ name, body, connections }) => ({
      cell: name,
      bytes: body.whole.length,
      connections,
    }));
    return { sizes, samples, fresh, rate };
  } finally {
    await stopStacks(stacks);
  }
}

async function measureFreshTokens(
  { machine, folder, issuer, headers }: Ground,
  stacks: readonly Stack[],
  cells: readonly Cell[],
): Promise<Report['fresh']> {
  say('a fresh token on every request');
  const [one] = cells as [Cell];
  const proving = stacks.filter(({ name }) => name !== BARE_PROXY);
  const settings = { folder, rounds: fewerRounds, seconds, headers };
  return {
    RS256: await freshTokens(machine, proving, one, issuer, 'RS256', settings),
    ES256: await freshTokens(machine, proving, one, issuer, 'ES256', settings),
  };
}

function measureFixedRate(
  { machine, upstream, headers }: Ground,
  stacks: readonly Stack[],
): Promise<Report['rate']> {
  say(`${REQUESTS_PER_SECOND} requests a second`);
  const targets = [{ name: 'upstream alone', base: upstream.origin }, ...stacks];
  const each = { perSecond: REQUESTS_PER_SECOND, seconds: values.quick ? 2 : 10, rounds: fewerRounds };
  return fixedRate(machine, targets, { headers, ...each });
}

async function measureStream({
  machine,
  folder,
  upstream,
  issuer,
  headers,
}: Ground): Promise<Report['stream']> {
  say(`a list of ${LONG_MIB} MiB`);
  const place = await prepareGateway(newFolder(folder, 'stream'), upstream.origin, issuer.issuer);
  return longStream(machine, place, join(folder, 'upstream'), headers, LONG_MIB);
}

function newFolder(folder: string, name: string): string {
  mkdirSync(join(folder, name));
  return join(folder, name);
}

const scratch = scratchFolder('gateway-bench');
try {
  const text = reportText(await bench(readMachine(), scratch.path));
  console.log(text);
  if (values.write) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), `${text}\n`);
} finally {
  scratch.remove();
}
