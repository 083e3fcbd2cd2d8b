/** `who-can-see` and `matrix`: which organisations can see a field, or every field, for what, how, and whether today. */
import { accessAsCsv } from '../governance/access/access-as-csv.ts';
import { accessAsPage } from '../governance/access/access-as-page.ts';
import { accessAsText } from '../governance/access/access-as-text.ts';
import { accessMatrix, type FieldAccess, whoCanSee } from '../governance/access/who-can-see.ts';
import type { Signatures } from '../governance/explaining/standing.ts';
import { pageAsHtml } from '../governance/pages/page-as-html.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT, type LoadPolicies, readPolicies } from './read-policies.ts';

export type AccessFace = 'text' | 'csv' | 'html';

export interface WhoCanSeeCommand {
  readonly folder: string;
  /** A field, the parent of several, or a word of what it means; without it every field. */
  readonly field?: string | undefined;
  /** Id of a dataset; without it every dataset. */
  readonly dataset?: string | undefined;
  readonly as: AccessFace;
  readonly signatures: Signatures;
}

const FACES: Readonly<Record<AccessFace, (title: string, rows: readonly FieldAccess[]) => string>> = {
  text: (_title, rows) => accessAsText(rows),
  csv: (_title, rows) => accessAsCsv(rows),
  html: (title, rows) => pageAsHtml(accessAsPage(title, rows)),
};

/** Prints who can see it; resolves to the exit code: 0, or 2 where there is no such field or dataset. */
export async function whoCanSeeCommand(
  { folder, field, dataset, as, signatures }: WhoCanSeeCommand,
  io: CommandIo,
  load: LoadPolicies,
  atMs: number,
): Promise<number> {
  const policies = await readPolicies(folder, io, load);
  if (policies === undefined) return CANNOT;
  if (dataset !== undefined && !policies.datasets.has(dataset)) {
    io.err(`there is no dataset \`${dataset}\`; name one of: ${[...policies.datasets.keys()].join(', ')}\n`);
    return CANNOT;
  }
  const matrix = accessMatrix(policies, atMs, dataset, signatures);
  const rows = field === undefined ? matrix : whoCanSee(matrix, field);
  if (rows.length === 0) {
    io.err(
      `no field is called \`${field ?? ''}\` or means that; \`sharing-gateway matrix\` lists them all\n`,
    );
    return CANNOT;
  }
  io.out(FACES[as](field === undefined ? 'Who can see what' : `Who can see: ${field}`, rows));
  return 0;
}
