/** A search of the log as somebody writes it, read into a filter: days are London's, what is not understood is said. */
import { ENTRY_KINDS } from '../../domain/audit-entry.ts';
import { localMidnight, localMidnightAfter } from '../../domain/london-time.ts';
import { ENTRY_OUTCOMES, type EntryFilter } from './entry-filter.ts';

export interface AskedSearch {
  readonly filter: Omit<EntryFilter, 'tagged'>;
  /** Identifier of a member of staff: it goes no further than into a tag. */
  readonly person: string | undefined;
  /** Goes no further than into a tag. */
  readonly caseReference: string | undefined;
  readonly before: number | undefined;
  readonly most: number;
  /** Names of what was asked with, never the values: what the entry of the search says. */
  readonly names: readonly string[];
}

export const MOST_SEARCHED = 500;

const LONGEST_TEXT = 1024;
const TEXTS = [
  'consumer',
  'provider',
  'organisation',
  'system',
  'dataset',
  'purpose',
  'reason',
  'code',
  'role',
] as const;
const NAMES = ['kind', 'outcome', ...TEXTS, 'agreement', 'from', 'to', 'person', 'case'] as const;

/** The search, or what is wrong with it in words. No value of it stands in them. */
export function readSearch(
  asked: Readonly<Record<string, unknown>>,
): AskedSearch | { readonly wrong: string } {
  const wrong = faultOf(asked);
  if (wrong !== undefined) return { wrong };
  const texts = TEXTS.map((name) => [name, textOf(asked[name])]);
  const most = asked['most'] === undefined ? 50 : Number(asked['most']);
  return {
    filter: {
      kind: textOf(asked['kind']),
      outcome: ENTRY_OUTCOMES.find((outcome) => outcome === asked['outcome']),
      ...Object.fromEntries(texts),
      agreement: agreementOf(asked['agreement']),
      fromMs: instantOf(asked['from'], localMidnight),
      toMs: instantOf(asked['to'], localMidnightAfter),
    },
    person: textOf(asked['person']),
    caseReference: textOf(asked['case']),
    before: asked['before'] === undefined ? undefined : Number(asked['before']),
    most,
    names: NAMES.filter((name) => asked[name] !== undefined),
  };
}

function faultOf(asked: Readonly<Record<string, unknown>>): string | undefined {
  const known: readonly string[] = [...NAMES, 'most', 'before'];
  if (Object.keys(asked).some((name) => !known.includes(name)))
    return `a search is written with ${known.join(', ')}, and with nothing else`;
  for (const name of NAMES) {
    if (asked[name] !== undefined && textOf(asked[name]) === undefined)
      return `${name}: write a text of at most ${LONGEST_TEXT} characters`;
  }
  return faultOfWords(asked) ?? faultOfTimes(asked) ?? faultOfPage(asked);
}

function faultOfWords({ kind, outcome, agreement }: Readonly<Record<string, unknown>>): string | undefined {
  if (kind !== undefined && !ENTRY_KINDS.some((one) => one === kind))
    return `kind: write one of ${ENTRY_KINDS.join(', ')}`;
  if (outcome !== undefined && !ENTRY_OUTCOMES.some((one) => one === outcome))
    return `outcome: write one of ${ENTRY_OUTCOMES.join(', ')}`;
  if (agreement !== undefined && agreementOf(agreement) === undefined)
    return 'agreement: write its id, such as DSA-2026-014, or id and version, such as DSA-2026-014/3';
  return undefined;
}

function faultOfTimes({ from, to }: Readonly<Record<string, unknown>>): string | undefined {
  const begins = instantOf(from, localMidnight);
  const ends = instantOf(to, localMidnightAfter);
  for (const [name, written, read] of [
    ['from', from, begins],
    ['to', to, ends],
  ] as const) {
    if (written !== undefined && read === undefined)
      return `${name}: write a day, such as 2026-11-23, or an instant, such as 2026-11-23T09:30Z`;
  }
  if (begins !== undefined && ends !== undefined && begins >= ends) return 'from: this is not before `to`';
  return undefined;
}

function faultOfPage({ most, before }: Readonly<Record<string, unknown>>): string | undefined {
  if (most !== undefined && !(isCount(most) && Number(most) >= 1 && Number(most) <= MOST_SEARCHED))
    return `most: write a number from 1 to ${MOST_SEARCHED}`;
  if (before !== undefined && !isCount(before)) return 'before: write the number of an entry';
  return undefined;
}

function textOf(value: unknown): string | undefined {
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT;
  return isText ? value.trim() : undefined;
}

function agreementOf(value: unknown): EntryFilter['agreement'] {
  const [, id, version] = /^([^\s/]{1,100})(?:\/([1-9][0-9]{0,5}))?$/.exec(textOf(value) ?? '') ?? [];
  if (id === undefined) return undefined;
  return version === undefined ? { id } : { id, version: Number(version) };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

function instantOf(value: unknown, ofDay: (date: string) => number | undefined): number | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (!INSTANT.test(text)) return ofDay(text);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function isCount(value: unknown): boolean {
  const number = typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0;
}
