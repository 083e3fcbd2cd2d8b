/** What differs between the statement that was signed and the one that today's files come to, in sentences. */
import { canonicalJson, type Json } from '../encoding/canonical-json.ts';
import type { Statement } from './signed-statement.ts';

const MOST_SENTENCES = 12;
const LONGEST_VALUE = 200;

/** What a member is about, where its own name is not enough. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['file', 'the file of the agreement'],
  ['shared by.signing keys', 'the list of signing keys of the organisation that shares'],
  ['shared with.signing keys', 'the list of signing keys of the organisation that receives'],
  ['shared with.issuer', 'the issuer of the organisation that receives'],
  ['upstream', 'the upstream'],
]);

/** One thing of these is named by the member beneath. */
const NOUNS: ReadonlyMap<string, string> = new Map([
  ['fields', 'the field'],
  ['operations', 'the operation'],
  ['lookups', 'the lookup'],
  ['shared with.systems', 'the system'],
  ['shared with.role names', 'the role name'],
]);

/**
 * One sentence for each thing that differs, without full stops; empty where nothing does. At most a dozen: then how many
 * more there are.
 */
export function statementDifferences(signed: Statement, today: Statement): readonly string[] {
  const found = differences([], signed, today);
  if (found.length <= MOST_SENTENCES) return found;
  return [...found.slice(0, MOST_SENTENCES), `${found.length - MOST_SENTENCES} further things differ`];
}

function differences(path: readonly string[], signed: Json | undefined, today: Json | undefined): string[] {
  if (isObject(signed) && isObject(today)) {
    const names = [...new Set([...Object.keys(signed), ...Object.keys(today)])].sort();
    return names.flatMap((name) => differences([...path, name], signed[name], today[name]));
  }
  if (text(signed) === text(today)) return [];
  return [sentence(path, signed, today)];
}

function sentence(path: readonly string[], signed: Json | undefined, today: Json | undefined): string {
  const about = aboutWhat(path);
  if (path.join('.') === 'file') return `${about} was changed after it was signed`;
  if (signed === undefined) return `${about} is there now (${shown(today)}) and was not signed`;
  if (today === undefined) return `${about} was signed (${shown(signed)}) and is not there any more`;
  return `${about} is now ${shown(today)}, signed was ${shown(signed)}`;
}

function aboutWhat(path: readonly string[]): string {
  const whole = WORDS.get(path.join('.'));
  if (whole !== undefined) return whole;
  for (const depth of [1, 2]) {
    const noun = NOUNS.get(path.slice(0, depth).join('.'));
    const name = path[depth];
    if (noun === undefined || name === undefined) continue;
    const inner = path.slice(depth + 1);
    return inner.length === 0 ? `${noun} \`${name}\`` : `\`${inner.join('.')}\` of ${noun} \`${name}\``;
  }
  return `\`${path.join('.')}\``;
}

function shown(value: Json | undefined): string {
  const whole = typeof value === 'string' ? value : text(value);
  return `\`${whole.length > LONGEST_VALUE ? `${whole.slice(0, LONGEST_VALUE)}…` : whole}\``;
}

function text(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json | undefined>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
