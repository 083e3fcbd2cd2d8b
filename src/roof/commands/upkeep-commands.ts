/** The commands about what the log keeps: erase, hold and retention. */
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import { type EraseOptions, eraseCommand } from '../../cli/erase.ts';
import { HOLD_ORDERS, type HoldOptions, type HoldOrderName, holdCommand } from '../../cli/hold.ts';
import { RETENTION_ORDERS, type RetentionOrder, retentionCommand } from '../../cli/retention.ts';
import type { Answered, OrderParts } from '../../cli/upkeep-order.ts';
import { type Environment, readConfig } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';

/** A search of a whole log, and one part of a run of retention. */
const ASK_WITHIN_MS = 600_000;

const operations = (): Option =>
  new Option('--operations <url>', 'operations address of the gateway')
    .env('OPERATIONS_URL')
    .default('http://127.0.0.1:9443');

const tokenFile = (): Option =>
  new Option('--token-file <file>', "a token of an organisation's issuer, which proves who orders");

interface At {
  readonly operations: string;
  readonly tokenFile?: string;
}

/**
 * Adds the commands to the program.
 *
 * @param readLines identifiers, from standard input unless a test gives them.
 */
export function addUpkeepCommands(
  program: Command,
  io: CommandIo,
  environment: Environment,
  readLines = (): Promise<string> => text(process.stdin),
): void {
  const parts = ({ operations: at, tokenFile: file }: At): OrderParts => ({
    operations: at,
    give: (path, order) => give(`${at}${path}`, order, file && readFileSync(file, 'utf8').trim()),
    async giveOffline(path, order) {
      const { orderOffline } = await import('../log/offline-upkeep.ts');
      return orderOffline(readConfig(environment), path, order);
    },
  });
  program
    .command('erase')
    .description(
      'take what leads to one person out of entries; two people must order it; the identifiers are read from standard input',
    )
    .option('--exchange <id>', 'in the entries of one exchange')
    .option('--entry <number>', 'in one entry, by its number', wholeNumber)
    .option('--everywhere', 'in every entry of the log', false)
    .option('--by <name>', 'who orders it; two different people must')
    .option('--because <reason>', 'why; it is kept as cipher text alone')
    .option('--although-kept', 'also where entries are to be kept still', false)
    .addOption(tokenFile())
    .addOption(operations())
    .action(async ({ operations: at, tokenFile: file, ...options }: EraseOptions & At) => {
      process.exitCode = await eraseCommand(options, io, parts(placed(at, file)), readLines);
    });
  program
    .command('hold')
    .description('keep an exchange, an agreement or a person whole, whatever says that entries may go')
    .addArgument(new Argument('<order>', 'what to do').choices(HOLD_ORDERS))
    .option('--exchange <id>', 'all entries of one exchange')
    .option('--agreement <id>', 'all entries under one agreement')
    .option('--person', 'all entries about a person; the identifier is read from standard input', false)
    .option('--by <name>', 'who orders it; to lift a hold two different people must')
    .option('--because <reason>', 'why; it is kept as cipher text alone')
    .addOption(tokenFile())
    .addOption(operations())
    .action(
      async (order: HoldOrderName, { operations: at, tokenFile: file, ...options }: HoldOptions & At) => {
        process.exitCode = await holdCommand(order, options, io, parts(placed(at, file)), readLines);
      },
    );
  program
    .command('retention')
    .description(
      'show which entries need not be kept any more; run drops them; shrink makes the file smaller while no gateway runs',
    )
    .addArgument(new Argument('<order>', 'what to do').choices(RETENTION_ORDERS))
    .option('--by <name>', 'who orders it')
    .addOption(tokenFile())
    .addOption(operations())
    .action(async (order: RetentionOrder, { by, ...at }: At & { readonly by?: string }) => {
      const shrink = async () => {
        const { shrinkStore } = await import('../log/offline-upkeep.ts');
        return shrinkStore(readConfig(environment));
      };
      process.exitCode = await retentionCommand(order, by, io, { ...parts(at), shrink });
    });
}

function placed(at: string, file: string | undefined): At {
  return file === undefined ? { operations: at } : { operations: at, tokenFile: file };
}

/** Undefined only where nobody listens: an answer that is no verdict must not pass for one. */
async function give(
  url: string,
  order: Readonly<Record<string, unknown>>,
  token: string | undefined,
): Promise<Answered | undefined> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(order),
    signal: AbortSignal.timeout(ASK_WITHIN_MS),
  }).catch((error: unknown) => unreachable(error));
  if (answer === undefined) return undefined;
  const said: unknown = await answer.json().catch(() => undefined);
  return answered(said) ?? { wrong: `the gateway answered ${answer.status}` };
}

function answered(said: unknown): Answered | undefined {
  if (typeof said !== 'object' || said === null) return undefined;
  if ('wrong' in said && typeof said.wrong === 'string') return { wrong: said.wrong };
  if (!('said' in said) || typeof said.said !== 'string') return undefined;
  const lines = 'lines' in said && Array.isArray(said.lines) ? said.lines.map(String) : [];
  return { said: said.said, lines, more: 'more' in said && said.more === true };
}

function unreachable(error: unknown): undefined {
  if (error instanceof Error && error.name === 'TimeoutError')
    throw new GatewayError('log-unavailable', 'the gateway does not answer', { cause: error });
  return undefined;
}

function wholeNumber(value: string): number {
  if (/^#?[0-9]{1,15}$/.test(value)) return Number(value.replace('#', ''));
  throw new InvalidArgumentError('write the number of an entry, as `list` prints it behind #');
}
