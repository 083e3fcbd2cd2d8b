/** What an agreement under a protocol may write where the protocol has written already: it may add promises or narrow. */
import { isDeepStrictEqual } from 'node:util';
import { milliseconds, rate } from './quantities.ts';

/** What comes of one key that both files write. */
export type Together =
  | { readonly takes: 'protocol' | 'agreement' }
  /** A list: the protocol's entries, then those that the agreement adds. */
  | { readonly takes: 'both' }
  | { readonly refuse: string; readonly write: string };

type Rule = (protocol: unknown, agreement: unknown) => Together;

/** The rule for a key by its path, as "what/they may"; a key that no rule names is settled by the protocol. */
export function ruleFor(path: readonly string[]): Rule {
  return RULES[path.join('/')] ?? settled;
}

/** Keys that an agreement cannot write even where the protocol says nothing: silence there means none. */
export const ONLY_IN_PROTOCOL: ReadonlySet<string> = new Set(['looking after it/transfers']);

/**
 * Sections that are one saying: a part of each file would say what neither says, so that a protocol that writes one settles
 * it whole.
 */
export const WHOLE: ReadonlySet<string> = new Set([
  'law/lawful basis/shared by',
  'law/lawful basis/shared with',
  'law/duty of confidence',
  'law/compatible purpose',
  'people/decisions made by computer alone',
  'who may look/from',
  'who may look/training in date',
  'emergency access',
  'publish in the register',
]);

const settled: Rule = (protocol, agreement) =>
  isDeepStrictEqual(protocol, agreement)
    ? { takes: 'agreement' }
    : { refuse: 'is settled by the protocol', write: 'take the line out, or agree outside the protocol' };

const own: Rule = () => ({ takes: 'agreement' });

const joined: Rule = (protocol, agreement) =>
  Array.isArray(protocol) && Array.isArray(agreement) ? { takes: 'both' } : settled(protocol, agreement);

const fewer: Rule = (protocol, agreement) => {
  if (!Array.isArray(protocol) || !Array.isArray(agreement)) return settled(protocol, agreement);
  const beyond: unknown = agreement.find((one) => !protocol.some((other) => isDeepStrictEqual(one, other)));
  if (beyond === undefined) return { takes: 'agreement' };
  return {
    refuse: `names ${namedIn(beyond)}, which the protocol does not`,
    write: 'take it out, or agree outside the protocol',
  };
};

/** The agreement's value counts where it is not above the protocol's, by a measure that both have. */
function atMost(measure: (value: unknown) => number | undefined): Rule {
  return (protocol, agreement) => {
    const [most, asked] = [measure(protocol), measure(agreement)];
    if (most === undefined || asked === undefined) return settled(protocol, agreement);
    if (asked <= most) return { takes: 'agreement' };
    return { refuse: 'is more than the protocol allows', write: `write ${String(protocol)} or less` };
  };
}

/** Days stay text, and texts of days are in the order of the days. */
function inOrder(isRight: (protocol: string, agreement: string) => boolean, word: string): Rule {
  return (protocol, agreement) => {
    if (typeof protocol !== 'string' || typeof agreement !== 'string') return settled(protocol, agreement);
    if (isRight(protocol, agreement)) return { takes: 'agreement' };
    return {
      refuse: `is ${word} than the protocol has it`,
      write: `write ${protocol}, or a day on the right side of it`,
    };
  };
}

const ratePerHour: Rule = (protocol, agreement) => {
  const [most, asked] = [rateOf(protocol), rateOf(agreement)];
  if (most === undefined || asked === undefined || most.per !== asked.per) {
    return settled(protocol, agreement);
  }
  if (asked.most <= most.most) return { takes: 'agreement' };
  return { refuse: 'is more than the protocol allows', write: `write \`${String(protocol)}\` or less` };
};

const SIGN_INS = ['work account', 'work account with a second factor'];

const strongerSignIn: Rule = (protocol, agreement) => {
  const [least, asked] = [protocol, agreement].map((word) => SIGN_INS.indexOf(String(word)));
  return least !== undefined && least >= 0 && asked !== undefined && asked >= least
    ? { takes: 'agreement' }
    : settled(protocol, agreement);
};

const orNotAllowed: Rule = (protocol, agreement) =>
  agreement === 'not allowed' ? { takes: 'agreement' } : settled(protocol, agreement);

const count = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const time = (value: unknown): number | undefined =>
  typeof value === 'string' ? milliseconds(value) : undefined;
const rateOf = (value: unknown) => (typeof value === 'string' ? rate(value) : undefined);

const RULES: Readonly<Record<string, Rule>> = {
  title: own,
  summary: own,
  examples: joined,
  'who/processors': joined,
  'what/about': joined,
  'what/they may': fewer,
  'what/they may ask using': fewer,
  'what/they may see': fewer,
  'what/they may see around the records': fewer,
  'what/they must never see': joined,
  'law/powers': joined,
  'assessment/risks': joined,
  'who may look/roles': fewer,
  'who may look/systems': fewer,
  'who may look/reasons allowed': fewer,
  'who may look/must give': joined,
  'who may look/sign in': strongerSignIn,
  'limits/records in one answer': atMost(count),
  'limits/checks by one person': ratePerHour,
  'limits/checks by the organisation': ratePerHour,
  'limits/different people looked up': ratePerHour,
  'emergency access': orNotAllowed,
  'looking after it/security': joined,
  'looking after it/tell the other party of a breach within': atMost(time),
  'dates/starts': inOrder((protocol, agreement) => agreement >= protocol, 'earlier'),
  'dates/review by': inOrder((protocol, agreement) => agreement <= protocol, 'later'),
  'dates/ends': inOrder((protocol, agreement) => agreement <= protocol, 'later'),
  'contacts/data protection officers': joined,
  'contacts/senior information risk owners': joined,
};

/** For people: every rule by its path, in the order of the file. */
export const RULED_PATHS: readonly string[] = Object.keys(RULES);

function namedIn(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return `\`${String(entry)}\``;
  const field: unknown = Reflect.get(entry, 'field');
  return typeof field === 'string' ? `\`${field}\` shown in that way` : 'an entry';
}
