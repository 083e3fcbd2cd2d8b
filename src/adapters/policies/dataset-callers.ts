/** Whether the callers of a dataset prove a key beside their token (docs/formats/dataset.md): by its file, or by what it holds. */
import type { Field, Sensitivity } from '../../domain/dataset.ts';
import type { DatasetFile } from './dataset-schema.ts';

const SENSITIVE: readonly (Sensitivity | undefined)[] = ['special category', 'criminal offence'];

/**
 * What the file says; where it says nothing, yes where anything that it declares is special category or criminal offence
 * data: a field, a value of one, what is asked with, or being listed at all.
 */
export function callersProveKey(file: DatasetFile, fields: ReadonlyMap<string, Field>): boolean {
  const said = file['callers must prove their key'];
  if (said !== undefined) return said === 'yes';
  if (file['being listed reveals'] !== undefined) return true;
  const asked = Object.values(file.lookups ?? {}).some(({ sensitivity }) => SENSITIVE.includes(sensitivity));
  return asked || [...fields.values()].some(isSensitive);
}

function isSensitive({ sensitivity, reveals, values }: Field): boolean {
  const tells = (one: { readonly sensitivity: Sensitivity; readonly reveals: readonly string[] }) =>
    SENSITIVE.includes(one.sensitivity) || one.reveals.length > 0;
  return tells({ sensitivity, reveals }) || [...values.values()].some(tells);
}
