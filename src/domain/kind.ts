/**
 * Kinds of value (docs/formats/dataset.md): what a lookup or a field may hold, and its one normal spelling.
 * NHS number check digits follow the NHS Data Dictionary; National Insurance prefixes follow HMRC's NIM39110.
 */

export interface Kind {
  readonly name: string;
  /** The value in its one spelling (spaces and case settled), or undefined where it is not of this kind. */
  readonly normalise: (text: string) => string | undefined;
  /** How the value stands in a JSON body; text unless said. The one spelling is the JSON lexeme then. */
  readonly inJson?: 'number' | 'boolean';
  /** Every spelling there is, for a kind whose values are a closed list. */
  readonly values?: readonly string[];
  /** For whole numbers between bounds, both included. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A reference that the gateway handed out and only the same agreement and system may hand back. */
export const BOUND_REFERENCE = 'bound reference';

/** The kind of that name, or undefined. `whole number` and `code` come here without bounds and without a list. */
export function kindNamed(name: string): Kind | undefined {
  return KINDS.get(name);
}

/** Every name that `kindNamed` knows, in the order of the documentation. */
export function kindNames(): readonly string[] {
  return [...KINDS.keys()];
}

/** Whole numbers between two bounds, both included. */
export function wholeNumberKind(atLeast: number, atMost: number): Kind {
  const normalise = (text: string): string | undefined => {
    if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
    const value = Number(text);
    return value >= atLeast && value <= atMost ? text : undefined;
  };
  return { name: 'whole number', normalise, inJson: 'number', atLeast, atMost };
}

/** One of a closed list of codes, spelt exactly so. */
export function codeKind(codes: readonly string[]): Kind {
  const known = new Set(codes);
  return { name: 'code', normalise: (text) => (known.has(text) ? text : undefined), values: codes };
}

/** True for ten digits whose last is the check digit of the first nine (modulus 11). */
export function isNhsNumber(digits: string): boolean {
  if (!/^\d{10}$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < 9; place += 1) sum += (digits.charCodeAt(place) - 48) * (10 - place);
  return (11 - (sum % 11)) % 11 === Number(digits[9]);
}

/** Two digits of century and year are no date: four digits, and a day that the calendar has. */
export function isCalendarDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

const UNISSUED_PREFIXES = new Set(['BG', 'GB', 'NK', 'KN', 'TN', 'NT', 'ZZ']);
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const PUPIL_LETTERS = 'ABCDEFGHJKLMNPQRTUVWXYZ';

const NOT_ASCII = /[^\0-\x7f]/;

// Some letters that are not ASCII have an ASCII capital: a dotless i or a long s must not pass for I or S.
function unspaced(text: string): string {
  const settled = text.replace(/[ \t]/g, '');
  return NOT_ASCII.test(settled) ? settled : settled.toUpperCase();
}

/** A kind whose spelling, once spaces are gone and letters are capitals, meets one pattern. */
function capitals(name: string, pattern: RegExp): Kind {
  return {
    name,
    normalise: (text) => {
      const settled = unspaced(text);
      return pattern.test(settled) ? settled : undefined;
    },
  };
}

/** A kind whose text must meet a pattern as it stands. */
function exactly(name: string, pattern: RegExp, inJson?: 'number' | 'boolean'): Kind {
  const normalise = (text: string): string | undefined => (pattern.test(text) ? text : undefined);
  return inJson === undefined ? { name, normalise } : { name, normalise, inJson };
}

function nhsNumber(text: string): string | undefined {
  const digits = text.replace(/[ -]/g, '');
  return isNhsNumber(digits) ? digits : undefined;
}

// The prefix QQ is never issued, so that samples can use it and no living person can have it.
function nationalInsuranceNumber(text: string): string | undefined {
  const settled = unspaced(text);
  if (!/^(?:QQ|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])\d{6}[A-D]$/.test(settled)) return undefined;
  return UNISSUED_PREFIXES.has(settled.slice(0, 2)) ? undefined : settled;
}

function pupilNumber(text: string): string | undefined {
  const settled = unspaced(text);
  if (!/^[A-Z]\d{12}$/.test(settled)) return undefined;
  let sum = 0;
  for (let place = 1; place <= 12; place += 1) sum += Number(settled[place]) * (place + 1);
  return settled[0] === PUPIL_LETTERS[sum % 23] ? settled : undefined;
}

