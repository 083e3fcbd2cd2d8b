/** The lookups of a dataset file (docs/formats/dataset.md). */
import type { Lookup } from '../../domain/dataset.ts';
import { kindOf } from './dataset-fields.ts';
import type { DatasetFile } from './dataset-schema.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Kinds whose values could hold anything, dots and slashes too. */
const WITHOUT_SHAPE = ['free text', 'name', 'web address', 'code'];

/** The lookups by name. */
export function readLookups(document: PolicyDocument, file: DatasetFile): ReadonlyMap<string, Lookup> {
  const lookups = new Map<string, Lookup>();
  for (const [name, entry] of Object.entries(file.lookups ?? {})) {
    const at = ['lookups', name];
    const kind = kindOf(document, at, entry);
    if (entry.in === 'path' && WITHOUT_SHAPE.includes(kind.name) && entry.codes === undefined) {
      document.mistake(
        [...at, 'kind'],
        `the kind \`${kind.name}\` has no fixed shape, so it cannot stand in a path`,
        'choose a kind with a shape, or ask with it in the query or the body',
      );
    }
    lookups.set(name, { name, in: entry.in, kind, aboutThePerson: entry['about the person'] ?? false });
  }
  return lookups;
}
