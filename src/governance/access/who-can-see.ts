/** Who can see a field: every agreement that gives it, to whom, for what, how it is shown, and whether it is in force. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset, Field } from '../../domain/dataset.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { covers, formatFieldPath, parseFieldPath } from '../../encoding/field-path.ts';
import { showInWords } from '../explaining/show-in-words.ts';
import { type Signatures, type Standing, standingOf } from '../explaining/standing.ts';
import { oneLine, organisationName } from '../pages/phrases.ts';

/** One field under one version of one agreement. */
export interface Access {
  readonly provider: string;
  readonly consumer: string;
  readonly purpose: string;
  readonly roles: readonly string[];
  readonly shown: string;
  readonly agreement: string;
  readonly version: number;
  readonly standing: Standing;
}

export interface FieldAccess {
  readonly dataset: string;
  /** Text of the field's path. */
  readonly field: string;
  readonly means: string;
  /** In force first; empty where no agreement gives the field to anybody. */
  readonly access: readonly Access[];
}

/** Every declared field of every dataset, or of one, with all who can see it, in the order of the files. */
export function accessMatrix(
  policies: PolicySet,
  atMs: number,
  dataset: string | undefined,
  signatures: Signatures,
): readonly FieldAccess[] {
  const standings = new Map(
    policies.agreements.map((one) => [one, standingOf(one, policies, atMs, signatures)]),
  );
  return [...policies.datasets.values()]
    .filter(({ id }) => dataset === undefined || id === dataset)
    .flatMap((one) => [...one.fields.values()].map((field) => accessTo(field, one, policies, standings)));
}

/**
 * The rows of the matrix that somebody means: by the path of a field, by the path of a parent for all beneath it, and by
 * words that stand in what a field means or in its name. Too many rather than too few; empty where nothing fits.
 */
export function whoCanSee(matrix: readonly FieldAccess[], named: string): readonly FieldAccess[] {
  const path = pathOf(named);
  const words = oneLine(named).toLowerCase();
  if (words === '') return [];
  return matrix.filter(
    ({ field, means }) =>
      (path !== undefined && covers(path, parseFieldPath(field))) ||
      `${means}\n${field}`.toLowerCase().includes(words),
  );
}

function pathOf(text: string): ReturnType<typeof parseFieldPath> | undefined {
  try {
    return parseFieldPath(text);
  } catch {
    return undefined;
  }
}

function accessTo(
  field: Field,
  dataset: Dataset,
  policies: PolicySet,
  standings: ReadonlyMap<Agreement, Standing>,
): FieldAccess {
  const access = policies.agreements
    .filter((agreement) => agreement.dataset === dataset.id)
    .flatMap((agreement) => accessUnder(agreement, field, policies, standings.get(agreement)));
  return {
    dataset: dataset.id,
    field: formatFieldPath(field.path),
    means: field.means,
    access: access.toSorted(
      (one, other) => Number(other.standing.inForce === 'yes') - Number(one.standing.inForce === 'yes'),
    ),
  };
}

function accessUnder(
  agreement: Agreement,
  { name }: Field,
  policies: PolicySet,
  standing: Standing = { inForce: 'not known' },
): readonly Access[] {
  const agreed = agreement.fields.filter(({ field }) => field.name === name);
  if (agreed.length === 0) return [];
  return [
    {
      provider: organisationName(policies, agreement.provider),
      consumer: organisationName(policies, agreement.consumer),
      purpose: agreement.purpose,
      roles: agreement.roles,
      shown: agreed.map(showInWords).join('; '),
      agreement: agreement.id,
      version: agreement.version,
      standing,
    },
  ];
}
