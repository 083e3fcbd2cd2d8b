/** The closed lists of law that agreements and datasets choose from: read from one dated data file, never written here. */
import law from './law/uk-2026-02-05.json' with { type: 'json' };

/** A word that a file may choose, where in the law it stands, and what else a file that chooses it must say. */
export interface LegalWord {
  readonly word: string;
  readonly law: string;
  /** Key that must be written beside the word → what to write there; empty where the key says it. */
  readonly needs?: Readonly<Record<string, string>>;
}

export interface LawfulBasis extends LegalWord {
  readonly 'needs a power'?: boolean;
  /** A public authority cannot rely on it for its tasks (Data (Use and Access) Act 2025, section 70). */
  readonly 'not for public tasks'?: boolean;
}

export interface SpecialCondition extends LegalWord {
  /** The conditions of DPA 2018 Schedule 1 of which it needs one: a whole part, or one paragraph. */
  readonly 'schedule 1'?: { readonly part: number; readonly paragraph?: number };
}

export interface Schedule1Condition {
  readonly word: string;
  readonly part: number;
  readonly paragraph: number;
  readonly 'policy document'?: boolean;
}

export interface LegalData {
  readonly nation: string;
  /** The day from which the lists are the law, as ISO 8601. */
  readonly 'holds from': string;
  readonly sources: readonly { readonly law: string; readonly address: string }[];
  readonly 'lawful bases': readonly LawfulBasis[];
  readonly 'recognised interests': readonly LegalWord[];
  readonly 'compatible purposes': readonly LegalWord[];
  readonly 'special categories': readonly LegalWord[];
  readonly 'special conditions': readonly SpecialCondition[];
  readonly 'schedule 1 conditions': readonly Schedule1Condition[];
  readonly 'duties of confidence': readonly LegalWord[];
  readonly 'transfer safeguards': readonly LegalWord[];
  readonly 'exemptions from access': readonly LegalWord[];
  readonly 'longest breach notice in hours': number;
}

export const LEGAL_DATA: LegalData = law;

export const LAWFUL_BASES = wordsOf(law['lawful bases']);
/** UK GDPR Annex 1. */
export const RECOGNISED_INTERESTS = wordsOf(law['recognised interests']);
/** UK GDPR Annex 2. */
export const COMPATIBLE_PURPOSES = wordsOf(law['compatible purposes']);
/** UK GDPR Article 9(1). */
export const SPECIAL_CATEGORIES = wordsOf(law['special categories']);
/** UK GDPR Article 9(2). */
export const SPECIAL_CONDITIONS = wordsOf(law['special conditions']);
/** DPA 2018 Schedule 1 Part 1, paragraphs 1 to 4. */
export const SCHEDULE_1_PART_1 = schedule1Words(1);
/** DPA 2018 Schedule 1 Part 2, paragraphs 6 to 28. */
export const SCHEDULE_1_PART_2 = schedule1Words(2);
/** DPA 2018 Schedule 1 Part 3, paragraphs 29 to 37: for criminal offence data only. */
export const SCHEDULE_1_PART_3 = schedule1Words(3);
export const DUTIES_OF_CONFIDENCE = wordsOf(law['duties of confidence']);
/** UK GDPR Chapter V. */
export const TRANSFER_SAFEGUARDS = wordsOf(law['transfer safeguards']);
/** What a person need not be told for a while: exemptions from UK GDPR Article 15 and DPA 2018 section 45. */
export const EXEMPTIONS_FROM_ACCESS = wordsOf(law['exemptions from access']);
export const LONGEST_BREACH_NOTICE_MS = law['longest breach notice in hours'] * 3_600_000;

/** The entry of a list for a word, or undefined where the list does not know it. */
export function legalWord<Entry extends { readonly word: string }>(
  list: readonly Entry[],
  word: string | undefined,
): Entry | undefined {
  return list.find((entry) => entry.word === word);
}

/** What a chosen word needs said that `said` leaves out: the key, and what to write. */
export function missingFor(
  entry: LegalWord | undefined,
  said: Readonly<Record<string, unknown>>,
): readonly (readonly [key: string, write: string])[] {
  const missing = Object.entries(entry?.needs ?? {}).filter(([key]) => said[key] === undefined);
  return missing.map(([key, text]) => [key, `add \`${key}:\`${text === '' ? '' : ` and ${text}`}`]);
}

function wordsOf(list: readonly { readonly word: string }[]): readonly string[] {
  return list.map(({ word }) => word);
}

function schedule1Words(part: number): readonly string[] {
  return wordsOf(law['schedule 1 conditions'].filter((condition) => condition.part === part));
}
