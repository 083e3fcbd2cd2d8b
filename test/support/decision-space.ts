/** Every request that two small policy sets can tell apart, and some that neither knows: a space small enough to try whole. */
import type { Asked } from '../../src/domain/asked.ts';
import type { Caller } from '../../src/domain/caller.ts';
import type { Decision } from '../../src/domain/decision.ts';
import { decide } from '../../src/domain/decision.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { plain } from '../../src/domain/signed-statement.ts';
import { formatFieldPath } from '../../src/encoding/field-path.ts';
import { ask, asked, caller, openReference } from './judge-fixtures.ts';

export interface Point {
  readonly caller: Caller;
  readonly asked: Asked;
  readonly atMs: number;
}

const VALUES: Readonly<Record<string, string>> = {
  'badge number': 'ZZ9Z01',
  name: 'Ines Marlowe',
  postcode: 'ZZ99 3VZ',
  page: '1',
  note: 'n1',
  surname: 'Marlowe',
};
const PERSONS: readonly Caller['person'][] = [{ id: 'w.hughes', assurance: 'proved' }, undefined];
const LOOKUPS: readonly (readonly [string, readonly string[]])[] = [
  ['look-up-one-badge', ['badge number']],
  ['search-for-badges', ['name', 'postcode']],
  ['search-for-badges', ['name', 'postcode', 'page']],
  ['read-a-note', ['note']],
  ['list-every-badge', []],
];

/** Points around every begin and end of both sets, for every organisation, role, purpose and reason that they name. */
export function decisionSpace(...sets: readonly PolicySet[]): readonly Point[] {
  const agreements = sets.flatMap((set) => set.agreements);
  const each = <Value>(values: readonly Value[], stranger: Value): readonly Value[] => [
    ...new Set([...values, stranger]),
  ];
  const instants = each(
    agreements.flatMap(({ startsAtMs, endsAtMs }) => [startsAtMs - 1, startsAtMs, endsAtMs - 1, endsAtMs]),
    Date.parse('2026-11-23T03:30:00Z'),
  );
  const points: Point[] = [];
  for (const atMs of instants)
    for (const who of callers(
      each(
        agreements.map((one) => one.consumer),
        'eastmoor',
      ),
      agreements,
    ))
      for (const what of requests(agreements)) points.push({ caller: who, asked: what, atMs });
  return points;
}

function callers(consumers: readonly string[], agreements: PolicySet['agreements']): Caller[] {
  const roles = [...new Set(agreements.flatMap((one) => one.roles)), 'stranger'];
  const systems = [...new Set(agreements.flatMap((one) => one.systems)), 'other-app'];
  return consumers.flatMap((organisation) =>
    systems.flatMap((system) =>
      PERSONS.flatMap((person, place) =>
        roles.map((role, nth) =>
          caller({
            organisation,
            system,
            person,
            roles: [role],
            secondFactor: (nth + place) % 2 === 0,
            actsForNamedPerson: 'sometimes',
          }),
        ),
      ),
    ),
  );
}

function requests(agreements: PolicySet['agreements']): Asked[] {
  const purposes = [...new Set(agreements.map((one) => one.purpose)), 'curiosity', undefined];
  const reasons = [...new Set(agreements.flatMap((one) => one.reasonsAllowed)), undefined];
  return purposes.flatMap((purpose, nth) =>
    LOOKUPS.map(([operation, names], place) => {
      const lookups = Object.fromEntries(names.map((name) => [name, VALUES[name] ?? '']));
      return asked({
        purpose,
        target: ask(operation, lookups),
        reason: reasons[(nth + place) % reasons.length],
        caseReference: (nth + place) % 3 === 0 ? undefined : 'PCN-0001',
        consentReference: (nth + place) % 2 === 0 ? undefined : 'CONSENT-1',
        statedPerson: undefined,
      });
    }),
  );
}

/** What a decision comes to: the verdict, and for a permit all that reaches the provider and all that may leave. */
export function comesTo(policies: PolicySet, { caller: who, asked: what, atMs }: Point): string {
  const decision = decide(who, what, policies, atMs, openReference);
  return JSON.stringify(decision.effect === 'refuse' ? { code: decision.code } : permitted(decision));
}

function permitted(permit: Extract<Decision, { effect: 'permit' }>): object {
  const { agreement, operation, role, request } = permit;
  const { fields, wrapper, rowConditions, limits, optOutApplies } = agreement;
  return {
    agreement: agreement.id,
    operation: operation.name,
    role,
    request: plain(request),
    fields: fields.map(({ path, show }) => [formatFieldPath(path), plain(show)]).sort(),
    wrapper: [...wrapper].sort(),
    rowConditions: plain(rowConditions.map(({ field, among }) => [field.name, [...among].sort()])),
    limits: plain(limits),
    optOutApplies,
  };
}
