/** A first guess at what a field of somebody's API is: its kind and how sensitive it is, never lower than personal. */
import type { Sensitivity } from '../../domain/dataset.ts';
import type { Described } from './openapi-reading.ts';

export interface GuessedKind {
  readonly kind: string;
  readonly codes?: readonly string[];
  readonly atLeast?: number;
  readonly atMost?: number;
}

const MOST_CODES = 40;

/** Kinds that a name gives away, looked for in this order. */
const KINDS_BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/nhs ?number/, 'NHS number'],
  [/\bnino\b|national insurance/, 'national insurance number'],
  [/\bupn\b|pupil number/, 'unique pupil number'],
  [/\buprn\b/, 'UPRN'],
  [/post ?code|postal code/, 'postcode'],
  [/\be ?mail/, 'email'],
  [/\b(?:tele)?phone|\bmobile\b/, 'telephone'],
  [/\b(?:first|last|family|given|sur|fore|full|holder|cardholder) ?name\b/, 'name'],
];
const KINDS_BY_FORMAT: ReadonlyMap<string, string> = new Map([
  ['date', 'date'],
  ['date-time', 'date and time'],
  ['email', 'email'],
  ['uri', 'web address'],
  ['url', 'web address'],
]);

/** @param name in plain words: "card holder name". */
export function guessKind(name: string, schema: Described): GuessedKind {
  const { type, format, enum: values } = schema;
  const types = [type].flat();
  if (types.includes('boolean')) return { kind: 'true or false' };
  if (types.includes('integer')) return wholeNumber(name, schema);
  if (types.includes('number')) return { kind: 'number' };
  const codes = Array.isArray(values) ? values.filter((one) => typeof one === 'string' && one !== '') : [];
  if (codes.length > 0 && codes.length <= MOST_CODES) return { kind: 'code', codes: [...new Set(codes)] };
  const byFormat = KINDS_BY_FORMAT.get(String(format));
  if (byFormat !== undefined) return { kind: byFormat };
  return { kind: KINDS_BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? 'free text' };
}

function wholeNumber(name: string, { minimum, maximum }: Described): GuessedKind {
  if (/\b(?:amount|fee|price|total amount|net)\b/.test(name)) return { kind: 'money in pence' };
  return {
    kind: 'whole number',
    ...(typeof minimum === 'number' && minimum >= 0 ? { atLeast: Math.ceil(minimum) } : {}),
    ...(typeof maximum === 'number' && maximum >= 0 ? { atMost: Math.floor(maximum) } : {}),
  };
}

/** Looked for in this order: what lets its holder act comes first. */
const SENSITIVITIES_BY_NAME: readonly (readonly [RegExp, Sensitivity])[] = [
  [
    /\blinks?\b|\bhref\b|\burl\b|\btoken\b|\bsecret\b|password|authori[sz]ation|\bcvv\b|\bpan\b|security code/,
    'never share',
  ],
  [/first digits|first \w+ digits|expiry|provider id|\bexemption\b|3ds|3d secure/, 'never share'],
  [
    /ethnic|religio|\bbelief|\bdisab|\bhealth|diagnos|\bmedic|sexual|\bunion\b|political|biometric|genetic/,
    'special category',
  ],
  [/convict|offence|offender|criminal|caution/, 'criminal offence'],
  [/\bchild|\bpupil/, 'child'],
  [/nhs ?number|\bnino\b|national insurance|\bbirth|\bdob\b|\bname\b|\bupn\b/, 'identifying'],
  [/\be ?mail|phone|mobile|address|\bline\b|\bcity\b|post ?code|country|\buprn\b/, 'contact'],
  [/amount|fee|balance|income|salary|arrears|\bcard\b|digits|bank|account|tier|benefit/, 'financial'],
];

/** Nobody has looked yet, so nothing is taken for ordinary. */
export function guessSensitivity(name: string): Sensitivity {
  return SENSITIVITIES_BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? 'personal';
}

/** `cardHolderName`, `card_holder_name` and `CardHolderName` as "card holder name". */
export function inPlainWords(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase();
}
