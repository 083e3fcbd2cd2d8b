/** `test`: runs the examples of every agreement through the decision and the field filter, and says which come out as written. */
import { versionsOf } from '../domain/in-force.ts';
import { examplesAsText } from '../governance/trying/examples-as-text.ts';
import { runExamples } from '../governance/trying/run-examples.ts';
import type { StartFilter } from '../governance/trying/tried-request.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT, type LoadPolicies, readPolicies } from './read-policies.ts';

/**
 * Prints a line for each example of each version; resolves to the exit code: 0 where all come out as written, 1 where one
 * does not, 2 where the folder cannot be used.
 */
export async function testExamplesCommand(
  folder: string,
  io: CommandIo,
  load: LoadPolicies,
  startFilter: StartFilter,
  atMs: number,
): Promise<number> {
  const policies = await readPolicies(folder, io, load);
  if (policies === undefined) return CANNOT;
  const results = versionsOf(policies.agreements)
    .flat()
    .flatMap((agreement) => runExamples(agreement, policies, atMs, startFilter));
  io.out(examplesAsText(results));
  return results.every(({ asWritten }) => asWritten) ? 0 : 1;
}
