/** Reveals (docs/formats/reveals.md): how much of a value is shown, for every way but `in full`. */
import type { Show } from '../encoding/show.ts';
import { ageOn } from './age.ts';
import { ageBands, amountBands, wholePart } from './bands.ts';
import type { AgreedLeaf, RevealInputs } from './rules.ts';

/** The text to show of a value in its kind's one spelling, or undefined where nothing can be shown with certainty. */
export type Reveal = (value: string, inputs: RevealInputs) => string | undefined;

type Normalise = AgreedLeaf['normalise'];

/** The reveal that an agreement names, or undefined for `in full`, which leaves the lexeme alone. */
export function revealFor({
  show,
  kind,
  normalise,
}: Pick<AgreedLeaf, 'show' | 'kind' | 'normalise'>): Reveal | undefined {
  switch (show.as) {
    case 'in full':
      return undefined;
    case 'initials':
      return initials;
    case 'year':
      return year;
    case 'age band':
      return ageBand(show.bands);
    case 'over 18':
      return over18;
    case 'first half':
      return firstHalf;
    case 'last 4 characters':
      return lastFour;
    case 'yes or no':
      return yesOrNo(show.yesWhen, show.notYetWhen, normalise);
    case 'in other words':
      return inOtherWords(show.words, show.anythingElse, normalise);
    case 'matching code':
      return (value, { matchingCode }) => matchingCode(kind, value);
    case 'band':
      return band(show.bands);
    case 'bound to this agreement':
      return (value, { bind }) => bind(value);
  }
}

/** What is said of no value at all, or undefined where `null` leaves as it came. */
export function whenNull(show: Show): string | undefined {
  if (show.as === 'yes or no') return 'no';
  return show.as === 'in other words' ? show.anythingElse : undefined;
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

function ageBand(starts: readonly number[]): Reveal {
  const bandOf = ageBands(starts);
  return (value, { today }) => {
    const age = ageOn(value, today);
    return age === undefined ? undefined : bandOf(age);
  };
}

const OF_AGE = 18;

/** Whether the eighteenth birthday has come. */
function over18(value: string, { today }: RevealInputs): string | undefined {
  const age = ageOn(value, today);
  if (age === undefined) return undefined;
  return age >= OF_AGE ? 'yes' : 'no';
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
  normalise: Normalise,
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

function inOtherWords(
  words: ReadonlyMap<string, string>,
  anythingElse: string | undefined,
  normalise: Normalise,
): Reveal {
  const said = new Map([...words].map(([value, word]) => [normalise(value) ?? value, word]));
  return (value) => said.get(value) ?? anythingElse;
}

function band(starts: readonly number[]): Reveal {
  const bandOf = amountBands(starts);
  return (value) => {
    const whole = wholePart(value);
    return whole === undefined ? undefined : bandOf(whole);
  };
}
