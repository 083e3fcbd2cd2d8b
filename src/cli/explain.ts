/** `explain`: one agreement in plain English, as text, Markdown or a page that can be printed. */
import { explain } from '../governance/explaining/explain.ts';
import { namedAgreement, otherVersions } from '../governance/explaining/named-agreement.ts';
import type { Signatures } from '../governance/explaining/standing.ts';
import { PAGE_FACES, type PageFace } from '../governance/pages/page-faces.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT, type LoadPolicies, readPolicies } from './read-policies.ts';

export interface ExplainCommand {
  readonly folder: string;
  /** Id of the agreement. */
  readonly agreement: string;
  /** Without it the version in force, else the newest. */
  readonly version?: number | undefined;
  readonly as: PageFace;
  readonly withArticles: boolean;
  readonly signatures: Signatures;
}

/** Prints the explanation; resolves to the exit code: 0, or 2 where there is no such agreement. */
export async function explainCommand(
  { folder, agreement: id, version, as, withArticles, signatures }: ExplainCommand,
  io: CommandIo,
  load: LoadPolicies,
  atMs: number,
): Promise<number> {
  const policies = await readPolicies(folder, io, load);
  if (policies === undefined) return CANNOT;
  const named = namedAgreement(policies, id, version, atMs);
  if ('wrong' in named) {
    io.err(`${named.wrong}\n`);
    return CANNOT;
  }
  const others = otherVersions(named, policies, atMs);
  if (others !== undefined) io.err(`${others}\n`);
  io.out(PAGE_FACES[as](explain(named.agreement, policies, { atMs, withArticles, signatures })));
  return 0;
}
