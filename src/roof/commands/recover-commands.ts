/** The command for a log that lost entries: recover, which two people order, and which enters the receipts that partners hold. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import { progressBar } from '../../cli/progress-bar.ts';
import { enterReceiptsCommand, recoverCommand } from '../../cli/recover-log.ts';
import { type Environment, readConfig } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { NoteError, parseVerifierKey, type VerifierKey } from '../../merkle/signed-note.ts';
import type { ReceiptsEntered } from '../log/receipts-of-lost-entries.ts';

interface RecoverGiven {
  readonly origin?: string;
  readonly store?: string;
  readonly newHead?: string;
  readonly by?: string;
  readonly because?: string;
  readonly receipts?: string;
  readonly receiptsKey?: VerifierKey;
  readonly operations: string;
}

/** Adds the command to the program. */
export function addRecoverCommand(program: Command, io: CommandIo, environment: Environment): void {
  program
    .command('recover')
    .description(
      'open a new log that names what the old one lost: two people give the same order, with the settings of the old log and no gateway running; --receipts enters what partners hold in the new log, through its gateway or with its settings',
    )
    .option('--origin <name>', 'name of the new log')
    .option('--store <file>', 'its new store')
    .option('--new-head <file>', 'its new head file, best on another disk')
    .option('--by <name>', 'who gives the order')
    .option('--because <words>', 'why; it is kept sealed')
    .option('--receipts <file>', 'receipts of lost entries, one a line; JSON lines may add leaf and salt')
    .addOption(
      new Option(
        '--receipts-key <text>',
        "verifier key of the old log's receipts, where keys were changed since",
      ).argParser(verifierKeyOf),
    )
    .addOption(
      new Option('--operations <url>', 'with --receipts: operations address of the gateway')
        .env('OPERATIONS_URL')
        .default('http://127.0.0.1:9443'),
    )
    .action(async (given: RecoverGiven) => {
      const { receipts } = given;
      process.exitCode =
        receipts === undefined
          ? await recover(given, program, io, environment)
          : await bringReceipts(receipts, given, io, environment);
    });
}

async function recover(
  { origin, store, newHead: head, by = '', because = '' }: RecoverGiven,
  program: Command,
  io: CommandIo,
  environment: Environment,
): Promise<number> {
  if (origin === undefined || store === undefined || head === undefined)
    program.error('error: name --origin, --store and --new-head of the new log, or --receipts');
  const order = { origin, store, head, by, because };
  const { orderRecovery } = await import('../log/log-recovery.ts');
  return recoverCommand(order, io, () => {
    const config = readConfig(environment);
    return orderRecovery(config, { ...order, giver: unproved(by) }, progressBar(io, 'entries'));
  });
}

function bringReceipts(
  file: string,
  { by, receiptsKey, operations }: RecoverGiven,
  io: CommandIo,
  environment: Environment,
): Promise<number> {
  return enterReceiptsCommand(by, io, async (name) => {
    const receipts = readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim());
    // The running gateway takes no key from outside: what counts there is what its own keys prove.
    const entered = receiptsKey === undefined ? await postReceipts(operations, receipts, name) : undefined;
    if (entered !== undefined) return entered;
    const { enterReceiptsOffline } = await import('../log/receipts-of-lost-entries.ts');
    return enterReceiptsOffline(readConfig(environment), receipts, unproved(name), receiptsKey);
  });
}

const RECEIPTS_AT_ONCE = 200;
const ASK_WITHIN_MS = 60_000;

/** Undefined only where nobody listens. @throws {GatewayError} in the gateway's words where it refuses them. */
async function postReceipts(
  operations: string,
  receipts: readonly string[],
  by: string,
): Promise<ReceiptsEntered | undefined> {
  const all = { entered: 0, known: 0, wrong: [] as ReceiptsEntered['wrong'][number][] };
  for (let at = 0; at < receipts.length; at += RECEIPTS_AT_ONCE) {
    const some = await post(operations, { receipts: receipts.slice(at, at + RECEIPTS_AT_ONCE), by });
    if (some === undefined) return undefined;
    all.entered += some.entered;
    all.known += some.known;
    all.wrong.push(...some.wrong.map(({ line, why }) => ({ line: at + line, why })));
  }
  return all;
}

async function post(operations: string, body: unknown): Promise<ReceiptsEntered | undefined> {
  const answer = await fetch(`${operations}/log/lost-entries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ASK_WITHIN_MS),
  }).catch(() => undefined);
  if (answer === undefined) return undefined;
  const said: Partial<ReceiptsEntered & { fault: string; wrong: unknown }> = Object(
    await answer.json().catch(() => undefined),
  );
  if (
    answer.ok &&
    typeof said.entered === 'number' &&
    typeof said.known === 'number' &&
    Array.isArray(said.wrong)
  )
    return { entered: said.entered, known: said.known, wrong: said.wrong };
  throw new GatewayError('log-unavailable', said.fault ?? `the gateway answered ${answer.status}`);
}

function unproved(name: string) {
  return { assurance: 'unproved', name } as const;
}

/** A verifier key on the command line. */
export function verifierKeyOf(text: string): VerifierKey {
  try {
    return parseVerifierKey(text);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
}
