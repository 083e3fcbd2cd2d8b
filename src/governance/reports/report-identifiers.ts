/** The identifiers that a person is looked for by: read from lines of text, and what each dataset can be searched by. */
import type { SubjectIdentifier } from '../../domain/audit-entry.ts';
import { kindNamed } from '../../domain/kind.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { Named } from './report-exchange.ts';

/** Identifiers of one person: whoever has a `telling` one is that person; the `shared` ones others can have too. */
export interface PersonIdentifiers {
  readonly telling: readonly SubjectIdentifier[];
  readonly shared: readonly SubjectIdentifier[];
}

/** A dataset, by which of the given kinds it was searched, and by which others it knows people. */
export interface DatasetSearched {
  readonly dataset: Named;
  readonly by: readonly string[];
  readonly notBy: readonly string[];
}

const MOST_LINES = 40;

/** Kinds of value that many people can have. Alone, none of them says who somebody is. */
const SHARED: ReadonlySet<string> = new Set([
  'name',
  'postcode',
  'date',
  'date and time',
  'telephone',
  'email',
  'free text',
]);

/**
 * Reads lines such as `NHS number: 999 000 1006`, each in its kind's one spelling; or what is wrong, in a sentence that
 * repeats no identifier.
 */
export function readIdentifiers(
  text: string,
  policies: PolicySet,
): PersonIdentifiers | { readonly wrong: string } {
  const kinds = kindsOfPeople(policies);
  const lines = linesOf(text);
  if (lines.length > MOST_LINES)
    return { wrong: `write at most ${MOST_LINES} lines: all identifiers are taken as those of one person` };
  const found = new Map<string, SubjectIdentifier>();
  for (const [place, line] of lines) {
    const subject = readLine(line, kinds);
    if (subject === undefined) return { wrong: wrongLine(place, line, kinds) };
    found.set(JSON.stringify(subject), subject);
  }
  const all = [...found.values()];
  const telling = all.filter(({ namespace }) => !SHARED.has(namespace));
  if (telling.length > 0) return { telling, shared: all.filter(({ namespace }) => SHARED.has(namespace)) };
  const tell = [...kinds].filter((kind) => !SHARED.has(kind));
  return {
    wrong: `write at least one identifier that only one person has, each on a line of its own, such as "${tell[0] ?? 'NHS number'}: …"; the kinds are: ${tell.join(', ')}`,
  };
}

/** Kinds by which some dataset finds people or knows whom a record is about, by name. */
export function kindsOfPeople({ datasets }: PolicySet): ReadonlySet<string> {
  const kinds = [...datasets.keys()].flatMap((id) => kindsOfDataset(id, datasets));
  return new Set(kinds.filter((kind) => kindNamed(kind) !== undefined).sort());
}

/** Which datasets could be searched with identifiers of these kinds, and which could not. */
export function datasetsSearched(
  { datasets }: PolicySet,
  { telling }: PersonIdentifiers,
): readonly DatasetSearched[] {
  const given = new Set(telling.map(({ namespace }) => namespace));
  return [...datasets.values()].map(({ id, title }) => {
    const kinds = kindsOfDataset(id, datasets).filter((kind) => !SHARED.has(kind));
    const [by, notBy] = [true, false].map((wanted) => kinds.filter((kind) => given.has(kind) === wanted));
    return { dataset: { id, name: title }, by: by ?? [], notBy: notBy ?? [] };
  });
}

function kindsOfDataset(id: string, datasets: PolicySet['datasets']): readonly string[] {
  const dataset = datasets.get(id);
  const lookups = [...(dataset?.lookups.values() ?? [])].filter(({ aboutThePerson }) => aboutThePerson);
  const kinds = [
    ...(dataset?.subjects ?? []).map(({ namespace }) => namespace),
    ...lookups.map(({ kind }) => kind.name),
  ];
  return [...new Set(kinds)];
}

function linesOf(text: string): readonly (readonly [place: number, line: string])[] {
  return text
    .split('\n')
    .map((line, at) => [at + 1, line.trim()] as const)
    .filter(([, line]) => line !== '');
}

function readLine(line: string, kinds: ReadonlySet<string>): SubjectIdentifier | undefined {
  const named = /^([^:]{1,60}):(.{1,1000})$/.exec(line);
  const kind = kindMeant(named?.[1], kinds);
  const id = kind === undefined ? undefined : kindNamed(kind)?.normalise(named?.[2]?.trim() ?? '');
  return kind === undefined || id === undefined ? undefined : { namespace: kind, id };
}

function kindMeant(said: string | undefined, kinds: ReadonlySet<string>): string | undefined {
  const words = said?.trim().toLowerCase();
  return [...kinds].find((kind) => kind.toLowerCase() === words);
}

/** Never repeats the line: it holds an identifier, or what was meant for one. */
function wrongLine(place: number, line: string, kinds: ReadonlySet<string>): string {
  const kind = kindMeant(/^([^:]{1,60}):/.exec(line)?.[1], kinds);
  if (kind !== undefined) return `line ${place} does not hold a value of the kind "${kind}"`;
  return `line ${place} does not begin with a kind and a colon, such as "NHS number: …"; the kinds are: ${[...kinds].join(', ')}`;
}
