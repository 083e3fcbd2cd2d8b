/** What several threads and several processes cost at a steady 500 requests a second: one log each time, on either store. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ownServer } from '../test/support/postgres-server.ts';
import { durableWrites } from './disk.ts';
import { AUDIENCE, EXCHANGE_HEADERS, type GatewayPlace, prepareGateway, startGateway } from './gateway.ts';
import { startIssuer } from './issuer.ts';
import { type Machine, readMachine } from './machine.ts';
import { scratchFolder } from './scratch-folder.ts';
import type { ServerProcess } from './server-process.ts';
import { fixedRate } from './shown.ts';
import { figure, markdownTable } from './table.ts';
import { makeBodies, startUpstream } from './upstream.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '8' } },
});
const PER_SECOND = 500;

interface Shape {
  readonly name: string;
  readonly processes: number;
  readonly threads: number;
  readonly store: 'SQLite' | 'PostgreSQL';
}

const SHAPES: readonly Shape[] = [
  { name: 'SQLite, one thread', processes: 1, threads: 1, store: 'SQLite' },
  { name: 'SQLite, two threads', processes: 1, threads: 2, store: 'SQLite' },
  { name: 'PostgreSQL, one process', processes: 1, threads: 1, store: 'PostgreSQL' },
  { name: 'PostgreSQL, three processes', processes: 3, threads: 1, store: 'PostgreSQL' },
];

interface Running {
  readonly bases: readonly string[];
  readonly servers: readonly ServerProcess[];
}

/** The same place for one process of a shape: its own name and head file, and the store that all share. */
function placeOf(place: GatewayPlace, shape: Shape, nth: number, store: string | undefined): GatewayPlace {
  const { AUDIT_LOG_FILE, ...others } = place.environment;
  const environment = {
    ...others,
    ...(store === undefined ? { AUDIT_LOG_FILE: AUDIT_LOG_FILE ?? '' } : { AUDIT_STORE: store }),
    GATEWAY_THREADS: String(shape.threads),
    INSTANCE_NAME: `gateway-${nth + 1}`,
    HEAD_FILE: join(place.folder, `head-${nth + 1}.txt`),
    SEARCH_INDEX_FILE: join(place.folder, `search-${nth + 1}`),
  };
  return { ...place, environment };
}

async function start(machine: Machine, place: GatewayPlace, shape: Shape, store?: string): Promise<Running> {
  const gateways = [];
  for (let nth = 0; nth < shape.processes; nth += 1)
    gateways.push(await startGateway(machine, placeOf(place, shape, nth, store)));
  return { bases: gateways.map(({ base }) => base), servers: gateways.map(({ server }) => server) };
}

const scratch = scratchFolder('gateway-instances');
const found = readMachine();
// Not pinned: threads and processes are there to run side by side.
const machine: Machine = { ...found, taskset: undefined };
const folderOf = (name: string): string => {
  const folder = join(scratch.path, name);
  mkdirSync(folder);
  return folder;
};
const upstream = await startUpstream(machine, folderOf('upstream'), makeBodies());
const issuer = await startIssuer();
const postgres = await ownServer({ on: 'disk' });
const running: (Running & Shape)[] = [];
try {
  const disk = durableWrites(scratch.path);
  const headers = { Authorization: `Bearer ${await issuer.token('RS256', AUDIENCE)}`, ...EXCHANGE_HEADERS };
  for (const [nth, shape] of SHAPES.entries()) {
    const place = await prepareGateway(folderOf(`gateway-${nth}`), upstream.origin, issuer.issuer);
    const store =
      shape.store === 'PostgreSQL' ? postgres.address(await postgres.createDatabase()) : undefined;
    running.push({ ...shape, ...(await start(machine, place, shape, store)) });
  }
  const targets = [
    { name: 'upstream alone', base: upstream.origin },
    ...running.map(({ name, bases }) => ({ name, base: bases })),
  ];
  const each = { perSecond: PER_SECOND, seconds: Number(values.seconds), rounds: Number(values.rounds) };
  const [alone, ...rates] = await fixedRate(machine, targets, { headers, ...each });
  const rows = rates.map(({ name, p50, p99 }) => [
    name,
    ...[p50, p99, p50 - (alone?.p50 ?? 0), p99 - (alone?.p99 ?? 0)].map(figure),
  ]);
  console.log(machine.description);
  console.log(
    `${PER_SECOND} requests a second, open loop, ${each.rounds} rounds of ${each.seconds} s in turns, nothing pinned`,
  );
  console.log(`upstream alone: p50 ${figure(alone?.p50 ?? 0)} ms, p99 ${figure(alone?.p99 ?? 0)} ms`);
  console.log(`the disk: ${figure(disk.perSecond)} durable writes a second, p99 ${figure(disk.p99Ms)} ms`);
  console.log(markdownTable(['one log', 'p50 ms', 'p99 ms', 'added p50 ms', 'added p99 ms'], rows));
} finally {
  await Promise.all(running.flatMap(({ servers }) => servers.map((server) => server.stop('SIGTERM'))));
  await upstream.process.stop();
  await issuer.close();
  await postgres.stop();
  scratch.remove();
}
