/** How every `verify` tells its verdict: what holds or what is wrong, what that shows, and what it does not show. */
import { GatewayError } from '../domain/gateway-error.ts';
import { NoteError } from '../merkle/signed-note.ts';
import type { CommandIo } from './command-io.ts';

export interface Told {
  /** One sentence: what holds. */
  readonly holds: string;
  /** What is wrong, a sentence each; empty where everything holds. */
  readonly wrong: readonly string[];
  /** What it shows, a sentence each, where everything holds. */
  readonly shown: readonly string[];
  readonly notShown: readonly string[];
}

/** Prints it; returns the exit code: 0 where everything holds, else 1. */
export function tell(io: CommandIo, { holds, wrong, shown, notShown }: Told): number {
  const lines =
    wrong.length === 0
      ? [holds, ...listed('What this shows:', shown)]
      : ['IT DOES NOT HOLD. This is wrong:', ...wrong.map((one) => `  - ${one}`)];
  io.out(`${[...lines, ...listed('What this does not show:', notShown)].join('\n')}\n`);
  return wrong.length === 0 ? 0 : 1;
}

function listed(heading: string, sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : ['', heading, ...sentences.map((one) => `  - ${one}`)];
}

/** What is wrong with what was given, rather than with the log: said on standard error, exit code 1. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Runs a check; what stops it is told in its own words, and anything else is a defect and thrown. */
export async function checked(io: CommandIo, check: () => Promise<number>): Promise<number> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof InputError || error instanceof NoteError || error instanceof GatewayError))
      throw error;
    io.err(`this could not be verified: ${error.message}\n`);
    return 1;
  }
}
