/** Shapes of the values in a leaf (docs/formats/leaf.md): each can judge a parsed value and spell it canonically. */

export interface LeafShape {
  /** Completes the sentence "that is not …". */
  readonly words: string;
  readonly holds: (value: unknown) => boolean;
  /**
   * A regular expression's source for the canonical JSON (RFC 8785) of values of this shape. In JSON of which
   * `mayHoldLongText` is false it matches nothing that `holds` refuses and no other spelling; it may leave out what never
   * comes up, such as counts of 16 digits.
   */
  readonly spelling: string;
}

export interface LeafMember {
  readonly shape: LeafShape;
  readonly must: boolean;
}

export interface LeafMembers {
  readonly byName: ReadonlyMap<string, LeafMember>;
  /** How many of them every leaf of the kind must hold. */
  readonly musts: number;
}

const LONGEST_TEXT = 1024;
/** A comma before every member but the first of an object. */
const BETWEEN = '(?:(?<!\\{),|(?<=\\{))';
/** One character of a JSON string as RFC 8785 section 3.2.2.2 spells it. */
const CHARACTER = String.raw`(?:[^"\\\u0000-\u001f]|\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f])))`;
/**
 * Most texts have no escapes and are matched in one run, without counting, which is a sixth quicker for the whole leaf. No
 * text matches both ways, so that a list of many texts cannot be tried in ever more ways.
 */
const TEXT = String.raw`"(?:[^"\\\u0000-\u001f]+"|(?=[^"\\]*\\)${CHARACTER}{1,${LONGEST_TEXT}}")`;

/**
 * Whether JSON may hold a text that is longer than a leaf's may be: what the spellings do not count. Such a text covers at
 * least one of the windows looked at whole, and has no quotation mark in it.
 */
export function mayHoldLongText(json: string): boolean {
  const window = LONGEST_TEXT / 2;
  for (let at = 0; at + window <= json.length; at += window) {
    const mark = json.indexOf('"', at);
    if (mark === -1 || mark >= at + window) return true;
  }
  return false;
}

export const text: LeafShape = {
  words: `a text of 1 to ${LONGEST_TEXT} characters`,
  holds: isText,
  spelling: TEXT,
};

export const texts: LeafShape = {
  words: 'a list of texts',
  holds: (value) => Array.isArray(value) && value.every(isText),
  spelling: String.raw`\[(?:${TEXT}(?:,${TEXT})*)?\]`,
};

/** A list, in whatever order, of values of one shape. */
export function listOf(shape: LeafShape, words: string): LeafShape {
  return {
    words,
    holds: (value) => Array.isArray(value) && value.every(shape.holds),
    spelling: String.raw`\[(?:${shape.spelling}(?:,${shape.spelling})*)?\]`,
  };
}

export const yesOrNo: LeafShape = {
  words: 'true or false',
  holds: (value) => typeof value === 'boolean',
  spelling: '(?:true|false)',
};

export const count: LeafShape = {
  words: 'a whole number from 0',
  holds: isCount,
  spelling: '(?:0|[1-9][0-9]{0,14})',
};

export const position: LeafShape = {
  words: 'a whole number from 1',
  holds: (value) => isCount(value) && value !== 0,
  spelling: '[1-9][0-9]{0,14}',
};

/** A text of letters that JSON never escapes, by the source of a regular expression for the whole of it. */
export function matching(words: string, source: string): LeafShape {
  const pattern = new RegExp(`^(?:${source})$`);
  return {
    words,
    holds: (value) => typeof value === 'string' && pattern.test(value),
    spelling: `"(?:${source})"`,
  };
}

/** One of a closed list of numbers and of texts without special characters. */
export function oneOf(values: readonly (string | number)[]): LeafShape {
  const set: ReadonlySet<unknown> = new Set(values);
  return {
    words: `one of ${values.join(', ')}`,
    holds: (value) => set.has(value),
    spelling: `(?:${values.map((value) => JSON.stringify(value)).join('|')})`,
  };
}

/** An object with just these members. */
export function group(byName: Readonly<Record<string, LeafMember>>): LeafShape {
  const known = members(byName);
  return {
    words: `an object of ${Object.keys(byName).join(', ')}`,
    holds: (value) => isObject(value) && faultOfMembers(value, known) === undefined,
    spelling: spellingOf(known, []),
  };
}

export function members(byName: Readonly<Record<string, LeafMember>>): LeafMembers {
  const list = Object.entries(byName);
  return { byName: new Map(list), musts: list.filter(([, member]) => member.must).length };
}

/**
 * The spelling of an object with these members. Canonical JSON has one order of names and every value a regular spelling,
 * so that all leaves of a kind are one regular language.
 *
 * @param captured names of members whose values become groups, in the order of the alphabet.
 */
export function spellingOf(known: LeafMembers, captured: readonly string[]): string {
  let follows = false;
  const parts = [...known.byName].sort(byNameOrder).map(([name, { shape, must }]) => {
    const value = captured.includes(name) ? `(${shape.spelling})` : shape.spelling;
    // After a member that is always there a comma is due, which is quicker to see than what stands before.
    const part = `(?:${follows ? ',' : BETWEEN}"${name}":${value})${must ? '' : '?'}`;
    follows ||= must;
    return part;
  });
  return `\\{${parts.join('')}\\}`;
}

/** What is wrong with the members of an object, as the rest of a sentence that begins with the entry. */
export function faultOfMembers(
  object: Readonly<Record<string, unknown>>,
  known: LeafMembers,
): string | undefined {
  let musts = 0;
  let before = '';
  for (const name in object) {
    const member = known.byName.get(name);
    if (member === undefined) return 'holds a member that its kind does not have';
    if (name < before) return 'holds members in another order than canonical JSON';
    if (!member.shape.holds(object[name]))
      return `holds a member \`${name}\` that is not ${member.shape.words}`;
    if (member.must) musts += 1;
    before = name;
  }
  if (musts === known.musts) return undefined;
  for (const [name, member] of known.byName) {
    if (member.must && !Object.hasOwn(object, name)) return `lacks the member \`${name}\``;
  }
  return undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_TEXT;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function byNameOrder([one]: readonly [string, LeafMember], [other]: readonly [string, LeafMember]): number {
  return one < other ? -1 : 1;
}
