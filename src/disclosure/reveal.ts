/** Reveals (docs/formats/reveals.md): how much of a value is shown, for every way but `in full`. */
import type { ShownAs } from './rules.ts';

/** The text to show of a value in its kind's one spelling, or undefined where nothing can be shown with certainty. */
export type Reveal = (value: string, bind: (value: string) => string) => string | undefined;

/** The reveal that an agreement names, or undefined for `in full`, which leaves the lexeme alone. */
export function revealFor(
  show: ShownAs,
  normalise: (text: string) => string | undefined,
): Reveal | undefined {
  switch (show.as) {
    case 'in full':
      return undefined;
    case 'initials':
      return initials;
    case 'year':
      return year;
    case 'first half':
      return firstHalf;
    case 'last 4 characters':
      return lastFour;
    case 'bound to this agreement':
      return (value, bind) => bind(value);
    case 'yes or no':
      return yesOrNo(show.yesWhen, show.notYetWhen, normalise);
  }
}

const WORD_START = /^\P{L}*(\p{L}\p{M}*)/u;

/** The first letter of each word; a word without a letter shows nothing. */
function initials(value: string): string | undefined {
  const letters: string[] = [];
  for (const word of value.normalize('NFC').split(/\s+/u)) {
    const letter = WORD_START.exec(word)?.[1];
    if (letter !== undefined) letters.push(letter);
  }
  return letters.length === 0 ? undefined : letters.join(' ');
}

const ISO_DATE = /^(\d{4})(?:-\d{2}(?:-\d{2}(?:T[0-9:.,+\-Z]+)?)?)?$/;

/** The year of an ISO 8601 date, whole or begun (`1951`, `1951-02`), with or without a time. */
function year(value: string): string | undefined {
  return ISO_DATE.exec(value)?.[1];
}

const POSTCODE = /^([A-Z]{1,2}[0-9][A-Z0-9]?) ?[0-9][A-Z]{2}$/;

/** The outward half of a postcode. */
function firstHalf(value: string): string | undefined {
  return POSTCODE.exec(value.toUpperCase())?.[1];
}

const FEWEST_CHARACTERS = 9;

/** The last four characters, of values where four are less than half. */
function lastFour(value: string): string | undefined {
  const characters = Array.from(value);
  return characters.length < FEWEST_CHARACTERS ? undefined : characters.slice(-4).join('');
}

function yesOrNo(
  yesWhen: readonly string[] | undefined,
  notYetWhen: readonly string[] | undefined,
  normalise: (text: string) => string | undefined,
): Reveal {
  if (yesWhen === undefined && notYetWhen === undefined) return () => 'yes';
  const spell = (text: string) => normalise(text) ?? text;
  const yes = new Set((yesWhen ?? []).map(spell));
  const notYet = new Set((notYetWhen ?? []).map(spell));
  return (value) => {
    if (yes.has(value)) return 'yes';
    return notYet.has(value) ? 'not yet' : 'no';
  };
}
