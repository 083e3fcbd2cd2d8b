/** `npm run bench:senders [-- --rounds 3 --seconds 4]`: DPoP and mutual TLS beside plain Bearer, each on the transport that it needs. */
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { makeCertificate } from '../test/support/certificates.ts';
import { AUDIENCE, EXCHANGE_HEADERS, prepareGateway, startGateway } from './gateway.ts';
import { type BenchIssuer, startIssuer } from './issuer.ts';
import { brokenCount } from './load.ts';
import { cpuSeconds, type Machine, readMachine } from './machine.ts';
import { scratchFolder } from './scratch-folder.ts';
import { runSenders, type SenderLoad } from './sender-load.ts';
import type { ServerProcess } from './server-process.ts';
import { median } from './statistics.ts';
import { figure, markdownTable } from './table.ts';
import { makeBodies, ONE_PATH, startUpstream } from './upstream.ts';

interface Sender {
  readonly name: string;
  /** Beside whom it is held: the one of the same transport that proves no key. */
  readonly beside: string;
  readonly server: ServerProcess;
  readonly load: Omit<SenderLoad, 'seconds'>;
}

interface SenderSample {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 6;

const SHOWN = ['perSecond', 'perCpuSecond', 'p50', 'p99'] as const;

/** What the measurements stand on. */
export interface SendersGround {
  /** Where two gateways are laid out. */
  readonly folder: string;
  readonly issuer: BenchIssuer;
  /** Origin of the provider. */
  readonly upstream: string;
  readonly rounds: number;
  readonly seconds: number;
}

export type SendersReport = readonly (Pick<Sender, 'name' | 'beside'> & {
  readonly samples: readonly SenderSample[];
})[];

/** A gateway on plain HTTP for tokens alone and for DPoP, and one on TLS for tokens alone and for bound ones. */
async function startSenders(
  machine: Machine,
  { folder, issuer, upstream }: SendersGround,
): Promise<Sender[]> {
  const place = async (name: string) => {
    mkdirSync(join(folder, name));
    return prepareGateway(join(folder, name), upstream, issuer.issuer);
  };
  const plain = await startGateway(machine, await place('plain'));
  const authority = makeCertificate({ name: 'authority', authority: true });
  const listener = makeCertificate({ name: 'gateway', hosts: ['127.0.0.1'], issuer: authority });
  const files = {
    TLS_CERTIFICATE_FILE: join(folder, 'gateway.pem'),
    TLS_KEY_FILE: join(folder, 'gateway.key'),
  };
  writeFileSync(files.TLS_CERTIFICATE_FILE, listener.cert);
  writeFileSync(files.TLS_KEY_FILE, listener.key, { mode: 0o600 });
  const tlsPlace = await place('tls');
  const secured = await startGateway(machine, {
    ...tlsPlace,
    environment: { ...tlsPlace.environment, ...files },
  });
  const own = makeCertificate({ name: 'revenues app' });
  const plainUrl = plain.base + ONE_PATH;
  const tlsUrl = secured.base.replace('http:', 'https:') + ONE_PATH;
  const bearer = await authorization(issuer);
  const bound = await authorization(issuer, { cnf: { 'x5t#S256': thumbprintOf(own.cert) } });
  const of = (
    name: string,
    beside: string,
    server: ServerProcess,
    load: Omit<SenderLoad, 'seconds' | 'connections'>,
  ) => ({
    ...{ name, beside, server },
    load: { ...load, connections: CONNECTIONS },
  });
  const tls = { ca: authority.cert };
  return [
    of('Bearer', 'Bearer', plain.server, { url: plainUrl, headers: bearer }),
    of('DPoP', 'Bearer', plain.server, {
      url: plainUrl,
      ...(await dpopLoad(issuer, new URL(plainUrl).pathname)),
    }),
    of('Bearer over TLS', 'Bearer over TLS', secured.server, { url: tlsUrl, headers: bearer, tls }),
    of('mutual TLS', 'Bearer over TLS', secured.server, {
      url: tlsUrl,
      headers: bound,
      tls: { ...tls, cert: own.cert, key: own.key },
    }),
  ];
}

async function authorization(issuer: BenchIssuer, more = {}): Promise<Record<string, string>> {
  return { Authorization: `Bearer ${await issuer.token('ES256', AUDIENCE, more)}`, ...EXCHANGE_HEADERS };
}

async function dpopLoad(issuer: BenchIssuer, path: string): Promise<Pick<SenderLoad, 'headers' | 'dpop'>> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = await exportJWK(publicKey);
  const token = await issuer.token('ES256', AUDIENCE, {
    cnf: { jkt: await calculateJwkThumbprint(publicJwk) },
  });
  return {
    headers: { Authorization: `DPoP ${token}`, ...EXCHANGE_HEADERS },
    dpop: {
      privateJwk: privateKey.export({ format: 'jwk' }),
      publicJwk: publicKey.export({ format: 'jwk' }),
      uri: `${AUDIENCE}${path}`,
      tokenHash: createHash('sha256').update(token).digest('base64url'),
    },
  };
}

