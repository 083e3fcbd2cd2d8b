/** Which records an agreement lets leave: `only records where` (docs/formats/row-conditions.md). */
import type { RowCondition } from '../../domain/agreement.ts';
import type { Dataset, Field } from '../../domain/dataset.ts';
import { formatFieldPath } from '../../encoding/field-path.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { leavesBeneath, readPath } from './dataset-fields.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

const KEY: DocumentPath = ['what', 'only records where'];

/** The conditions in the order of the file; none where the file has none. */
export function readRowConditions(
  document: PolicyDocument,
  file: AgreementFile,
  dataset: Dataset,
): RowCondition[] {
  const conditions: RowCondition[] = [];
  for (const [name, values] of Object.entries(file.what['only records where'] ?? {})) {
    const field = conditionField(document, name, dataset);
    if (field === undefined) continue;
    if (conditions.some((other) => other.field === field)) {
      document.mistakenKey([...KEY, name], `\`${field.name}\` stands here twice`, 'write one list of values');
    }
    const among = readValues(document, name, values, field);
    refuseNeverShared(document, name, field, among);
    conditions.push({ field, among });
  }
  return conditions;
}

/** Every record that leaves says that its field holds one of the values: what is never shared must not be told so either. */
function refuseNeverShared(
  document: PolicyDocument,
  name: string,
  field: Field,
  among: readonly string[],
): void {
  const neverShared = among.filter(
    (value) => (field.values.get(value)?.sensitivity ?? field.sensitivity) === 'never share',
  );
  if (neverShared.length === 0) return;
  const what = `\`${field.name}\` is never shared, and every record that left would tell what it holds`;
  document.mistakenKey([...KEY, name], what, 'take the condition out');
}

function conditionField(document: PolicyDocument, name: string, dataset: Dataset): Field | undefined {
  const at = [...KEY, name];
  const path = readPath(document, at, name, true);
  if (path === undefined) return undefined;
  if (path.some(({ where }) => where !== undefined)) {
    const what = `\`${name}\` picks elements, and a condition is on the whole record`;
    document.mistakenKey(at, what, 'name the field without `[…=…]`');
    return undefined;
  }
  const field = dataset.fields.get(formatFieldPath(path));
  if (field !== undefined) return field;
  if (leavesBeneath(path, dataset.fields).length > 0) {
    document.mistakenKey(at, `\`${name}\` holds several fields`, 'name one of the fields beneath it');
  } else {
    const what = `\`${name}\` is not a field of \`${dataset.id}\``;
    document.mistakenKey(at, what, didYouMean(name, dataset.fields.keys()));
  }
  return undefined;
}

function readValues(
  document: PolicyDocument,
  name: string,
  values: string | readonly string[],
  field: Field,
): string[] {
  const among: string[] = [];
  for (const [place, value] of [values].flat().entries()) {
    const at = [...KEY, name, ...(typeof values === 'string' ? [] : [place])];
    const settled = field.kind.normalise(value);
    if (settled === undefined) {
      const what = `\`${value}\` is not a value that \`${field.name}\` can have`;
      document.mistake(at, what, `see \`${field.name}\` in the dataset`);
    } else if (among.includes(settled)) {
      document.mistake(at, `\`${value}\` stands twice in the list of values`, 'name it once');
    } else among.push(settled);
  }
  return among;
}
