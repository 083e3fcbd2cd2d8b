/**
 * The public register of agreements, in the columns of the Digital Economy Act register (GOV.UK Registers,
 * `information-sharing-agreement-0001`): "controllers" are those who disclose, "processors" those who receive.
 */
import type { Agreement } from '../../domain/agreement.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { newestVersions } from '../explaining/newest-versions.ts';
import type { ExportTable } from '../pages/export-table.ts';
import { counted, oneLine } from '../pages/phrases.ts';

export const REGISTER_COLUMNS = [
  'information-sharing-agreement-0001',
  'name',
  'purpose',
  'information-sharing-benefits',
  'legal-power-disclosure',
  'disclosed-information',
  'controllers',
  'controller-names',
  'information-sharing-method',
  'processors',
  'processor-names',
  'retention-period',
  'start-date',
  'end-date',
  'review-date',
  'contact',
  'areas',
  'area-names',
] as const;

type Column = (typeof REGISTER_COLUMNS)[number];

/** How the register writes several values in one cell. */
const BETWEEN = ';';
const METHOD = 'Data-sharing gateway: one request at a time, agreed fields only, every exchange logged';

/** A row for each agreement that is to be published, by its version in force at `atMs`, else its newest. */
export function exportRegister(policies: PolicySet, atMs: number): ExportTable {
  const all = newestVersions(policies, atMs);
  const published = all.filter(({ words }) => words['publish in the register'] === true);
  const withheld = all.length - published.length;
  const rows = published.map((agreement) => {
    const cells = cellsOf(agreement, policies);
    return REGISTER_COLUMNS.map((column) => cells[column]);
  });
  return {
    title: 'Register of information sharing agreements',
    columns: REGISTER_COLUMNS,
    rows,
    remarks:
      withheld === 0 ? [] : [`${counted(withheld, 'agreement')} withheld for reasons of security or crime.`],
  };
}

function cellsOf(agreement: Agreement, policies: PolicySet): Readonly<Record<Column, string>> {
  const { id, title, provider, consumer, words } = agreement;
  const parties = [provider, consumer].flatMap((party) => policies.organisations.get(party) ?? []);
  const named = (party: string) => policies.organisations.get(party)?.name ?? party;
  const code = (party: string) => curie(policies.organisations.get(party)) ?? '';
  const areas = parties.flatMap((party) => party.words.identifiers.get('ons code') ?? []);
  return {
    'information-sharing-agreement-0001': id,
    name: oneLine(title),
    purpose: oneLine(`${agreement.purpose}: ${words.why['in our words']}`),
    'information-sharing-benefits': oneLine(words.why['benefit to people'] ?? ''),
    'legal-power-disclosure': powers(agreement),
    'disclosed-information': agreement.fields.map(({ field }) => oneLine(field.means)).join(BETWEEN),
    controllers: code(provider),
    'controller-names': named(provider),
    'information-sharing-method': METHOD,
    processors: code(consumer),
    'processor-names': named(consumer),
    'retention-period': isoPeriod(words['looking after it']['keep for']),
    'start-date': words.dates.starts,
    'end-date': words.dates.ends,
    'review-date': words.dates['review by'],
    contact: words.people['rights requests to'],
    areas: areas.join(BETWEEN),
    'area-names': areas.length === 0 ? '' : parties.map(({ name }) => name).join(BETWEEN),
  };
}

function powers({ words: { law } }: Agreement): string {
  if (law.gateway !== undefined) return oneLine(`${law.gateway.section}: ${law.gateway.objective}`);
  return (law.powers ?? []).map(oneLine).join(BETWEEN);
}

/** Registers whose codes these identifiers are. */
const REGISTERS: readonly (readonly [identifier: string, register: string])[] = [
  ['local authority code', 'local-authority-eng'],
  ['nhs organisation code', 'nhs-organisation'],
  ['dfe number', 'school'],
];

function curie(organisation: Organisation | undefined): string | undefined {
  for (const [identifier, register] of REGISTERS) {
    const code = organisation?.words.identifiers.get(identifier);
    if (code !== undefined) return `${register}:${code}`;
  }
  return undefined;
}

const UNITS: ReadonlyMap<string, string> = new Map([
  ['day', 'D'],
  ['week', 'W'],
  ['month', 'M'],
  ['year', 'Y'],
]);

/** "28 days" as `P28D` (ISO 8601); what says more than a length of time stays as it is. */
function isoPeriod(words: string): string {
  const [, count, unit = ''] = /^(\d{1,4}) (day|week|month|year)s?$/.exec(words) ?? [];
  const letter = UNITS.get(unit);
  return count === undefined || letter === undefined ? oneLine(words) : `P${count}${letter}`;
}