function thumbprintOf(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
}

/** @throws {Error} where an answer had another status than 200, or too many none: figures of failures are worth nothing. */
async function measureSender(
  machine: Machine,
  { name, server, load }: Sender,
  seconds: number,
): Promise<SenderSample> {
  const before = cpuSeconds(server.pid) ?? Number.NaN;
  const result = await runSenders(machine, { ...load, seconds });
  const used = (cpuSeconds(server.pid) ?? Number.NaN) - before;
  if (result.requests === 0 || result.wrong > 0 || brokenCount(result.broken) > result.requests / 100)
    throw new Error(
      `${name}: ${result.requests} answers, ${result.wrong} without status 200: ${server.complaints()}`,
    );
  const { p50, p99 } = result;
  return { perSecond: result.requests / result.seconds, perCpuSecond: result.requests / used, p50, p99 };
}

/** Warms each up, then measures them in turns, the order turned round from round to round. */
export async function measureSenders(machine: Machine, ground: SendersGround): Promise<SendersReport> {
  const senders = await startSenders(machine, ground);
  try {
    const samples = new Map<string, SenderSample[]>(senders.map(({ name }) => [name, []]));
    for (const sender of senders) await measureSender(machine, sender, WARM_UP_SECONDS);
    for (let round = 0; round < ground.rounds; round += 1) {
      for (const sender of round % 2 === 0 ? senders : [...senders].reverse())
        samples.get(sender.name)?.push(await measureSender(machine, sender, ground.seconds));
    }
    return senders.map(({ name, beside }) => ({ name, beside, samples: samples.get(name) ?? [] }));
  } finally {
    await Promise.all([...new Set(senders.map(({ server }) => server))].map((server) => server.stop()));
  }
}

/** Medians over the rounds. */
export function sendersText(report: SendersReport): string {
  const of = (name: string, what: keyof SenderSample): number =>
    median(report.find((one) => one.name === name)?.samples.map((sample) => sample[what]) ?? []);
  const rows = report.map(({ name, beside }) => [
    name,
    ...SHOWN.map((what) => figure(of(name, what))),
    name === beside ? '' : `${figure(of(name, 'perCpuSecond') / of(beside, 'perCpuSecond'))}x of ${beside}`,
  ]);
  const head = ['1 KiB', 'requests/s', 'per CPU second', 'p50 ms', 'p99 ms', 'per CPU second, beside'];
  const how = `Load: undici in a Node process, ${CONNECTIONS} connections, so that all four are asked alike; a proof of its own with each DPoP request, one ES256 token for each sender.`;
  return `${how}\n\n${markdownTable(head, rows)}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '4' } },
  });
  const scratch = scratchFolder('gateway-senders');
  const machine = readMachine();
  mkdirSync(join(scratch.path, 'upstream'));
  const upstream = await startUpstream(machine, join(scratch.path, 'upstream'), makeBodies());
  const issuer = await startIssuer();
  try {
    const place = { folder: scratch.path, issuer, upstream: upstream.origin };
    const each = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
    const report = await measureSenders(machine, { ...place, ...each });
    console.log(`Machine: ${machine.description}. ${sendersText(report)}`);
  } finally {
    await upstream.process.stop();
    await issuer.close();
    scratch.remove();
  }
}

if (import.meta.main) await main();
