/** `diff`: what changes from one folder of policy files to another, in words that can be read out in a meeting. */
import { diffAsPage } from '../governance/changes/diff-as-page.ts';
import { diffPolicies } from '../governance/changes/diff-policies.ts';
import { changesDecisions } from '../governance/changes/policy-change.ts';
import { PAGE_FACES, type PageFace } from '../governance/pages/page-faces.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT, type LoadPolicies, readPolicies } from './read-policies.ts';

export interface DiffCommand {
  readonly was: string;
  readonly now: string;
  readonly as: PageFace | 'json';
  /** Compare with the signatures that there are, not as if both parties had signed every version. */
  readonly asTheyStand: boolean;
}

/**
 * Prints the changes; resolves to the exit code: 0 where no request is decided differently, 1 where some may be, 2 where a
 * folder cannot be read.
 *
 * @param atMs changes that are over by then are left out, milliseconds since 1970 UTC.
 */
export async function diffPoliciesCommand(
  { was: before, now: after, as, asTheyStand }: DiffCommand,
  io: CommandIo,
  load: LoadPolicies,
  atMs: number,
): Promise<number> {
  const was = await readPolicies(before, io, load);
  const now = await readPolicies(after, io, load);
  if (was === undefined || now === undefined) return CANNOT;
  const asIfSigned = !asTheyStand;
  const changes = diffPolicies(was, now, { fromMs: atMs, asIfSigned });
  if (as === 'json') io.out(`${JSON.stringify(changes, null, 2)}\n`);
  else io.out(PAGE_FACES[as](diffAsPage(changes, was, now, asIfSigned)));
  return changes.some(changesDecisions) ? 1 : 0;
}
