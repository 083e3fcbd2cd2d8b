/** `verify` beside what stands outside the log: a checkpoint that somebody kept, and what witnesses cosigned. */
import { existsSync, readFileSync } from 'node:fs';
import type { CommandIo } from './cli/command-io.ts';
import { type LogNow, verifyCheckpointCommand } from './cli/verify-checkpoint.ts';
import { verifyCountersignedCommand } from './cli/verify-countersigned.ts';
import { InputError } from './cli/verify-verdict.ts';

export interface VerifyOutsideArgs {
  /** Verifier key of the log. */
  readonly key: string;
  /** Text that holds a checkpoint, from an e-mail for instance. */
  readonly pasted: string | undefined;
  /** File of the witness policy; undefined or empty: nothing is said of witnesses. */
  readonly policy: string | undefined;
  /** File of the cosigned checkpoint. */
  readonly cosigned: string;
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
  const note = existsSync(cosigned) ? textOf(cosigned) : undefined;
  return Math.max(code, await verifyCountersignedCommand({ note, policy: textOf(policy), key }, now, io));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file} cannot be read`, { cause: error });
  }
}
