/** From what zod finds to sentences with a line: one mistake for each thing that is wrong. */
import type { z } from 'zod';
import { type Cure, cureOfValue, documentAsMeant, wordMeant } from './as-meant.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

type Issue = z.core.$ZodIssue;

/** How often slips that were hidden by others are looked for. */
const MOST_ROUNDS = 3;

/**
 * The value that `schema` makes of the file, or undefined after recording in the document what is wrong. Where every slip has
 * one evident cure, the value is that of the file as it was meant, so that the checks that follow tell what else is wrong; the
 * document holds mistakes then, and nothing of it is used.
 */
export function readBySchema<Output>(
  document: PolicyDocument,
  schema: z.ZodType<Output>,
  rounds = MOST_ROUNDS,
): Output | undefined {
  if (document.value === undefined) return undefined;
  const read = schema.safeParse(document.value);
  if (read.success) return read.data;
  const cures: Cure[] = [];
  const isCured = reportAll(document, read.error.issues, [], cures);
  if (!isCured || cures.length === 0 || rounds === 0) return undefined;
  // A misspelt key hides what stands beneath it: what is wrong there is told too, at the lines where it was written.
  return readBySchema(documentAsMeant(document, cures), schema, rounds - 1);
}

/** False where some mistake has no evident cure. */
function reportAll(
  document: PolicyDocument,
  issues: readonly Issue[],
  above: DocumentPath,
  cures: Cure[],
): boolean {
  let isCured = true;
  const misspelt = new Set(issues.flatMap(wordsMeant));
  for (const issue of issues) {
    const absent = valueAt(document.value, [...above, ...textPath(issue)]) === undefined;
    // A word that stands there misspelt is one mistake, not two.
    if (absent && misspelt.has(keyOf(textPath(issue)))) continue;
    if (!report(document, issue, above, cures)) isCured = false;
  }
  return isCured;
}

/** For unknown keys: the known ones that were meant. */
function wordsMeant(issue: Issue): string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const meant = [...issue.message.matchAll(/^did you mean `(.*)`\?$/gm)];
  return meant.map(([, word]) => keyOf([...textPath(issue), word ?? '']));
}

function keyOf(path: DocumentPath): string {
  return JSON.stringify(path);
}

function textPath(issue: Issue): (string | number)[] {
  return issue.path.map((step) => (typeof step === 'symbol' ? '' : step));
}

function report(document: PolicyDocument, issue: Issue, above: DocumentPath, cures: Cure[]): boolean {
  const path = [...above, ...textPath(issue)];
  const given = valueAt(document.value, path);
  if (issue.code === 'unrecognized_keys') {
    const suggestions = issue.message.split('\n');
    let isCured = true;
    for (const [place, key] of issue.keys.entries()) {
      document.mistakenKey(
        [...path, key],
        `\`${key}\` is not a word that can stand here`,
        suggestions[place] ?? '',
      );
      const meant = wordMeant(suggestions[place] ?? '');
      if (meant === undefined || valueAt(document.value, [...path, meant]) !== undefined) isCured = false;
      else cures.push({ path, key, meant });
    }
    return isCured;
  }
  if (given === undefined) {
    missing(document, path);
    return false;
  }
  if (given === null) {
    document.mistake(path, `nothing is written after ${named(path)}`, 'write it, or take the line out');
    return false;
  }
  if (issue.code === 'invalid_union') return reportNearestBranch(document, issue, path, given, cures);
  if (issue.code === 'invalid_key') {
    const [what, write] = [`\`${path.at(-1)}\` cannot be a name here`, issue.issues[0]?.message ?? ''];
    document.mistakenKey(path, what, write);
    return false;
  }
  const [what, write] = inWords(issue, given, path);
  document.mistake(path, what, write);
  const cure = cureOfValue(path, given, write);
  if (cure !== undefined) cures.push(cure);
  return cure !== undefined;
}

function missing(document: PolicyDocument, path: DocumentPath): void {
  const key = path.at(-1);
  const place = path.slice(0, -1);
  const around = place.length === 0 ? 'the file' : named(place);
  document.mistakenKey(place, `\`${key}\` is missing in ${around}`, `add a line \`${key}: …\``);
}

/** Of the ways in which a thing may be written, the one that was meant is the one that is wrong furthest inside. */
function reportNearestBranch(
  document: PolicyDocument,
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: DocumentPath,
  given: unknown,
  cures: Cure[],
): boolean {
  const branches = issue.errors.filter((errors) => errors.every((error) => isOfRightShape(error, given)));
  const nearest = branches[0];
  if (nearest === undefined || nearest.length === 0) {
    document.mistake(
      path,
      `${named(path)} is ${shapeOf(given)}, which cannot stand here`,
      waysToWrite(issue),
    );
    return false;
  }
  return reportAll(document, nearest, path, cures);
}

function isOfRightShape(error: Issue, given: unknown): boolean {
  if (error.path.length > 0 || error.code !== 'invalid_type') return true;
  return error.expected === shapeName(given);
}

function waysToWrite(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const ways = issue.errors.flatMap((errors) =>
    errors.filter(({ path }) => path.length === 0).map((error) => wayOf(error)),
  );
  return `write ${[...new Set(ways)].join(', or ')}`;
}

function wayOf(error: Issue): string {
  if (error.code === 'invalid_value') return error.values.map((value) => `\`${String(value)}\``).join(' or ');
  return error.code === 'invalid_type' ? (SHAPES[error.expected] ?? error.expected) : 'something else';
}

const SHAPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list in square brackets, or lines that begin with a hyphen',
  object: 'lines of the form `key: value` beneath it',
  record: 'lines of the form `key: value` beneath it',
};

function inWords(issue: Issue, given: unknown, path: DocumentPath): [what: string, write: string] {
  switch (issue.code) {
    case 'custom':
      return [String(issue.params?.['what']), String(issue.params?.['write'])];
    case 'invalid_value':
      return [
        `\`${shown(given)}\` is not a word that ${named(path)} knows`,
        didYouMean(shown(given), issue.values.map(String)),
      ];
    case 'invalid_format':
      // What stands there in place of a secret's name may be the secret.
      if (path.at(-1) === 'secret') return ['this is not the name of a secret', issue.message];
      return [`\`${shown(given)}\` cannot stand at ${named(path)}`, issue.message];
    case 'too_small':
      return Array.isArray(given)
        ? [`the list at ${named(path)} is empty`, 'name at least one thing']
        : [`${shown(given)} is too small`, `write ${issue.minimum} or more`];
    case 'too_big':
      return [`${shown(given)} is too large`, `write ${issue.maximum} or less`];
    case 'invalid_type':
      return wrongShape(issue.expected, given, path);
    default:
      return [`${named(path)} cannot be read`, 'see the documentation of the format'];
  }
}

function wrongShape(expected: string, given: unknown, path: DocumentPath): [what: string, write: string] {
  const what = `${named(path)} is ${shapeOf(given)} here`;
  if (expected === 'string' && typeof given !== 'object') return [what, 'put it between quotes'];
  return [what, `write ${SHAPES[expected] ?? expected}`];
}

function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'a truth value' : 'a set of keys';
}

function shapeName(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

function shown(value: unknown): string {
  return typeof value === 'object' ? shapeOf(value) : String(value);
}

function named(path: DocumentPath): string {
  const names = path.filter((step) => typeof step === 'string');
  return names.length === 0 ? 'the file' : `\`${names.at(-1)}\``;
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.hasOwn(here, step) ? Reflect.get(here, step) : undefined;
  }
  return here;
}
