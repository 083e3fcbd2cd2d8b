/** `reconcile`: compares a log with what a party kept of its own exchanges, and names what is missing, extra, altered or late. */
import { type ReconciledEntry, type ReconcileOptions, reconcile } from '../audit-log/proving/reconcile.ts';
import { ReconcileError, readKeptEntries } from '../audit-log/proving/reconcile-read.ts';
import type { CommandIo } from './command-io.ts';
import { checked, InputError } from './verify-verdict.ts';

export interface ReconcileArgs extends ReconcileOptions {
  /** One JSON object a line instead of sentences. */
  readonly json: boolean;
}

/** Prints the differences; resolves to the exit code: 0 where there are none, else 1. */
export function reconcileCommand(
  args: ReconcileArgs,
  ours: () => Promise<Iterable<ReconciledEntry>>,
  theirs: () => string,
  io: CommandIo,
): Promise<number> {
  return checked(io, async () => {
    const kept = readTheirs(theirs());
    const { differences, agreed, theirs: named, ours: logged } = reconcile(await ours(), kept, args);
    for (const difference of differences) {
      const { what, exchange, why } = difference;
      io.out(args.json ? `${JSON.stringify(difference)}\n` : `${what.padEnd(8)}${exchange}  ${why}\n`);
    }
    io.err(
      `${agreed} exchanges are on both sides, of ${named} that the party names and ${logged} of the log.\n`,
    );
    io.err(
      differences.length === 0
        ? `Nothing differs.\n${NOT_SHOWN}`
        : `${differences.length} differences.\n${NOT_SHOWN}`,
    );
    return differences.length === 0 ? 0 : 1;
  });
}

const NOT_SHOWN =
  'This does not show whether the log itself is whole: run verify for that. An exchange that neither side kept is seen by nobody.\n';

/** Reads the party's file. @throws {InputError} naming the first line that cannot be read. */
export function readTheirs(text: string): readonly ReconciledEntry[] {
  try {
    return readKeptEntries(text);
  } catch (error) {
    if (error instanceof ReconcileError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}
