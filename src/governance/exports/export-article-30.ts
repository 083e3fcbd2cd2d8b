/** The record of processing activities (UK GDPR Article 30): what a controller records (30(1)), and what the gateway's host does (30(2)). */
import type { Agreement } from '../../domain/agreement.ts';
import type { Contact, Organisation } from '../../domain/organisation.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { newestVersions } from '../explaining/newest-versions.ts';
import type { ExportTable } from '../pages/export-table.ts';
import { listed, oneLine } from '../pages/phrases.ts';

/** Article 30(1)(a) to (g), and what the Information Commissioner counts as good practice beside it. */
export const CONTROLLER_COLUMNS = [
  'agreement',
  'controller name and contact',
  'joint controller',
  'data protection officer',
  'purposes of the processing',
  'categories of data subjects',
  'categories of personal data',
  'categories of recipients',
  'transfers to third countries and safeguards',
  'time limits for erasure',
  'technical and organisational security measures',
  'lawful basis',
  'special category condition',
  'data protection impact assessment',
] as const;

/** Article 30(2)(a) to (d): for whoever runs the gateway for the parties. */
export const PROCESSOR_COLUMNS = [
  'agreement',
  'processor name',
  'what the processor does',
  'contract',
  'on behalf of controllers',
  'data protection officers',
  'categories of processing',
  'transfers to third countries and safeguards',
  'technical and organisational security measures',
] as const;

const NO_TRANSFERS = 'none';

/** A row for each agreement and each party: both are controllers of what they do. */
export function exportControllers(policies: PolicySet, atMs: number): ExportTable {
  const rows = newestVersions(policies, atMs).flatMap((agreement) =>
    (['shared by', 'shared with'] as const).map((side) => controllerRow(agreement, side, policies)),
  );
  return {
    title: 'Record of processing activities: controllers',
    columns: CONTROLLER_COLUMNS,
    rows,
    remarks: [],
  };
}

/** A row for each processor that an agreement names. */
export function exportProcessors(policies: PolicySet, atMs: number): ExportTable {
  const rows = newestVersions(policies, atMs).flatMap((agreement) => processorRows(agreement, policies));
  return {
    title: 'Record of processing activities: processors',
    columns: PROCESSOR_COLUMNS,
    rows,
    remarks: [],
  };
}

function controllerRow(
  agreement: Agreement,
  side: 'shared by' | 'shared with',
  policies: PolicySet,
): readonly string[] {
  const { words } = agreement;
  const { law, assessment, who } = words;
  const own = policies.organisations.get(who[side]);
  const other = policies.organisations.get(who[side === 'shared by' ? 'shared with' : 'shared by']);
  const special = law['special category data'];
  const basis = law['lawful basis'][side];
  return [
    `${agreement.id} version ${agreement.version}`,
    own === undefined ? who[side] : `${own.name}, ${own.words.address}`,
    who.relationship === 'joint controllers' ? (other?.name ?? '') : 'none',
    own === undefined ? '' : contact(own.dataProtectionOfficer),
    oneLine(`${agreement.purpose}: ${words.why['in our words']}`),
    listed(words.what.about.map(oneLine)),
    categories(agreement),
    recipients(agreement, side, own, other),
    transfers(agreement),
    oneLine(`${words['looking after it']['keep for']}, then ${words['looking after it'].then}`),
    security(agreement),
    typeof basis === 'string' ? basis : basis.basis,
    special.present === 'none'
      ? 'none'
      : [special.condition, special['schedule 1 condition']].filter(Boolean).join('; '),
    [assessment.dpia, assessment['dpia reference'], assessment['dpia date']].filter(Boolean).join(', '),
  ];
}

function processorRows(agreement: Agreement, policies: PolicySet): string[][] {
  const { words } = agreement;
  const parties = [agreement.provider, agreement.consumer].flatMap(
    (id) => policies.organisations.get(id) ?? [],
  );
  return (words.who.processors ?? []).map(({ name, does, contract }) => [
    `${agreement.id} version ${agreement.version}`,
    oneLine(name),
    oneLine(does),
    oneLine(contract),
    listed(parties.map((party) => party.name)),
    listed(parties.map((party) => contact(party.dataProtectionOfficer))),
    listed(agreement.operations.map(oneLine)),
    transfers(agreement),
    security(agreement),
  ]);
}

function contact({ name, email, telephone }: Contact): string {
  return [name, email, telephone].filter((one) => one !== undefined).join(', ');
}

/** Every leaf by what it means, and the special categories that they tell of. */
function categories({ fields, specialCategories }: Agreement): string {
  const means = [...new Set(fields.map(({ field }) => oneLine(field.means)))];
  return specialCategories.length === 0
    ? means.join('; ')
    : `${means.join('; ')} (special category: ${listed(specialCategories)})`;
}

function recipients(
  agreement: Agreement,
  side: 'shared by' | 'shared with',
  own: Organisation | undefined,
  other: Organisation | undefined,
): string {
  const onward = oneLine(agreement.onwardSharing);
  if (side === 'shared with')
    return onward === 'not allowed' ? `${own?.name ?? agreement.consumer} alone` : onward;
  return `${other?.name ?? agreement.consumer}; passing it on: ${onward}`;
}

function transfers({ words }: Agreement): string {
  const those = words['looking after it'].transfers ?? [];
  return those.length === 0
    ? NO_TRANSFERS
    : those.map(({ country, safeguard }) => oneLine(`${country}: ${safeguard}`)).join('; ');
}

function security({ words }: Agreement): string {
  return (words['looking after it'].security ?? []).map(oneLine).join('; ');
}
