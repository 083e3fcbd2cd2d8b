/** The fields of a dataset file and the people whom its records are about (docs/formats/dataset.md). */
import type { Dataset, Field, SubjectReference } from '../../domain/dataset.ts';
import type { Kind } from '../../domain/kind.ts';
import { codeKind, kindNamed, wholeNumberKind } from '../../domain/kind.ts';
import type { FieldPath } from '../../encoding/field-path.ts';
import { covers, FieldPathError, formatFieldPath, parseFieldPath } from '../../encoding/field-path.ts';
import { readFieldValues } from './dataset-field-values.ts';
import type { DatasetFile, FieldFile } from './dataset-schema.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';
import { revealsOf } from './reveals-of-kinds.ts';

/** Every declared leaf by the text of its path. */
export function readFields(document: PolicyDocument, file: DatasetFile): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const [name, entry] of Object.entries(file.fields)) {
    const at = ['fields', name];
    const path = readPath(document, at, name, true);
    if (path === undefined) continue;
    if (path.some((step) => step.where !== undefined)) {
      document.mistakenKey(
        at,
        'a dataset declares fields without `[…=…]`',
        'leave the brackets to agreements',
      );
      continue;
    }
    const text = formatFieldPath(path);
    if (fields.has(text)) document.mistakenKey(at, 'this field is declared already', 'keep one of the two');
    fields.set(text, readField(document, at, entry, path));
  }
  refuseLeavesAboveLeaves(document, fields);
  return fields;
}

function readField(document: PolicyDocument, at: DocumentPath, entry: FieldFile, path: FieldPath): Field {
  const kind = kindOf(document, at, entry);
  if (entry.sensitivity === 'special category' && entry.reveals === undefined) {
    document.mistake(at, 'a special category field does not say what it reveals', 'add `reveals: [health]`');
  }
  return {
    name: formatFieldPath(path),
    path,
    means: entry.means,
    kind,
    sensitivity: entry.sensitivity,
    reveals: entry.reveals ?? [],
    values: readFieldValues(document, at, entry, kind),
    mayBeShownAs: revealsOf(document, at, entry, kind),
  };
}

/** The kind of a lookup or a field, with its codes or bounds. */
export function kindOf(
  document: PolicyDocument,
  at: DocumentPath,
  entry: {
    readonly kind: string;
    readonly codes?: readonly string[] | undefined;
    readonly 'at least'?: number | undefined;
    readonly 'at most'?: number | undefined;
  },
): Kind {
  const { kind, codes } = entry;
  const [least, most] = [entry['at least'], entry['at most']];
  if (codes !== undefined && kind !== 'code') {
    document.mistake(
      [...at, 'codes'],
      'only the kind `code` has codes',
      'take them out, or write `kind: code`',
    );
  }
  const bounded = least !== undefined || most !== undefined;
  if (bounded && kind !== 'whole number') {
    document.mistake(
      at,
      'only the kind `whole number` has bounds',
      'take them out, or write `kind: whole number`',
    );
  }
  if (kind === 'code' && codes !== undefined) return codeKind(codes);
  if (kind === 'whole number') return wholeNumberKind(least ?? 0, most ?? Number.MAX_SAFE_INTEGER);
  // The schema let only known names through; a kind that takes nothing stands for any other.
  return kindNamed(kind) ?? codeKind([]);
}

/** The path that `text` writes, or undefined after a mistake at `at`. */
export function readPath(
  document: PolicyDocument,
  at: DocumentPath,
  text: string,
  isKey = false,
): FieldPath | undefined {
  try {
    return parseFieldPath(text);
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    const report = isKey ? document.mistakenKey : document.mistake;
    report(at, error.message, 'write names with dots between them, such as `party.person.dob`');
    return undefined;
  }
}

function refuseLeavesAboveLeaves(document: PolicyDocument, fields: ReadonlyMap<string, Field>): void {
  const names = new Set(fields.keys());
  for (const [name, { path }] of fields) {
    for (let depth = 1; depth < path.length; depth += 1) {
      const above = formatFieldPath(path.slice(0, depth));
      if (!names.has(above)) continue;
      document.mistakenKey(
        ['fields', name],
        `\`${above}\` is declared as a field that holds a value, and this stands beneath it`,
        `declare only one of \`${above}\` and \`${name}\``,
      );
    }
  }
}

/** The identifiers of people in a record, from `subject reference` or `subject references`. */
export function readSubjects(
  document: PolicyDocument,
  file: DatasetFile,
  fields: ReadonlyMap<string, Field>,
): SubjectReference[] {
  const one = file['subject reference'];
  const listed = (file['subject references'] ?? []).map((entry, place) => ({
    ...entry,
    at: ['subject references', place, 'field'],
  }));
  const all =
    one === undefined ? listed : [{ who: 'subject', field: one, at: ['subject reference'] }, ...listed];
  if (all.length === 0) {
    document.mistake(
      [],
      'nothing says whom a record is about',
      'add `subject reference:` and the field that identifies the person',
    );
  }
  return all.flatMap(({ who, field, at }) => {
    const found = fields.get(field);
    if (found === undefined) {
      document.mistake(at, `\`${field}\` is not a field of this dataset`, didYouMean(field, fields.keys()));
      return [];
    }
    return [{ who, path: found.path, namespace: found.kind.name }];
  });
}

/** The declared leaves at or beneath `path`. */
export function leavesBeneath(path: FieldPath, fields: ReadonlyMap<string, Field>): Field[] {
  return [...fields.values()].filter((field) => covers(path, field.path));
}

/** Every declared leaf and every parent of one, for suggestions. */
export function pathsOf({ fields }: Pick<Dataset, 'fields'>): Set<string> {
  const texts = new Set<string>();
  for (const { path } of fields.values()) {
    for (let depth = path.length; depth > 0; depth -= 1) texts.add(formatFieldPath(path.slice(0, depth)));
  }
  return texts;
}
