/** Values of a coded field that say more, or less, of a person than the field does (docs/formats/dataset.md). */
import type { FieldValue } from '../../domain/dataset.ts';
import type { Kind } from '../../domain/kind.ts';
import type { FieldFile } from './dataset-schema.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

/** Kinds of which each value can have a meaning of its own. */
const CODED = ['code', 'yes or no', 'true or false'];

/** The values that a field's entry describes, by their one spelling. What a value does not say, the field says for it. */
export function readFieldValues(
  document: PolicyDocument,
  at: DocumentPath,
  entry: FieldFile,
  kind: Kind,
): ReadonlyMap<string, FieldValue> {
  const values = Object.entries(entry.values ?? {});
  if (values.length > 0 && !CODED.includes(kind.name)) {
    const what = `the kind \`${kind.name}\` has no closed list of values`;
    document.mistake([...at, 'values'], what, 'take `values` out, or write `kind: code`');
    return new Map();
  }
  const read = new Map<string, FieldValue>();
  for (const [value, said] of values) {
    const place = [...at, 'values', value];
    if (kind.normalise(value) !== value) {
      const write = kind.values === undefined ? 'write it as it comes' : didYouMean(value, kind.values);
      document.mistakenKey(place, `\`${value}\` is not a value that this field can have`, write);
      continue;
    }
    read.set(value, fieldValue(document, place, entry, said));
  }
  return read;
}

type ValueFile = NonNullable<FieldFile['values']>[string];

function fieldValue(
  document: PolicyDocument,
  at: DocumentPath,
  field: FieldFile,
  { means, sensitivity, reveals }: ValueFile,
): FieldValue {
  if (sensitivity === undefined) {
    return { means, sensitivity: field.sensitivity, reveals: reveals ?? field.reveals ?? [] };
  }
  if (sensitivity === 'special category' && reveals === undefined) {
    document.mistake(at, 'a special category value does not say what it reveals', 'add `reveals: [health]`');
  }
  return { means, sensitivity, reveals: reveals ?? [] };
}
