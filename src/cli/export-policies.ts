/** `export`: the register, the records of processing, the API Catalogue rows, or one agreement as OpenAPI. */

import type { PolicySet } from '../domain/policy-set.ts';
import type { ReasonCode } from '../domain/reason.ts';
import { namedAgreement } from '../governance/explaining/named-agreement.ts';
import { exportApiCatalogue } from '../governance/exports/export-api-catalogue.ts';
import { exportControllers, exportProcessors } from '../governance/exports/export-article-30.ts';
import { exportRegister } from '../governance/exports/export-register.ts';
import { openApi } from '../governance/exports/openapi.ts';
import { type ExportTable, tableAsCsv, tableAsJson, tableAsPage } from '../governance/pages/export-table.ts';
import { pageAsHtml } from '../governance/pages/page-as-html.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT, type LoadPolicies, readPolicies } from './read-policies.ts';

export const EXPORTS = ['register', 'article-30', 'article-30-processors', 'api-catalogue'] as const;
export type Exported = (typeof EXPORTS)[number];

export interface ExportCommand {
  readonly what: Exported;
  readonly folder: string;
  readonly as: 'csv' | 'json' | 'html';
  /** Where the gateway answers consumers. */
  readonly origin: string;
}

const FACES: Readonly<Record<ExportCommand['as'], (table: ExportTable) => string>> = {
  csv: tableAsCsv,
  json: tableAsJson,
  html: (table) => pageAsHtml(tableAsPage(table)),
};

/** Prints the table; what it leaves out is said on standard error. Resolves to the exit code: 0, or 2. */
export async function exportPoliciesCommand(
  { what, folder, as, origin }: ExportCommand,
  io: CommandIo,
  load: LoadPolicies,
  atMs: number,
): Promise<number> {
  const policies = await readPolicies(folder, io, load);
  if (policies === undefined) return CANNOT;
  const table = tableOf(what, policies, origin, atMs);
  for (const remark of table.remarks) io.err(`${remark}\n`);
  io.out(FACES[as](table));
  return 0;
}

function tableOf(what: Exported, policies: PolicySet, origin: string, atMs: number): ExportTable {
  if (what === 'register') return exportRegister(policies, atMs);
  if (what === 'article-30') return exportControllers(policies, atMs);
  if (what === 'article-30-processors') return exportProcessors(policies, atMs);
  return exportApiCatalogue(policies, origin, atMs);
}

export interface ExportOpenApiCommand {
  readonly agreement: string;
  readonly version?: number | undefined;
  readonly folder: string;
  readonly origin: string;
}

/** Prints one agreement as an OpenAPI 3.1 document in JSON. Resolves to the exit code: 0, or 2. */
export async function exportOpenApiCommand(
  { agreement: id, version, folder, origin }: ExportOpenApiCommand,
  io: CommandIo,
  load: LoadPolicies,
  atMs: number,
  statusOf: (code: ReasonCode | 'no-record') => number,
): Promise<number> {
  const policies = await readPolicies(folder, io, load);
  if (policies === undefined) return CANNOT;
  const named = namedAgreement(policies, id, version, atMs);
  const document = 'wrong' in named ? undefined : openApi(named.agreement, policies, { origin, statusOf });
  if (document === undefined) {
    io.err(
      `${'wrong' in named ? named.wrong : 'the dataset of this agreement is not among the policy files'}\n`,
    );
    return CANNOT;
  }
  io.out(`${JSON.stringify(document, null, 2)}\n`);
  return 0;
}
