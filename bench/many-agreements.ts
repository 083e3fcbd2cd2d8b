/**
 * `npm run bench:many -- [agreements] [rounds]`: the gateway at 1 KiB with two agreements and with a thousand more, in turns on
 * the same core, each signed by both parties.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIENCE, EXCHANGE_HEADERS, prepareGateway, type RunningGateway, startGateway } from './gateway.ts';
import { startIssuer } from './issuer.ts';
import { runLoad } from './load.ts';
import { cpuSeconds, readMachine } from './machine.ts';
import { scratchFolder } from './scratch-folder.ts';
import { median } from './statistics.ts';
import { figure, markdownTable } from './table.ts';
import { makeBodies, ONE_PATH, startUpstream } from './upstream.ts';

const WARM_UP_SECONDS = 15;
const SECONDS = 2;
const CONNECTIONS = 64;

const [agreements = 1000, rounds = 7] = process.argv.slice(2).map(Number);
const machine = readMachine();
const scratch = scratchFolder('gateway-many');
const inside = (name: string): string => {
  mkdirSync(join(scratch.path, name));
  return join(scratch.path, name);
};
const upstream = await startUpstream(machine, inside('upstream'), makeBodies());
const issuer = await startIssuer();
try {
  const stacks: { count: number; gateway: RunningGateway; startMs: number; perCpuSecond: number[] }[] = [];
  for (const count of [0, agreements]) {
    const place = await prepareGateway(inside(`gateway-${count}`), upstream.origin, issuer.issuer, count);
    const startedMs = performance.now();
    const gateway = await startGateway(machine, place);
    stacks.push({ count, gateway, startMs: performance.now() - startedMs, perCpuSecond: [] });
  }
  const headers = { Authorization: `Bearer ${await issuer.token('RS256', AUDIENCE)}`, ...EXCHANGE_HEADERS };
  const measure = async ({ gateway }: (typeof stacks)[number], seconds: number): Promise<number> => {
    const before = cpuSeconds(gateway.server.pid) ?? Number.NaN;
    const load = { url: gateway.base + ONE_PATH, headers, connections: CONNECTIONS, seconds };
    const { requests, wrong } = await runLoad(machine, load);
    if (wrong > 0) throw new Error(`${wrong} answers were not 200`);
    return requests / ((cpuSeconds(gateway.server.pid) ?? Number.NaN) - before);
  };
  for (const stack of stacks) await measure(stack, WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? stacks : stacks.toReversed();
    for (const stack of order) stack.perCpuSecond.push(await measure(stack, SECONDS));
  }
  const rows = stacks.map(({ count, startMs, perCpuSecond }) => [
    figure(count + 2),
    figure(median(perCpuSecond)),
    figure(startMs / 1000),
  ]);
  console.log(
    markdownTable(['agreements', 'requests per CPU second at 1 KiB', 'seconds to readiness'], rows),
  );
  const [few, many] = stacks.map(({ perCpuSecond }) => perCpuSecond);
  const ratios = (many ?? []).map((one, round) => one / (few?.[round] ?? Number.NaN));
  console.log(
    `\n${agreements} more agreements: ${figure(median(ratios))} times as many (median of ${rounds} paired rounds); goal 0.9 or more`,
  );
  for (const { gateway } of stacks) await gateway.server.stop();
} finally {
  await upstream.process.stop();
  await issuer.close();
  scratch.remove();
}
