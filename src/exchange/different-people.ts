/** The limit on different people looked up: who counts as one person in the records of a part. */
import type { FoundSubject, Part } from '../disclosure/rules.ts';
import { askedSubjects } from '../domain/asked-subjects.ts';
import type { LimitToCount, SubjectIdentifier } from '../domain/audit-entry.ts';
import type { Permit } from '../domain/decision.ts';
import type { DurableReceipt } from '../domain/receipt.ts';

/** The entry of a part was stored as a refusal, because the part names more different people than agreed. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
  readonly stored: Exclude<DurableReceipt['stored'], string>;
  readonly receipt: DurableReceipt;

  constructor(stored: Exclude<DurableReceipt['stored'], string>, receipt: DurableReceipt) {
    super('a limit of the agreement is reached');
    this.stored = stored;
    this.receipt = receipt;
  }
}

/**
 * What the `released` append of a part must count; undefined where the agreement does not limit different people.
 *
 * @param part who was found in it.
 * @param place of the part, unlike that of any other: a record that names nobody counts as somebody new.
 */
export function limitOnPeople(part: Part, permit: Permit, place: string): LimitToCount | undefined {
  const { agreement } = permit;
  const { differentPeople } = agreement.limits;
  if (differentPeople === undefined) return undefined;
  const people = peopleOf(part, permit, place);
  return { name: 'different people looked up', agreement: agreement.id, people, ...differentPeople };
}

/** For each record and each `who` in it, the identifiers by the first of the dataset's subject references that it carries. */
function peopleOf(part: Part, permit: Permit, place: string): readonly SubjectIdentifier[] {
  const records = new Set<number>();
  const first = new Map<string, { readonly rank: number; readonly people: SubjectIdentifier[] }>();
  for (const subject of part.subjects) {
    records.add(subject.record);
    const rank = rankOf(subject, permit);
    const key = `${subject.record} ${subject.who}`;
    const known = first.get(key);
    if (known === undefined || rank < known.rank) first.set(key, { rank, people: [subject] });
    else if (rank === known.rank) known.people.push(subject);
  }
  const named = [...first.values()].flatMap(({ people }) => people);
  return [...named, ...nameless(part.records - records.size, permit, place)];
}

function rankOf({ who, namespace }: FoundSubject, { dataset }: Permit): number {
  return dataset.subjects.findIndex(
    (reference) => reference.who === who && reference.namespace === namespace,
  );
}

/** INVARIANT: a record without an identifier is never free: it counts by what was asked with, or as somebody new. */
function nameless(count: number, permit: Permit, place: string): readonly SubjectIdentifier[] {
  if (count <= 0) return [];
  const asked = askedSubjects(permit);
  if (asked.length > 0 && permit.operation.answer === 'one record') {
    return [
      { namespace: 'asked with', id: asked.map(({ namespace, id }) => `${namespace} ${id}`).join('\0') },
    ];
  }
  return Array.from({ length: count }, (_, nth) => ({
    namespace: 'a record that names nobody',
    id: `${place} ${nth}`,
  }));
}
