/** `recover`: two people open a new log that names what the old one lost; and receipts of lost entries that partners hold are entered. */
import { type LostRange, lostRangeInWords } from '../audit-log/recovering/recover-range.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { CommandIo } from './command-io.ts';

const MOST_NAME = 200;
const MOST_REASON = 500;

export interface RecoverOptions {
  /** Name of the new log. */
  readonly origin: string;
  readonly store: string;
  readonly head: string;
  readonly by: string;
  readonly because: string;
}

/** Gives the order of one person. @throws {GatewayError} in words. */
export type GiveRecoveryOrder = () => Promise<{
  readonly did: 'asked' | 'opened';
  readonly before: LostRange;
}>;

/** Resolves to the exit code: 0 where the new log was opened, 2 where a second person must give the order, else 1. */
export async function recoverCommand(
  options: RecoverOptions,
  io: CommandIo,
  give: GiveRecoveryOrder,
): Promise<number> {
  const wrong = wrongWith(options);
  if (wrong !== undefined) {
    io.err(`${wrong}\n`);
    return 1;
  }
  return told(io, async () => {
    const { did, before } = await give();
    io.out(`${lostRangeInWords(before)}\n`);
    io.out(did === 'asked' ? ASKED : opened(options, before));
    return did === 'asked' ? SECOND_PERSON_DUE : 0;
  });
}

const SECOND_PERSON_DUE = 2;
const ASKED =
  'This is the first order. Nothing was opened: a second person gives the same order with a name and a reason of their own.\n';

function wrongWith({ by, because }: RecoverOptions): string | undefined {
  if (!isNamed(by)) return 'say with --by who orders this';
  if (because.length > MOST_REASON || !/\p{L}/u.test(because))
    return `say with --because why, in at most ${MOST_REASON} characters; it is kept sealed`;
  return undefined;
}

function isNamed(by: string): boolean {
  return by.length <= MOST_NAME && /[\p{L}\p{N}]/u.test(by);
}

function opened({ origin, store, head }: RecoverOptions, { log }: LostRange): string {
  return [
    `The log ${origin} is open. Stops, protected people, holds and policy sets stand in it as the old store had them; limits of this hour and day count on from there.`,
    'Start the gateway with these settings from now on:',
    `  LOG_ORIGIN=${origin}`,
    `  AUDIT_LOG_FILE=${store}`,
    `  HEAD_FILE=${head}`,
    `Publish the new verifier keys (\`sharing-gateway keys\`), and keep the old store, its head file and its keys: ${log} is still verified with them.`,
    'What changed in the lost entries is not known: ask the parties whether a stop, a protected person or a hold came in them, and give it again.',
    'Ask the partners for the receipts that they hold from that time, and enter them: sharing-gateway recover --receipts <file> --by <name>',
    '',
  ].join('\n');
}

export interface EnteredReceipts {
  readonly entered: number;
  readonly known: number;
  readonly wrong: readonly { readonly line: number; readonly why: string }[];
}

/** Enters receipts; resolves to the exit code: 0, or 1 where one of them proves nothing. */
export async function enterReceiptsCommand(
  by: string | undefined,
  io: CommandIo,
  enter: (by: string) => Promise<EnteredReceipts>,
): Promise<number> {
  if (by === undefined || !isNamed(by)) {
    io.err('say with --by who enters them\n');
    return 1;
  }
  return told(io, async () => {
    const { entered, known, wrong } = await enter(by);
    for (const { line, why } of wrong) io.err(`line ${line} proves nothing: ${why}\n`);
    io.out(
      `${entered} lost entries are proved and in the log${known > 0 ? `; ${known} were there already` : ''}\n`,
    );
    return wrong.length > 0 ? 1 : 0;
  });
}

async function told(io: CommandIo, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`not done: ${error.message}\n`);
    return 1;
  }
}
