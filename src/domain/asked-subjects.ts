/** The people whom a request asks about: the identifiers among its lookups. */
import type { SubjectIdentifier } from './audit-entry.ts';
import type { Permit } from './decision.ts';

const NOBODY: readonly SubjectIdentifier[] = [];

/** Identifiers that the request was asked with, each in the namespace of its kind; empty where it names nobody. */
export function askedSubjects(permit: Permit): readonly SubjectIdentifier[] {
  let subjects: SubjectIdentifier[] | undefined;
  for (const [name, id] of permit.lookups) {
    const lookup = permit.dataset.lookups.get(name);
    if (lookup?.aboutThePerson !== true) continue;
    subjects ??= [];
    subjects.push({ namespace: lookup.kind.name, id });
  }
  return subjects ?? NOBODY;
}
