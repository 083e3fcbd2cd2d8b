/** `verify` beside what stands outside the log: a checkpoint that somebody kept, and what witnesses cosigned. */
import { existsSync, readFileSync } from 'node:fs';
import type { CommandIo } from '../../cli/command-io.ts';
import { type LogNow, verifyCheckpointCommand } from '../../cli/verify-checkpoint.ts';
import { verifyCountersignedCommand, verifyCountersignedNote } from '../../cli/verify-countersigned.ts';
import { InputError } from '../../cli/verify-verdict.ts';
import { parseTlogProof } from '../../merkle/tlog-proof.ts';

export interface VerifyOutsideArgs {
  /** Verifier key of the log. */
  readonly key: string;
  /** Text that holds a checkpoint, from an e-mail for instance. */
  readonly pasted: string | undefined;
  /** File of the witness policy; undefined or empty: nothing is said of witnesses. */
  readonly policy: string | undefined;
  /** The cosigned checkpoint, a signed note; undefined where there is none. */
  readonly cosigned: () => string | undefined;
}

/** Prints a verdict on each that was given; resolves to the exit code. @throws {InputError} for a file that cannot be read. */
export async function verifyOutside(args: VerifyOutsideArgs, now: LogNow, io: CommandIo): Promise<number> {
  const { key, pasted, policy = '', cosigned } = args;
  let code = 0;
  if (pasted !== undefined) {
    io.out('\n');
    code = await verifyCheckpointCommand({ pasted, key }, now, io);
  }
  if (policy === '') return code;
  io.out('\n');
  const countersigned = { note: cosigned(), policy: textOf(policy), key };
  return Math.max(code, await verifyCountersignedCommand(countersigned, now, io));
}

/** The proof of an entry beside the witnesses of its checkpoint. */
export function verifyProofOutside(
  proof: string,
  { key, policy }: { readonly key: string; readonly policy: string },
  io: CommandIo,
): Promise<number> {
  io.out('\n');
  const note = parseTlogProof(proof).checkpoint;
  return verifyCountersignedNote({ note, policy: textOf(policy), key }, io);
}

/** The cosigned checkpoint of a file, or undefined where there is no such file. */
export function noteIn(file: string): string | undefined {
  return existsSync(file) ? textOf(file) : undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file} cannot be read`, { cause: error });
  }
}
