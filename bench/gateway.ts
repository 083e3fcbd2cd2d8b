/** The real gateway as a child process on fresh keys, a fresh log and the policies of `bench/policies` with real ports. */
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signPolicies } from '../demo/signed-policies.ts';
import { makeMissingKeys } from '../src/adapters/signing/key-ring.ts';
import { type Machine, SERVER_CORE } from './machine.ts';
import { answers, freePort, type ServerProcess, startProcess } from './server-process.ts';

/** Audience of the tokens; the policies say the same. */
export const AUDIENCE = 'https://gateway.northmere.example';

/** Where the policies stand, whom they name, and everything else that outlives one process. */
export interface GatewayPlace {
  readonly folder: string;
  readonly auditLogFile: string;
  readonly headFile: string;
  readonly origin: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface RunningGateway {
  readonly server: ServerProcess;
  /** Origin of the consumers' face, with the dataset's first segment: paths of the provider follow it. */
  readonly base: string;
  readonly operations: string;
}

/** Headers that the agreements want beside the token. */
export const EXCHANGE_HEADERS = {
  'Exchange-Purpose': 'council tax collection',
  'Exchange-Reason': 'change of address',
  'Exchange-Case-Reference': 'CTAX-0001',
} as const;

/** As `npm start` and the image have them, so that what is measured is what runs. */
const START_FLAGS = ['--max-semi-space-size=64'];

/** Ten agreements for each consumer, as many consumers as that takes: the first agreement under other names and purposes. */
function addAgreements(policies: string, count: number): void {
  const read = (path: string): string => readFileSync(join(policies, path), 'utf8');
  const agreement = read('agreements/DSA-2026-901-one-by-one.yaml');
  const consumer = read('organisations/westhaven-district-council.yaml');
  for (let at = 0; at < count; at += 1) {
    const name = `district${Math.floor(at / 10)}`;
    if (at % 10 === 0) {
      writeFileSync(join(policies, `organisations/${name}.yaml`), consumer.replaceAll('westhaven', name));
    }
    const text = agreement
      .replaceAll('westhaven', name)
      .replace('DSA-2026-901', `DSA-2026-${100_000 + at}`)
      .replace('purpose: council tax collection', `purpose: council tax collection ${at % 10}`);
    writeFileSync(join(policies, `agreements/DSA-2026-${100_000 + at}.yaml`), text);
  }
}

/**
 * Lays out keys, secrets and policies in `folder`, which must be there and be empty; `agreements` more than the two.
 *
 * @param change may write further policy files before all are signed.
 */
export async function prepareGateway(
  folder: string,
  upstreamOrigin: string,
  issuer: string,
  agreements = 0,
  change: (policies: string) => void = () => {},
): Promise<GatewayPlace> {
  const inside = (name: string): string => join(folder, name);
  cpSync(join(import.meta.dirname, 'policies'), inside('policies'), { recursive: true });
  addAgreements(inside('policies'), agreements);
  for (const file of globSync(`${inside('policies')}/*/*.yaml`)) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replaceAll('http://127.0.0.1:18081', upstreamOrigin).replaceAll('http://127.0.0.1:18080', issuer),
    );
  }
  change(inside('policies'));
  await signPolicies({
    policies: inside('policies'),
    keys: inside('signing'),
    pins: inside('pinned-keys.json'),
  });
  mkdirSync(inside('keys'));
  makeMissingKeys(inside('keys'), '2026h2');
  const key = { kind: 'api key', host: new URL(upstreamOrigin).host, value: 'a-key-of-the-benchmark' };
  writeFileSync(inside('secrets.json'), JSON.stringify({ BENCH_KEY: key }));
  chmodSync(inside('secrets.json'), 0o600);
  const origin = 'gateway.northmere.example/audit/2026h2';
  return {
    folder,
    auditLogFile: inside('log.sqlite'),
    headFile: inside('head.txt'),
    origin,
    environment: {
      GATEWAY_ORIGIN: AUDIENCE,
      POLICIES_FOLDER: inside('policies'),
      AUDIT_LOG_FILE: inside('log.sqlite'),
      HEAD_FILE: inside('head.txt'),
      LOG_ORIGIN: origin,
      KEYS_FOLDER: inside('keys'),
      PINNED_KEYS_FILE: inside('pinned-keys.json'),
      UPSTREAM_SECRETS_FILE: inside('secrets.json'),
      OPERATOR_CONTACT: 'operations@northmere.example',
      PRIVATE_ADDRESSES: '127.0.0.1',
      // One system asks for all that the gateway can do.
      SYSTEM_REQUESTS_PER_SECOND: '1000000',
    },
  };
}

/** A gateway on its way: its process is there, `ready` resolves when it takes requests and rejects when it ends before. */
export interface StartingGateway {
  readonly server: ServerProcess;
  readonly ready: Promise<RunningGateway>;
}

export interface GatewayOptions {
  /** Flags of Node, for profiles. */
  readonly nodeFlags?: readonly string[];
  /** A free port unless said. */
  readonly port?: number;
}

/** Starts the gateway over a place and resolves once it is ready. */
export async function startGateway(
  machine: Machine,
  place: GatewayPlace,
  options: GatewayOptions = {},
): Promise<RunningGateway> {
  return (await launchGateway(machine, place, options)).ready;
}

/** Starts the gateway's process and does not wait for it. */
export async function launchGateway(
  machine: Machine,
  place: GatewayPlace,
  { nodeFlags = [], port }: GatewayOptions = {},
): Promise<StartingGateway> {
  const consumersPort = port ?? (await freePort());
  const operationsPort = await freePort();
  const server = startProcess({
    machine,
    core: SERVER_CORE,
    command: [
      process.execPath,
      ...START_FLAGS,
      ...nodeFlags,
      join(import.meta.dirname, '..', 'src', 'main.ts'),
    ],
    environment: {
      ...place.environment,
      GATEWAY_PORT: String(consumersPort),
      OPERATIONS_PORT: String(operationsPort),
    },
    outputFile: join(place.folder, 'gateway.log'),
  });
  const operations = `http://127.0.0.1:${operationsPort}`;
  const base = `http://127.0.0.1:${consumersPort}/bench-people`;
  return {
    server,
    ready: answers(server, `${operations}/health/ready`).then(() => ({ server, base, operations })),
  };
}
