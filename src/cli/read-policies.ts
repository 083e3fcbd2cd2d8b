/** The policy folder as a command reads it: whole, or its mistakes on the screen. */
import { mistakeInWords, PolicyMistakes } from '../domain/policy-mistakes.ts';
import type { PolicySet } from '../domain/policy-set.ts';
import type { CommandIo } from './command-io.ts';

/** Reads a policy folder whole. @throws {PolicyMistakes} where it cannot. */
export type LoadPolicies = (folder: string) => Promise<PolicySet>;

/** Exit code of a command that could not do what it was asked to. */
export const CANNOT = 2;

/** The policy set, or undefined once every mistake of the folder is printed. */
export async function readPolicies(
  folder: string,
  io: CommandIo,
  load: LoadPolicies,
): Promise<PolicySet | undefined> {
  try {
    return await load(folder);
  } catch (error) {
    if (!(error instanceof PolicyMistakes)) throw error;
    for (const mistake of error.mistakes) io.err(`${mistakeInWords(mistake)}\n`);
    io.err(`${error.message}; put it right first: \`sharing-gateway check ${folder}\` says the same\n`);
    return undefined;
  }
}
