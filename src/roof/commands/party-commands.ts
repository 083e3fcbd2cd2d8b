/** The commands of the parties: sign, suspend, end, revoke, resume, hand-in, stops; and `policies open` for whoever looks back. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { publicHalf, readSigningKeyFile } from '../../adapters/signing/signing-key-file.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { openPoliciesCommand } from '../../cli/open-policies.ts';
import { signCommand } from '../../cli/sign.ts';
import {
  type Answered,
  type HandInParts,
  handInCommand,
  listStopsCommand,
  type ShownStop,
  stopCommand,
} from '../../cli/stop.ts';
import { type Environment, readConfig } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { StandingOrder } from '../../domain/stop.ts';
import { openLogAtRest } from '../log/log-at-rest.ts';
import { loadPolicies } from './command-policies.ts';
import { storeOption } from './store-option.ts';

const ASK_WITHIN_MS = 10_000;
const operations = (): Option =>
  new Option('--operations <url>', 'operations address of the gateway')
    .env('OPERATIONS_URL')
    .default('http://127.0.0.1:9443');
const as = (): Option => new Option('--as <organisation>', 'who signs').makeOptionMandatory();
const key = (): Option => new Option('--key <file>', 'its private key, PEM').makeOptionMandatory();

const ORDERS: Readonly<Record<StandingOrder | 'resume', string>> = {
  suspend: 'stop an agreement until the same party resumes it',
  end: 'end an agreement for good before its time',
  revoke: 'withdraw from an agreement for good, at once',
  resume: "take back the same party's own suspension",
};

/** Adds the commands to the program. */
export function addPartyCommands(program: Command, io: CommandIo, environment: Environment): void {
  addSign(program, io);
  for (const [order, means] of Object.entries(ORDERS)) addOrder(program, io, environment, order, means);
  addHandIn(program, io, environment);
  addPoliciesOpen(program, io);
}

function addSign(program: Command, io: CommandIo): void {
  program
    .command('sign')
    .description('sign one version of an agreement for one party, and say in words what is signed')
    .argument('<agreement>', 'id of the agreement, such as DSA-2026-014')
    .argument('[folder]', 'folder with organisations, datasets and agreements', 'policies')
    .addOption(new Option('--version <number>', 'version; the newest unless said').argParser(Number))
    .addOption(as())
    .addOption(key())
    .action(
      async (agreement: string, folder: string, given: { version?: number; as: string; key: string }) => {
        const { signatureFile } = await import('../../adapters/policies/agreement-signatures.ts');
        const { signText } = await import('../../adapters/signing/signed-text.ts');
        const secret = readSigningKeyFile(given.key);
        const options = { agreement, folder, as: given.as, version: given.version };
        process.exitCode = await signCommand(options, io, {
          load: loadPolicies,
          key: publicHalf(secret),
          sign: (text) => signText(text, 'agreement', secret),
          write: (signed, party, signature) => {
            mkdirSync(join(folder, 'signatures'), { recursive: true });
            const file = join(folder, 'signatures', signatureFile(signed, party));
            writeFileSync(file, signature);
            return file;
          },
        });
      },
    );
}

interface OrderOptions {
  readonly as: string;
  readonly key: string;
  readonly reason: string;
  readonly out?: string;
  readonly operations: string;
}

function addOrder(
  program: Command,
  io: CommandIo,
  environment: Environment,
  name: string,
  means: string,
): void {
  const order = name === 'suspend' || name === 'end' || name === 'revoke' ? name : 'resume';
  program
    .command(order)
    .description(`${means}; one party alone can, and it counts at once`)
    .argument('<agreement>', 'id of the agreement; all its versions are meant')
    .addOption(as())
    .addOption(key())
    .requiredOption('--reason <words>', 'why, in one line that names no person')
    .option('--out <file>', 'write the signed order to a file, for somebody else to hand in')
    .addOption(operations())
    .action(async (agreement: string, options: OrderOptions) => {
      const { signText } = await import('../../adapters/signing/signed-text.ts');
      const secret = readSigningKeyFile(options.key);
      const { as: party, reason, out } = options;
      process.exitCode = await stopCommand({ order, agreement, as: party, reason, out }, io, {
        ...handInParts(options.operations, environment),
        sign: (text) => signText(text, 'stop', secret),
        write: (file, text) => writeFileSync(file, text),
        nowMs: Date.now(),
      });
    });
}

function addHandIn(program: Command, io: CommandIo, environment: Environment): void {
  program
    .command('hand-in')
    .description('give a signed order that was written with --out to the gateway')
    .argument('<file>', 'the signed order')
    .addOption(operations())
    .action(async (file: string, options: { operations: string }) => {
      const signature = readFileSync(file, 'utf8');
      process.exitCode = await handInCommand(signature, io, handInParts(options.operations, environment));
    });
  program
    .command('stops')
    .description('list the stops that stand')
    .addOption(operations())
    .action(async (options: { operations: string }) => {
      const { operations: at } = options;
      process.exitCode = await listStopsCommand(at, io, () => askStops(at));
    });
}

function addPoliciesOpen(program: Command, io: CommandIo): void {
  program
    .command('policies')
    .description('write out the files of a policy set as they were, from the hash in an entry')
    .command('open')
    .argument('<sha256>', 'the hash under `policies` in an entry')
    .requiredOption('--out <folder>', 'a folder that is not there yet')
    .addOption(storeOption())
    .action(async (sha256: string, { out, store }: { out: string; store: string }) => {
      process.exitCode = await openPoliciesCommand({ sha256, out }, io, {
        open: async (hash) => {
          const { openKeptSet } = await import('../policies/kept-policies.ts');
          const reader = await openLogAtRest(store);
          try {
            return await openKeptSet(hash, reader.fact.bind(reader));
          } finally {
            await reader.close();
          }
        },
        write: (folder, files) => {
          if (existsSync(folder)) throw new GatewayError('internal-error', `${folder} is there already`);
          for (const { folder: kind, name, bytes } of files) {
            mkdirSync(join(folder, kind), { recursive: true });
            writeFileSync(join(folder, kind, name), bytes);
          }
        },
      });
    });
}

function handInParts(at: string, environment: Environment): HandInParts {
  return {
    operations: at,
    handIn: (signature) => handIn(at, signature),
    async handInOffline(signature) {
      const { takeStopOffline } = await import('../policies/offline-stop.ts');
      return takeStopOffline(readConfig(environment), signature);
    },
  };
}

/** Undefined only where nobody listens: an answer that is no verdict must not pass for one. */
async function handIn(at: string, body: string): Promise<Answered> {
  const answer = await fetch(`${at}/policies/stops`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/jose' },
    signal: AbortSignal.timeout(ASK_WITHIN_MS),
  }).catch(() => undefined);
  if (answer === undefined) return undefined;
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.status === 200 && hasText(said, 'taken')) return { taken: said.taken };
  if (hasText(said, 'wrong')) return { wrong: said.wrong };
  return { wrong: `the gateway answered ${answer.status}` };
}

function hasText<Name extends string>(value: unknown, name: Name): value is Record<Name, string> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'string';
}

async function askStops(at: string): Promise<readonly ShownStop[] | undefined> {
  try {
    const answer = await fetch(`${at}/policies/stops`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) });
    if (!answer.ok) return undefined;
    const { stops } = (await answer.json()) as { stops: readonly ShownStop[] };
    return stops;
  } catch {
    return undefined;
  }
}
