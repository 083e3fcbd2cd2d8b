/** Everything that the demo starts: the invented people, their partners, the issuers and the gateway; and how it ends. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicyFolder } from '../src/adapters/policies/policy-folder.ts';
import { makeMissingKeys, openKeyRing } from '../src/adapters/signing/key-ring.ts';
import type { Organisation } from '../src/domain/organisation.ts';
import { formatVerifierKey } from '../src/merkle/signed-note.ts';
import { fillPolicies } from './filled-policies.ts';
import { gatewaySettings, LOG_ORIGIN, PROJECT, startGateway } from './gateway.ts';
import { type IssuerSettings, startIssuers } from './issuers.ts';
import { keepPort, type Listening } from './listen.ts';
import { type StartedPartner, startPartners } from './partners/start-partners.ts';
import { inventTown } from './people.ts';
import { fromProject, tokenCommandLine } from './project-command.ts';
import { DEFAULT_FOLDER, emptyRunFolder, runPaths, type SignIns, writePrivate } from './run-folder.ts';
import { keysOfSystems, type SystemKeys, signInOf } from './sign-ins.ts';
import { signPolicies } from './signed-policies.ts';
import { inventStaff } from './staff.ts';

export interface World {
  /** Where consumers call. */
  readonly gateway: string;
  /** Where the operator calls. */
  readonly operations: string;
  /** How the token command is started. */
  readonly tokenCommand: string;
  /** What the gateway's command line needs to verify this log offline. */
  readonly verifyArguments: readonly string[];
  readonly people: number;
  readonly partners: readonly StartedPartner[];
  readonly signIns: SignIns;
  /** Sentences about ports that were busy. */
  readonly moved: readonly string[];
  /** Resolves when the gateway has ended by itself. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** The ports that the demo wants; 0 everywhere takes any. */
export interface Ports {
  readonly gateway: number;
  readonly operations: number;
  readonly issuers: number;
  readonly firstPartner: number;
}

export const ANY_PORTS: Ports = { gateway: 0, operations: 0, issuers: 0, firstPartner: 0 };
export const USUAL_PORTS: Ports = { gateway: 8443, operations: 9443, issuers: 8800, firstPartner: 8801 };

/** Starts it all in `folder`, which is emptied first. Whatever fails, nothing stays running. */
export async function startWorld(folder: string, ports: Ports): Promise<World> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await start(folder, ports, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  folder: string,
  ports: Ports,
  closers: (() => Promise<void>)[],
): Promise<Omit<World, 'close'>> {
  emptyRunFolder(folder);
  const policies = await loadPolicyFolder(SAMPLES);
  const town = inventTown();
  const [gatewayPort, operationsPort] = [await keepPort(ports.gateway), await keepPort(ports.operations)];
  closers.push(gatewayPort.release, operationsPort.release);
  const gateway = `http://127.0.0.1:${gatewayPort.port}`;
  const operations = `http://127.0.0.1:${operationsPort.port}`;
  const staffed = [...policies.organisations.values()].filter(({ signIn }) => signIn !== undefined);
  const keys = await keysOfSystems(staffed);
  const issuers = await startIssuers(issuersOf(staffed, keys), gateway, ports.issuers);
  closers.push(issuers.close);
  const partners = await startPartners(policies.datasets.values(), town, ports.firstPartner);
  for (const { partner } of partners) closers.push(partner.close);
  const organisations = staffed.map((one) => signInOf(one, issuers.issuerOf(one.id), gateway, keys));
  const signIns = { process: process.pid, organisations };
  await writeRunFolder(folder, gateway, signIns, partners);
  // Without a running demo its keys open nothing, and the token command says so.
  closers.push(async () => rmSync(runPaths(folder).signIns, { force: true }));
  await gatewayPort.release();
  await operationsPort.release();
  const settings = gatewaySettings(folder, gatewayPort.port, operationsPort.port);
  const running = await startGateway(settings, operations, runPaths(folder).gatewayLog);
  closers.push(running.stop);
  return {
    gateway,
    operations,
    tokenCommand: tokenCommandLine(folder === DEFAULT_FOLDER ? undefined : folder),
    verifyArguments: verifyArguments(folder),
    people: town.people.length,
    partners,
    signIns,
    moved: [
      ...movedSentence('the gateway', ports.gateway, gatewayPort),
      ...movedSentence('its operations port', ports.operations, operationsPort),
      ...movedSentence('the OpenID providers', ports.issuers, issuers),
      ...partners.flatMap(({ partner }, at) => movedSentence(partner.name, ports.firstPartner + at, partner)),
    ],
    ended: running.ended,
  };
}

const SAMPLES = join(PROJECT, 'policies');

function issuersOf(organisations: readonly Organisation[], { publicKeys }: SystemKeys): IssuerSettings[] {
  return organisations.map((organisation) => ({
    organisation,
    staff: inventStaff(organisation),
    publicKeys,
  }));
}

/** What the gateway and the token command read: policies with real addresses, keys, secrets, sign-ins. */
async function writeRunFolder(
  folder: string,
  gateway: string,
  signIns: SignIns,
  partners: readonly StartedPartner[],
): Promise<void> {
  const paths = runPaths(folder);
  const issuers = new Map(signIns.organisations.map((one) => [one.organisation, one.issuer]));
  fillPolicies(SAMPLES, paths.policies, {
    audience: gateway,
    issuerOf: (organisation) => issuers.get(organisation),
    upstreamOf: (dataset) => {
      const partner = partners.find((one) => one.dataset === dataset)?.partner;
      return partner && { address: partner.address, tokenIssuer: partner.origin };
    },
  });
  await signPolicies({ policies: paths.policies, keys: paths.signing, pins: paths.pins });
  mkdirSync(paths.keys, { mode: 0o700 });
  makeMissingKeys(paths.keys, 'demo');
  writePrivate(paths.secrets, secretsOf(partners));
  writePrivate(paths.signIns, signIns);
}

/** The public key stands in the command itself: an auditor has it from somewhere else than the log. */
function verifyArguments(folder: string): string[] {
  const paths = runPaths(folder);
  const key = formatVerifierKey(openKeyRing(paths.keys, LOG_ORIGIN).checkpoint.verifierKey);
  return ['verify', '--store', fromProject(paths.log), '--head', fromProject(paths.head), '--key', key];
}

function secretsOf(partners: readonly StartedPartner[]): Record<string, Readonly<Record<string, string>>> {
  const secrets = partners.map(({ secret }) => secret).filter((secret) => secret !== undefined);
  return Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
}

function movedSentence(what: string, wanted: number, { port, moved }: Listening): string[] {
  return moved ? [`port ${wanted} is busy: ${what} is at port ${port} instead`] : [];
}
