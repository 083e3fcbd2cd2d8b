/** `npm run bench [-- --rounds 5 --seconds 4 --quick --write]`: the gateway beside its two references, on one core each. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { durableWrites } from './disk.ts';
import { AUDIENCE, EXCHANGE_HEADERS, prepareGateway } from './gateway.ts';
import { startIssuer } from './issuer.ts';
import { loadLabel } from './load.ts';
import { type Machine, readMachine, stolenSeconds } from './machine.ts';
import { type Cell, checkAnswer } from './measure.ts';
import { type Report, reportText } from './report.ts';
import { runRounds } from './rounds.ts';
import { fixedRate, freshTokens, longStream } from './shown.ts';
import { startStacks, stopStacks } from './stacks.ts';
import { type BenchBodies, LARGE_PATH, LIST_PATH, makeBodies, ONE_PATH, startUpstream } from './upstream.ts';

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

async function bench(machine: Machine, folder: string): Promise<Report> {
  const bodies = makeBodies();
  const [upstreamFolder, gatewayFolder, streamFolder] = ['upstream', 'gateway', 'stream'].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  }) as [string, string, string];
  const upstream = await startUpstream(machine, upstreamFolder, bodies);
  const issuer = await startIssuer();
  const place = prepareGateway(gatewayFolder, upstream.origin, issuer.issuer);
  const disk = durableWrites(folder);
  const stolenBefore = stolenSeconds();
  const begun = performance.now();
  const stacks = await startStacks({ machine, folder, upstream, issuer, place });
  try {
    const headers = {
      Authorization: `Bearer ${await issuer.token('RS256', AUDIENCE)}`,
      ...EXCHANGE_HEADERS,
    };
    const cells = cellsOf(bodies);
    for (const cell of cells) for (const stack of stacks) await checkAnswer(stack, cell, headers);
    const samples = await runRounds({ machine, stacks, cells, rounds, seconds, warmUp, headers, say });

    say('a fresh token on every request');
    const [one] = cells as [Cell];
    const proving = stacks.slice(0, 2);
    const tokenSettings = { folder, rounds: Math.min(rounds, 3), seconds, headers };
    const fresh = {
      RS256: await freshTokens(machine, proving, one, issuer, 'RS256', tokenSettings),
      ES256: await freshTokens(machine, proving, one, issuer, 'ES256', tokenSettings),
    };

    say(`${REQUESTS_PER_SECOND} requests a second`);
    const targets = [{ name: 'upstream alone', base: upstream.origin }, ...stacks];
    const rateSettings = {
      headers,
      perSecond: REQUESTS_PER_SECOND,
      seconds: values.quick ? 2 : 10,
      rounds: Math.min(rounds, 3),
    };
    const rate = await fixedRate(machine, targets, rateSettings);

    say(`a list of ${LONG_MIB} MiB`);
    await stopStacks(stacks.slice(0, 1));
    const streamPlace = prepareGateway(streamFolder, upstream.origin, issuer.issuer);
    const stream = await longStream(machine, streamPlace, upstreamFolder, headers, LONG_MIB);

    const stolen = (stolenSeconds() - stolenBefore) / ((performance.now() - begun) / 1000);
    const sizes = cells.map((cell) => ({
      cell: cell.name,
      bytes: cell.body.whole.length,
      connections: cell.connections,
    }));
    const labels = { upstream: upstream.label, load: loadLabel(machine) };
    return { machine, ...labels, rounds, seconds, warmUp, sizes, samples, fresh, rate, stream, disk, stolen };
  } finally {
    await stopStacks(stacks);
    await upstream.process.stop();
    await issuer.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
try {
  const text = reportText(await bench(readMachine(), folder));
  console.log(text);
  if (values.write) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), `${text}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
