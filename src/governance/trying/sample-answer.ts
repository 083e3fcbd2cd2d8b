/** A provider's answer made up from a dataset: every declared field has a value, and all of them belong to nobody. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset, Field, Operation, WrapperKind } from '../../domain/dataset.ts';
import type { FieldPath, PathStep } from '../../encoding/field-path.ts';
import { sampleValue } from './sample-values.ts';

/** Values to use instead of samples, by field name; null stands for JSON's null, and a field that is absent is sampled. */
export type GivenValues = ReadonlyMap<string, string | null>;

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * The text of an answer with one record. Where the agreement picks elements of a list (`name[use=usual]`), the list holds
 * one element that is picked and one that is not.
 */
export function sampleAnswer(
  { fields, rowConditions }: Agreement,
  dataset: Dataset,
  operation: Operation,
  given: GivenValues = new Map(),
): string {
  // A record that does not meet the agreement's conditions would leave no trace.
  const meeting = rowConditions.map(({ field, among }): [string, string] => [field.name, among[0] ?? '']);
  const values = new Map<string, string | null>([...meeting, ...given]);
  const paths = fields.map(({ path }) => path);
  const record = membersOf([...dataset.fields.values()], 0, paths, values);
  return JSON.stringify(around(operation.answer === 'many records' ? [record] : record, operation));
}

const WRAPPED: Readonly<Record<WrapperKind, number>> = { total: 1, 'page number': 1, 'page size': 1 };

/** The record at its place, with what stands beside it. */
function around(records: Json, { recordPath, wrapper }: Operation): Json {
  if (recordPath.length === 0) return records;
  const body = recordPath.reduceRight<Json>((inner, name) => ({ [name]: inner }), records);
  const beside = Object.fromEntries([...wrapper].map(([name, kind]) => [name, WRAPPED[kind]]));
  return { ...beside, ...(typeof body === 'object' ? body : {}) };
}

function membersOf(
  fields: readonly Field[],
  depth: number,
  agreed: readonly FieldPath[],
  given: GivenValues,
): { readonly [name: string]: Json } {
  const byName = Map.groupBy(fields, ({ path }) => path[depth]?.name ?? '');
  return Object.fromEntries(
    [...byName].map(([name, those]) => {
      const [first] = those;
      if (first !== undefined && first.path.length === depth + 1) return [name, leafOf(first, given)];
      const below = agreed.filter((path) => path[depth]?.name === name);
      return [name, elementsOf(membersOf(those, depth + 1, below, given), below, depth)];
    }),
  );
}

/** The object itself, or a list of one element for each that the agreement picks and one that it does not. */
function elementsOf(
  members: { readonly [name: string]: Json },
  agreed: readonly FieldPath[],
  depth: number,
): Json {
  const picks = new Map<string, NonNullable<PathStep['where']>>();
  for (const path of agreed) {
    const where = path[depth]?.where;
    if (where !== undefined) picks.set(`${where.key}=${where.equals}`, where);
  }
  if (picks.size === 0) return members;
  const [first] = picks.values();
  const picked = [...picks.values()].map(({ key, equals }) => ({ ...members, [key]: equals }));
  return [...picked, { ...members, [first?.key ?? '']: 'another' }];
}

function leafOf({ name, kind }: Field, given: GivenValues): Json {
  const value = given.get(name);
  if (value === null) return null;
  const text = value ?? sampleValue(kind) ?? '';
  if (kind.inJson === 'number' && Number.isFinite(Number(text))) return Number(text);
  return kind.inJson === 'boolean' ? text === 'true' : text;
}
