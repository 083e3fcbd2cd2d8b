/** A request about nobody, to see how a provider's server answers: every identifier in it is one that is never issued. */
import { type CanonicalRequest, canonicalRequest } from '../../domain/canonical-request.ts';
import type { Dataset, Operation } from '../../domain/dataset.ts';
import { operationForm } from '../../domain/operation-form.ts';
import { sampleValue } from '../trying/sample-values.ts';

export interface AbsentRequest {
  readonly operation: Operation;
  readonly request: CanonicalRequest;
}

/** Identifiers that are never issued, and that samples and test systems do not use either, so that nobody has them. */
const OF_NOBODY: ReadonlyMap<string, string> = new Map([
  ['NHS number', '9999999999'],
  ['national insurance number', 'QQ999999D'],
  ['unique pupil number', 'F999999999999'],
  // January 1999 is before the first reference was given out.
  ['asylum support reference', '990199999'],
  // Issued badge numbers never begin with ZZ9.
  ['blue badge number', 'ZZ9ZZZ'],
  ['reference', 'ffffffff-ffff-4fff-8fff-ffffffffffff'],
]);

/**
 * A GET for one record that nobody has, or undefined where the dataset offers no such operation.
 *
 * INVARIANT: it asks for one record by an identifier, never for many by what people share: a made-up postcode or name
 * could be somebody's.
 */
export function absentRequest(dataset: Dataset): AbsentRequest | undefined {
  for (const operation of dataset.operations.values()) {
    if (operation.method !== 'GET' || operation.answer !== 'one record') continue;
    const lookups = absentLookups(dataset, operation);
    if (lookups !== undefined) return { operation, request: canonicalRequest(dataset, operation, lookups) };
  }
  return undefined;
}

function absentLookups(dataset: Dataset, operation: Operation): ReadonlyMap<string, string> | undefined {
  const { lookups, required } = operationForm(dataset, operation);
  const needed = lookups.filter(({ name }) => required.has(name));
  const found = new Map<string, string>();
  for (const { name, kind } of needed) {
    const value = OF_NOBODY.get(kind.name) ?? sampleValue(kind);
    if (value === undefined) return undefined;
    found.set(name, value);
  }
  return needed.some(({ kind }) => OF_NOBODY.has(kind.name)) ? found : undefined;
}
