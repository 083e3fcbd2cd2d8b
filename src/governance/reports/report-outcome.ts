/** How an exchange ended, as its entries say it (docs/formats/leaf.md): for everybody in it, and for one person alone. */
import {
  type CameIn,
  countIn,
  type ReportedEntry,
  type ReportedExchange,
  textIn,
  textsIn,
} from './report-entry.ts';

/**
 * `not disclosed`: something was there and was held back. `treat as disclosed`: the gateway ended in between, so that nobody
 * knows whether it arrived. `not ended`: no entry says yet how it ended.
 */
export type ReportedOutcome =
  | 'released'
  | 'nothing found'
  | 'not disclosed'
  | 'refused'
  | 'failed'
  | 'treat as disclosed'
  | 'not ended';

export interface OutcomeFound {
  readonly outcome: ReportedOutcome;
  /** Why it was refused or failed, as the gateway's code. */
  readonly code: string | undefined;
  /** Records that left, or that may have. */
  readonly records: number;
  /** Names of the fields that left, or that may have, in the order in which they come. */
  readonly fields: readonly string[];
}

/** How it ended for whoever asked. */
export function outcomeOfExchange(entries: ReportedExchange): OutcomeFound {
  return outcomeOf(entries, partsThatLeft(entries), false);
}

/**
 * How it ended for the person: released only where a part left that names them, or that was asked for with their identifier
 * and held a record.
 */
export function outcomeForPerson(entries: ReportedExchange): OutcomeFound {
  const asked = cameIn(entries).includes('asked with');
  const about = partsThatLeft(entries).filter(
    (part) =>
      part.came.includes('found in a record') ||
      (asked && !part.came.includes('held back') && records(part) > 0),
  );
  const heldBack = entries.some(({ came, screened }) => came.includes('held back') || (asked && screened));
  return outcomeOf(entries, about, heldBack);
}

/** In how many ways the person came in, each once. */
export function cameIn(entries: ReportedExchange): readonly CameIn[] {
  return [...new Set(entries.flatMap(({ came }) => came))];
}

function outcomeOf(entries: ReportedExchange, parts: ReportedExchange, heldBack: boolean): OutcomeFound {
  const end = endOf(entries);
  const disclosed = parts.filter((part) => records(part) > 0);
  const outcome =
    disclosed.length > 0 ? ofParts(end) : heldBack ? 'not disclosed' : withoutParts(entries, end);
  return {
    outcome,
    code: textIn(end?.leaf, 'code'),
    records: disclosed.reduce((sum, part) => sum + records(part), 0),
    fields: [...new Set(disclosed.flatMap(({ leaf }) => textsIn(leaf, 'fields')))],
  };
}

function ofParts(end: ReportedEntry | undefined): ReportedOutcome {
  return textIn(end?.leaf, 'kind') === 'recovered' ? 'treat as disclosed' : 'released';
}

function withoutParts(entries: ReportedExchange, end: ReportedEntry | undefined): ReportedOutcome {
  const kind = textIn(end?.leaf, 'kind');
  if (kind === 'refused') return 'refused';
  // A run that ended before the first part released nothing.
  if (kind === 'failed' || kind === 'recovered') return 'failed';
  return entries.some(({ leaf }) => leaf['kind'] === 'released') ? 'nothing found' : 'not ended';
}

/** The entry that ended it early or at once; an answer that left whole has none. */
function endOf(entries: ReportedExchange): ReportedEntry | undefined {
  return entries.findLast(({ leaf }) => ENDS.has(textIn(leaf, 'kind') ?? ''));
}

const ENDS = new Set(['refused', 'failed', 'recovered']);

/** `released` entries above the number of parts that the end names were stored and never left. */
function partsThatLeft(entries: ReportedExchange): ReportedExchange {
  const end = endOf(entries);
  const most = end === undefined ? Number.POSITIVE_INFINITY : (countIn(end.leaf, 'part') ?? 0);
  return entries.filter(({ leaf }) => leaf['kind'] === 'released' && (countIn(leaf, 'part') ?? 0) <= most);
}

function records({ leaf }: ReportedEntry): number {
  return countIn(leaf, 'records') ?? 0;
}