function postcode(text: string): string | undefined {
  const settled = unspaced(text);
  const parts = /^([A-Z]{1,2}\d[A-Z\d]?|GIR)(\d[A-Z]{2})$/.exec(settled);
  return parts === null ? undefined : `${parts[1]} ${parts[2]}`;
}

function dateAndTime(text: string): string | undefined {
  const parts =
    /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?$/.exec(text);
  return parts?.[1] !== undefined && isCalendarDate(parts[1]) ? text : undefined;
}

function uprn(text: string): string | undefined {
  return /^\d{1,12}$/.test(text) && /[1-9]/.test(text) ? text.replace(/^0+/, '') : undefined;
}

function telephone(text: string): string | undefined {
  const settled = text.replace(/[ ().-]/g, '').replace(/^(?:\+|00)44/, '0');
  return /^\+?\d{7,15}$/.test(settled) ? settled : undefined;
}

function email(text: string): string | undefined {
  return text.length <= 254 && /^[^\s@<>"\p{Cc}]+@[^\s@<>".\p{Cc}]+(?:\.[^\s@<>".\p{Cc}]+)+$/u.test(text)
    ? text.normalize('NFC').toLowerCase()
    : undefined;
}

function webAddress(text: string): string | undefined {
  return /^https?:\/\/[^\s\p{Cc}]{1,2000}$/u.test(text) && URL.canParse(text) ? text : undefined;
}

function freeText(text: string): string | undefined {
  if (text.length > 500 || /[\p{Cc}\p{Cs}]/u.test(text)) return undefined;
  const settled = text.normalize('NFC').replace(/ +/g, ' ').trim();
  return settled === '' ? undefined : settled;
}

// A name begins with a letter and holds no sign that a provider could read as a wildcard.
function personName(text: string): string | undefined {
  const settled = freeText(text.replace(/[\u2018\u2019]/g, "'"));
  return settled !== undefined && /^\p{L}[\p{L}\p{M} ,.'-]{0,99}$/u.test(settled) ? settled : undefined;
}

function theOneReferenceIn(text: string): string | undefined {
  const found = text.match(GUID);
  return found?.length === 1 ? found[0].toLowerCase() : undefined;
}

function reference(text: string): string | undefined {
  return text.length === 36 ? theOneReferenceIn(text) : undefined;
}

const ALL: readonly Kind[] = [
  { name: 'NHS number', normalise: nhsNumber },
  { name: 'national insurance number', normalise: nationalInsuranceNumber },
  { name: 'unique pupil number', normalise: pupilNumber },
  // Two digits of the year, two of the month, then five or six.
  exactly('asylum support reference', /^\d{2}(?:0[1-9]|1[0-2])\d{5,6}$/),
  capitals('blue badge number', /^[A-Z0-9]{6}$/),
  capitals('account reference', /^[A-Z0-9][A-Z0-9/-]{2,29}$/),
  { name: 'UPRN', normalise: uprn },
  exactly('school number', /^\d{6}$/),
  capitals('NHS organisation code', /^[A-Z0-9]{3,10}$/),
  capitals('local authority code', /^[A-Z0-9]{2,10}$/),
  { name: 'name', normalise: personName },
  { name: 'postcode', normalise: postcode },
  { name: 'telephone', normalise: telephone },
  { name: 'email', normalise: email },
  { name: 'web address', normalise: webAddress },
  { name: 'date', normalise: (text) => (isCalendarDate(text) ? text : undefined) },
  { name: 'date and time', normalise: dateAndTime },
  exactly('money in pence', /^(?:0|-?[1-9]\d{0,14})$/, 'number'),
  wholeNumberKind(0, Number.MAX_SAFE_INTEGER),
  exactly('number', /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/, 'number'),
  { ...exactly('true or false', /^(?:true|false)$/, 'boolean'), values: ['true', 'false'] },
  { name: 'yes or no', normalise: yesOrNo, values: ['Y', 'N'] },
  exactly('code', /^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,99}$/),
  { name: 'reference', normalise: reference },
  { name: 'reference in a link', normalise: theOneReferenceIn },
  exactly(BOUND_REFERENCE, /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{15,499}$/),
  { name: 'free text', normalise: freeText },
];

/** A flag written Y or N, or as words: its one spelling is Y or N. */
function yesOrNo(text: string): string | undefined {
  const first = /^(?:y|yes|n|no)$/i.test(text) ? text[0] : undefined;
  return first?.toUpperCase();
}

const KINDS: ReadonlyMap<string, Kind> = new Map(ALL.map((kind) => [kind.name, kind]));
