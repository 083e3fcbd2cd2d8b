/** `node bench/profile.ts [one|list|large] [seconds]`: loads the gateway under --cpu-prof and prints where its time goes. */
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AUDIENCE, EXCHANGE_HEADERS, prepareGateway, startGateway } from './gateway.ts';
import { startIssuer } from './issuer.ts';
import { brokenCount, runLoad } from './load.ts';
import { cpuSeconds, readMachine } from './machine.ts';
import { profileTimes } from './profile-times.ts';
import { scratchFolder } from './scratch-folder.ts';
import { figure, markdownTable } from './table.ts';
import { LARGE_PATH, LIST_PATH, makeBodies, ONE_PATH, startUpstream } from './upstream.ts';

const SIZES: Readonly<Record<string, { readonly path: string; readonly connections: number }>> = {
  one: { path: ONE_PATH, connections: 64 },
  list: { path: LIST_PATH, connections: 64 },
  large: { path: LARGE_PATH, connections: 8 },
};
const MOST_ROWS = 45;
const WARM_UP_SECONDS = 10;

function shareTable(title: string, times: ReadonlyMap<string, number>): string {
  const whole = [...times.values()].reduce((sum, ms) => sum + ms, 0);
  const rows = [...times]
    .sort(([, left], [, right]) => right - left)
    .slice(0, MOST_ROWS)
    .map(([name, ms]) => [name, figure(ms), figure((ms / whole) * 100)]);
  return markdownTable([`${title} (${figure(whole)} ms busy)`, 'ms', '%'], rows);
}

function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

const [size = 'one', seconds = '5'] = process.argv.slice(2);
const cell = SIZES[size] ?? { path: ONE_PATH, connections: 64 };
const scratch = scratchFolder('gateway-profile');
const [upstreamFolder, gatewayFolder, profiles] = ['upstream', 'gateway', 'profiles'].map((name) => {
  mkdirSync(join(scratch.path, name));
  return join(scratch.path, name);
}) as [string, string, string];
const machine = readMachine();
const upstream = await startUpstream(machine, upstreamFolder, makeBodies());
const issuer = await startIssuer();
try {
  const place = await prepareGateway(gatewayFolder, upstream.origin, issuer.issuer);
  const nodeFlags = ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=200'];
  const gateway = await startGateway(machine, place, { nodeFlags });
  const headers = { Authorization: `Bearer ${await issuer.token('RS256', AUDIENCE)}`, ...EXCHANGE_HEADERS };
  const load = { url: gateway.base + cell.path, headers, connections: cell.connections };
  await runLoad(machine, { ...load, seconds: WARM_UP_SECONDS });
  const from = monotonicMicroseconds();
  const before = cpuSeconds(gateway.server.pid) ?? Number.NaN;
  const result = await runLoad(machine, { ...load, seconds: Number(seconds) });
  const used = (cpuSeconds(gateway.server.pid) ?? Number.NaN) - before;
  const to = monotonicMicroseconds();
  await gateway.server.stop();
  console.log(
    `${size}: ${figure(result.requests / result.seconds)} requests/s, ${figure(result.requests / used)} per CPU second, ${figure((used / result.requests) * 1e6)} us each (with the profiler), ${result.wrong + brokenCount(result.broken)} wrong`,
  );
  for (const file of globSync(join(profiles, '*.cpuprofile')).sort()) {
    const times = profileTimes(JSON.parse(readFileSync(file, 'utf8')), from, to);
    const tables = [
      shareTable('files and packages, with what they call in Node', times.areas),
      shareTable('functions, with what they call in Node', times.owners),
      shareTable('functions, themselves', times.functions),
    ];
    console.log(`\n${basename(file)}\n\n${tables.join('\n\n')}`);
  }
} finally {
  await upstream.process.stop();
  await issuer.close();
  scratch.remove();
}
