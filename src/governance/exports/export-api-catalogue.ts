/** Rows for the API Catalogue (github.com/co-cddo/api-catalogue, `data/catalogue.csv`): one for each dataset. */
import type { Dataset } from '../../domain/dataset.ts';
import { londonDate } from '../../domain/london-time.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { ExportTable } from '../pages/export-table.ts';
import { oneLine } from '../pages/phrases.ts';

export const CATALOGUE_COLUMNS = [
  'dateAdded',
  'dateUpdated',
  'url',
  'name',
  'description',
  'documentation',
  'license',
  'maintainer',
  'areaServed',
  'startDate',
  'endDate',
  'provider',
] as const;

/** Who may ask is a matter of agreements, so no licence is named; the address is the gateway's, never the provider's own. */
export function exportApiCatalogue(policies: PolicySet, origin: string, atMs: number): ExportTable {
  const today = londonDate(atMs);
  const rows = [...policies.datasets.values()].map((dataset) => rowOf(dataset, policies, origin, today));
  return {
    title: 'API Catalogue',
    columns: CATALOGUE_COLUMNS,
    rows,
    remarks: ['Rows are for new entries: keep your own first date when you update one.'],
  };
}

function rowOf(dataset: Dataset, policies: PolicySet, origin: string, today: string): string[] {
  const provider = policies.organisations.get(dataset.provider);
  return [
    today,
    today,
    `${origin}/${dataset.id}`,
    oneLine(dataset.title),
    oneLine(`${dataset.words.description} Shared under sharing agreements, field by field.`),
    `${origin}/.well-known/oauth-protected-resource`,
    '',
    provider?.dataProtectionOfficer.email ?? '',
    provider?.words.nation ?? '',
    '',
    '',
    provider?.words.identifiers.get('local authority code') ?? dataset.provider,
  ];
}
