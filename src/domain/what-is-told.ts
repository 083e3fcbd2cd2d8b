/** What leaves of a field, judged by the values that its reader can still tell apart. */
import type { Show } from '../encoding/show.ts';
import type { AgreedField, RowCondition } from './agreement.ts';
import { type Field, type FieldValue, SENSITIVITIES, type Sensitivity } from './dataset.ts';

/** A field of which something is told. */
export interface Telling {
  readonly field: Field;
  readonly show: Show;
  /** Values that it can have, where the agreement lets no record with another leave. */
  readonly among?: readonly string[] | undefined;
}

/** One thing that the reader of a field can be told. */
export interface Told {
  readonly sensitivity: Sensitivity;
  /** Kinds of special category data that it gives away. */
  readonly reveals: readonly string[];
  /** Values of the field that all look like this; empty for a field whose values are not told apart from one another. */
  readonly values: readonly string[];
}

/** Of a record that left it is known only that it meets the condition. */
const MET: Show = { as: 'in other words', words: new Map(), anythingElse: 'met' };

/** The fields of which an agreement tells: those that it shows, and those of its conditions, agreed or not. */
export function tellings(
  fields: readonly Pick<AgreedField, 'field' | 'show'>[],
  conditions: readonly RowCondition[],
): readonly Telling[] {
  const among = (field: Field) => conditions.find((condition) => condition.field === field)?.among;
  return [
    ...fields.map(({ field, show }) => ({ field, show, among: among(field) })),
    ...conditions.map((condition) => ({ ...condition, show: MET })),
  ];
}

type Facts = Pick<FieldValue, 'sensitivity' | 'reveals'>;

/** Stands for the values that a dataset does not list. */
const UNLISTED = undefined;

/**
 * Everything that a field shown in this way can tell. What several values have in common is all that a word for them
 * tells: such a word gives away what every one of them does, and is as sensitive as the least sensitive of them.
 */
export function whatIsTold({ field, show, among }: Telling): readonly Told[] {
  if (field.values.size === 0) return [{ ...factsOf(field), values: [] }];
  const behind = new Map<string, (string | undefined)[]>();
  for (const value of among ?? valuesOf(field)) {
    const word = wordFor(value, show);
    if (word !== undefined) behind.set(word, [...(behind.get(word) ?? []), value]);
  }
  return [...behind.values()].map((values) => inCommon(field, values));
}

/** Every value that can come: those of the closed list, or those with facts of their own and one for all the others. */
function valuesOf({ kind, values }: Field): readonly (string | undefined)[] {
  return kind.values ?? [...values.keys(), UNLISTED];
}

/** What the reader sees of a value, or undefined where the value cannot leave. */
function wordFor(value: string | undefined, show: Show): string | undefined {
  if (show.as === 'in other words') {
    return (value === UNLISTED ? undefined : show.words.get(value)) ?? show.anythingElse;
  }
  if (show.as !== 'yes or no') return value ?? '';
  const { yesWhen, notYetWhen } = show;
  if (yesWhen === undefined && notYetWhen === undefined) return value === 'false' ? 'no' : 'yes';
  if (value !== UNLISTED && yesWhen?.includes(value) === true) return 'yes';
  return value !== UNLISTED && notYetWhen?.includes(value) === true ? 'not yet' : 'no';
}

function inCommon(field: Field, values: readonly (string | undefined)[]): Told {
  const facts = values.map((value) => (value === UNLISTED ? undefined : field.values.get(value)) ?? field);
  return {
    sensitivity: leastOf(facts),
    reveals: (facts[0]?.reveals ?? []).filter((kind) => facts.every(({ reveals }) => reveals.includes(kind))),
    values: values.filter((value) => value !== UNLISTED),
  };
}

function factsOf({ sensitivity, reveals }: Field): Facts {
  return { sensitivity, reveals };
}

function leastOf(facts: readonly Facts[]): Sensitivity {
  const rank = ({ sensitivity }: Facts): number => SENSITIVITIES.indexOf(sensitivity);
  return facts.reduce((least, one) => (rank(one) < rank(least) ? one : least)).sensitivity;
}
