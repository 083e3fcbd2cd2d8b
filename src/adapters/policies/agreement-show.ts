/** How an agreement shows a field: the reveal with what belongs to it, checked (docs/formats/reveals.md). */
import type { Field } from '../../domain/dataset.ts';
import { REVEALS, type RevealName } from '../../domain/dataset.ts';
import type { Show } from '../../encoding/show.ts';
import type { AgreementFile } from './agreement-schema.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

/** One line of `they may see`, written out. */
export type SeenField = Exclude<AgreementFile['what']['they may see'][number], string>;

/** Ages at which law or services treat people otherwise: 16, grown up, out of leavers' care, pension. */
const USUAL_AGE_BANDS = [0, 16, 18, 25, 65];
const MOST_BANDS = 20;
const OLDEST = 150;

/** Which words of a line belong to which reveals. */
const BELONGS_TO = {
  'yes when': ['yes or no'],
  'not yet when': ['yes or no'],
  words: ['in other words'],
  'anything else': ['in other words'],
  bands: ['age band', 'band'],
} as const;

/**
 * What the line says of how `field` is shown; whatever comes after a mistake is never used.
 *
 * @param at the line, or its `field:`, in the file.
 */
export function readShow(document: PolicyDocument, at: DocumentPath, entry: SeenField, field: Field): Show {
  const as = REVEALS.find((reveal) => reveal === (entry.show ?? 'in full')) ?? 'in full';
  if (!field.mayBeShownAs.includes(as)) {
    const place = entry.show === undefined ? at : [...at.slice(0, -1), 'show'];
    document.mistake(place, `\`${field.name}\` may not be shown as \`${as}\``, waysToShow(field));
  }
  refuseStrayWords(document, at, entry, as);
  switch (as) {
    case 'yes or no':
      return yesOrNo(document, at, entry, field);
    case 'in other words':
      return inOtherWords(document, at, entry, field);
    case 'age band':
      return { as, bands: ageBandsOf(document, at, entry) };
    case 'band':
      return { as, bands: amountBandsOf(document, at, entry) };
    default:
      return { as };
  }
}

function waysToShow(field: Field): string {
  const ways = field.mayBeShownAs.map((reveal) => `\`show: ${reveal}\``);
  return ways.length === 0 ? 'take it out' : `write ${ways.join(' or ')}`;
}

function refuseStrayWords(
  document: PolicyDocument,
  at: DocumentPath,
  entry: SeenField,
  as: RevealName,
): void {
  const stray = new Map<string, string[]>();
  for (const [word, reveals] of Object.entries(BELONGS_TO)) {
    if (!(word in entry) || reveals.some((reveal) => reveal === as)) continue;
    const ways = reveals.map((reveal) => `\`show: ${reveal}\``).join(' or ');
    stray.set(ways, [...(stray.get(ways) ?? []), `\`${word}\``]);
  }
  for (const [ways, words] of stray) {
    const what = `${words.join(' and ')} ${words.length > 1 ? 'go' : 'goes'} with ${ways} only`;
    document.mistake(at, what, `write ${ways}`);
  }
}

function yesOrNo(document: PolicyDocument, at: DocumentPath, entry: SeenField, field: Field): Show {
  const [yesWhen, notYetWhen] = [entry['yes when'], entry['not yet when']];
  const values = [...(yesWhen ?? []), ...(notYetWhen ?? [])];
  for (const value of values.filter((one, place) => values.indexOf(one) !== place)) {
    const what = `\`${value}\` stands twice in the lists of values`;
    document.mistake(at, what, 'keep it in one of the two lists');
  }
  refuseUnknown(document, at, field, values);
  return {
    as: 'yes or no',
    ...(yesWhen === undefined ? {} : { yesWhen }),
    ...(notYetWhen === undefined ? {} : { notYetWhen }),
  };
}

function inOtherWords(document: PolicyDocument, at: DocumentPath, entry: SeenField, field: Field): Show {
  const words = new Map(Object.entries(entry.words ?? {}));
  const anythingElse = entry['anything else'];
  if (words.size === 0) {
    document.mistake(at, 'nothing says in which words', 'add `words:`, such as `{ISSUED: valid}`');
  }
  refuseUnknown(document, at, field, [...words.keys()]);
  refuseUnsaid(document, at, field, words, anythingElse);
  refuseFalse(document, at, field, words, anythingElse);
  return { as: 'in other words', words, ...(anythingElse === undefined ? {} : { anythingElse }) };
}

function refuseUnknown(
  document: PolicyDocument,
  at: DocumentPath,
  field: Field,
  values: readonly string[],
): void {
  for (const value of new Set(values)) {
    if (field.kind.normalise(value) === value) continue;
    const what = `\`${value}\` is not a value that \`${field.name}\` can have`;
    document.mistake(at, what, `see \`${field.name}\` in the dataset`);
  }
}

/** Of a closed list no value may be forgotten: a record that holds it would fail. */
function refuseUnsaid(
  document: PolicyDocument,
  at: DocumentPath,
  { name, kind }: Field,
  words: ReadonlyMap<string, string>,
  anythingElse: string | undefined,
): void {
  const unsaid = (kind.values ?? []).filter((value) => !words.has(value));
  if (anythingElse !== undefined || words.size === 0 || unsaid.length === 0) return;
  const what = `nothing says how \`${name}\` is shown when it is ${unsaid.map((it) => `\`${it}\``).join(' or ')}`;
  document.mistake(at, what, 'add it to `words`, or add `anything else:`');
}

/** A word says no more than the value did, and nothing that it did not: one value is never given out as another. */
function refuseFalse(
  document: PolicyDocument,
  at: DocumentPath,
  { name, kind }: Field,
  words: ReadonlyMap<string, string>,
  anythingElse: string | undefined,
): void {
  const said = [...words, ...(anythingElse === undefined ? [] : [['anything else', anythingElse] as const])];
  for (const [value, word] of said) {
    const isValue = kind.values?.includes(word) === true;
    if (!isValue || (words.get(word) ?? anythingElse) === word) continue;
    const what = `\`${value}\` would be shown as \`${word}\`, which is another value of \`${name}\``;
    document.mistake(at, what, 'write a word that is not one of its values');
  }
}

function ageBandsOf(document: PolicyDocument, at: DocumentPath, { bands }: SeenField): readonly number[] {
  if (bands?.some((age) => age < 0 || age > OLDEST) === true) {
    document.mistake(at, `an age is between 0 and ${OLDEST} years`, 'write ages in whole years');
  }
  return risingBands(document, at, bands ?? USUAL_AGE_BANDS);
}

function amountBandsOf(document: PolicyDocument, at: DocumentPath, { bands }: SeenField): readonly number[] {
  if (bands === undefined) {
    const write = 'add `bands:` and where each band begins, such as `[0, 10000, 50000]`';
    document.mistake(at, 'nothing says which bands there are', write);
  }
  return risingBands(document, at, bands ?? []);
}

function risingBands(
  document: PolicyDocument,
  at: DocumentPath,
  bands: readonly number[],
): readonly number[] {
  if (bands.some((start, place) => start <= (bands[place - 1] ?? Number.NEGATIVE_INFINITY))) {
    document.mistake(at, 'the bands do not rise', 'write where each band begins, the lowest first');
  }
  if (bands.length > MOST_BANDS) {
    const what = `more than ${MOST_BANDS} bands tell nearly as much as the value`;
    document.mistake(at, what, 'write fewer');
  }
  return bands;
}
