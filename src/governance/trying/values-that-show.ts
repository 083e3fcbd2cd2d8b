/** Backwards through the filter: which values must a provider send so that the consumer sees what an example says it sees? */
import type { FilterSession } from '../../disclosure/rules.ts';
import type { AgreedField } from '../../domain/agreement.ts';
import type { Permit } from '../../domain/decision.ts';
import type { Show } from '../../encoding/show.ts';
import { showInWords } from '../explaining/show-in-words.ts';
import { oneLine } from '../pages/phrases.ts';
import { filtered, leavesOf } from './given-and-withheld.ts';
import { type GivenValues, sampleAnswer } from './sample-answer.ts';
import { sampleValue } from './sample-values.ts';

export interface ValuesThatShow {
  readonly values: GivenValues;
  /** Why one of the fields can never show what is expected, or undefined. */
  readonly impossible: string | undefined;
}

/**
 * A value for each expected field with which the gateway's own filter shows what is expected.
 *
 * @param start starts the filter afresh, once for each value that is tried.
 */
export function valuesThatShow(
  expected: ReadonlyMap<string, string>,
  permit: Permit,
  start: () => FilterSession,
): ValuesThatShow {
  const values = new Map<string, string | null>();
  for (const [name, shown] of expected) {
    const agreed = permit.agreement.fields.find(({ field }) => field.name === name);
    if (agreed === undefined) return { values, impossible: `\`${name}\` is not agreed, so nobody sees it` };
    const value = candidates(agreed, shown).find((candidate) =>
      shows(name, candidate, shown, agreed.show, permit, start),
    );
    if (value === undefined) return { values, impossible: never(agreed, shown) };
    values.set(name, value);
  }
  return { values, impossible: undefined };
}

function never(agreed: AgreedField, shown: string): string {
  return `nobody ever sees “${oneLine(shown)}” in \`${agreed.field.name}\`, which is shown ${showInWords(agreed)}`;
}

function shows(
  name: string,
  candidate: string | null,
  shown: string,
  show: Show,
  permit: Permit,
  start: () => FilterSession,
): boolean {
  const { agreement, dataset, operation } = permit;
  const answer = sampleAnswer(agreement, dataset, operation, new Map([[name, candidate]]));
  const through = filtered(answer, start());
  if ('failed' in through) return false;
  const seen = leavesOf(through.text, operation).get(name) ?? [];
  // What the gateway's keys make differs from one gateway to the next, so no file can say it.
  return isMade(show) ? seen.length > 0 : seen.includes(shown);
}

function isMade({ as }: Show): boolean {
  return as === 'bound to this agreement' || as === 'matching code';
}

/** One for each year of age that a living person can have, so that every age group has one whatever the day is. */
const BIRTHDAYS = Array.from({ length: 250 }, (_, at) => `${2100 - at}-01-01`);

/** Values that could show as `shown`; the filter says which of them do. */
function candidates({ field, show }: AgreedField, shown: string): readonly (string | null)[] {
  const sample = sampleValue(field.kind) ?? '';
  return [
    shown,
    sample,
    `${shown}-06-15`,
    `${shown}-06-15T12:00:00Z`,
    `${shown} 3VZ`,
    `${sample.slice(0, -4)}${shown}`,
    ...(field.kind.values ?? []),
    ...ofReveal(show),
    null,
  ];
}

function ofReveal(show: Show): readonly string[] {
  switch (show.as) {
    case 'yes or no':
      return [...(show.yesWhen ?? []), ...(show.notYetWhen ?? [])];
    case 'in other words':
      return [...show.words.keys()];
    case 'band':
      return [0, ...show.bands].flatMap((from) => [String(from), String(Math.max(0, from - 1))]);
    case 'age band':
    case 'over 18':
      return BIRTHDAYS;
    default:
      return [];
  }
}
