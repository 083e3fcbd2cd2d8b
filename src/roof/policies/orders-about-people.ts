/** Orders about the lists of people who are held back: checked against the policy set, carried out, each one an entry. */
import {
  PEOPLE_LISTS,
  type PeopleChange,
  type PeopleList,
  type ProtectedPeople,
} from '../../audit-log/facts/protected-people.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { SubjectIdentifier } from '../../domain/audit-entry.ts';
import { kindNamed } from '../../domain/kind.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { PeopleAnswer, PeopleOrder } from '../../http/operations-app.ts';

export interface OrdersAboutPeopleParts {
  readonly people: ProtectedPeople;
  readonly policies: () => PolicySet | undefined;
  readonly log: Pick<StartedLog, 'notes'>;
}

const MOST_NAME = 200;

const SAID: Readonly<Record<PeopleChange, PeopleAnswer>> = {
  added: { said: 'added: in force from now on' },
  'there already': { said: 'nothing changed: it is on the list already' },
  asked: { said: 'asked for: a second person must ask for the same removal before it happens' },
  removed: { said: 'removed: the second of two people has asked for it' },
  'not there': { wrong: 'it is not on the list' },
  'same person': { wrong: 'the person who asked for the removal cannot confirm it; ask somebody else' },
};

/** Resolves to what became of the order once that is durable. No identifier stands in the answer. */
export async function orderAboutPeople(
  { list: name, order, kind, value, by }: PeopleOrder,
  { people, policies, log }: OrdersAboutPeopleParts,
): Promise<PeopleAnswer> {
  const list = listNamed(name);
  if (list === undefined) return { wrong: 'there is no such list of people' };
  if (order === 'list') return listed(list, people, log);
  const subject = readSubject(kind, value, policies());
  if ('wrong' in subject) return subject;
  if (order === 'test') return tested(list, subject, people, log);
  if (order !== 'add' && order !== 'remove') return { wrong: 'add, remove, list or test' };
  if (typeof by !== 'string' || by.length > MOST_NAME || !/[\p{L}\p{N}]/u.test(by))
    return { wrong: 'say with --by who asks for this' };
  return SAID[await people[order](list, subject, by)];
}

function listNamed(name: string): PeopleList | undefined {
  return PEOPLE_LISTS.find((list) => list.replace(' ', '-') === name);
}

async function listed(
  list: PeopleList,
  people: ProtectedPeople,
  log: Pick<StartedLog, 'notes'>,
): Promise<PeopleAnswer> {
  const all = await people.list(list);
  await log.notes.append('read', { code: `${codeOf(list)}-list`, records: all.length });
  return { said: `${all.length} on the list`, people: all };
}

async function tested(
  list: PeopleList,
  subject: SubjectIdentifier,
  people: ProtectedPeople,
  log: Pick<StartedLog, 'notes'>,
): Promise<PeopleAnswer> {
  await log.notes.append('read', { code: `${codeOf(list)}-test` });
  return { said: people.holds(list, subject) ? 'it is on the list' : 'it is not on the list' };
}

function codeOf(list: PeopleList): string {
  return list.replace(' ', '-');
}

/** The identifier in its kind's one spelling, where some dataset knows people by that kind. */
function readSubject(
  kind: unknown,
  value: unknown,
  policies: PolicySet | undefined,
): SubjectIdentifier | { readonly wrong: string } {
  const kinds = policies === undefined ? [] : kindsOfPeople(policies);
  if (typeof kind !== 'string' || !kinds.includes(kind))
    return {
      wrong: `no dataset knows people by that kind of identifier; the kinds are: ${kinds.join(', ')}`,
    };
  const id = typeof value === 'string' ? kindNamed(kind)?.normalise(value) : undefined;
  return id === undefined ? { wrong: `the value is not of the kind "${kind}"` } : { namespace: kind, id };
}

/** Kinds by which some dataset finds people or knows whom a record is about. */
function kindsOfPeople({ datasets }: PolicySet): readonly string[] {
  const kinds = new Set<string>();
  for (const { subjects, lookups } of datasets.values()) {
    for (const { namespace } of subjects) kinds.add(namespace);
    for (const { aboutThePerson, kind } of lookups.values()) if (aboutThePerson) kinds.add(kind.name);
  }
  return [...kinds].filter((kind) => kindNamed(kind) !== undefined).sort();
}
