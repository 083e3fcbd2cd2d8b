/**
 * Field paths (docs/formats/field-paths.md): names with dots between them, `[key=value]` to pick elements of an
 * array, single quotes around a name that holds a dot, a bracket, an equals sign or a space.
 */

/** One name on the way down, with the equality that an array element must meet, if any. */
export interface PathStep {
  readonly name: string;
  readonly where?: { readonly key: string; readonly equals: string };
}

/** From the record inwards. Arrays are passed through without notation. */
export type FieldPath = readonly PathStep[];

/** The text is not a field path; the message says where and what to write. */
export class FieldPathError extends Error {
  override readonly name = 'FieldPathError';
}

const PLAIN_NAME = /^[^.[\]=' ]+/;
const QUOTED_NAME = /^'((?:[^']|'')+)'/;

/**
 * Reads a field path.
 *
 * @throws {FieldPathError} for an empty name, an unclosed bracket or quote, or anything left over.
 */
export function parseFieldPath(text: string): FieldPath {
  const steps: PathStep[] = [];
  let rest = text;
  for (;;) {
    const name = takeName(rest, text);
    rest = name.rest;
    if (rest.startsWith('[')) {
      const where = takeEquality(rest, text);
      rest = where.rest;
      steps.push({ name: name.value, where: { key: where.key, equals: where.equals } });
    } else {
      steps.push({ name: name.value });
    }
    if (rest === '') return steps;
    if (!rest.startsWith('.'))
      throw new FieldPathError(`\`${text}\` has \`${rest}\` where a dot should stand`);
    rest = rest.slice(1);
  }
}

/** The one text of a path: quotes only where they are needed. `parseFieldPath` reads it back to the same path. */
export function formatFieldPath(path: FieldPath): string {
  return path
    .map(({ name, where }) => {
      if (where === undefined) return quoted(name);
      return `${quoted(name)}[${quoted(where.key)}=${quoted(where.equals)}]`;
    })
    .join('.');
}

/** The path without its equalities: the field that a dataset declares. */
export function withoutEqualities(path: FieldPath): FieldPath {
  return path.map(({ name }) => ({ name }));
}

/** True where `parent` is `path` itself or stands above it, names compared case-sensitively and equalities ignored. */
export function covers(parent: FieldPath, path: FieldPath): boolean {
  return parent.length <= path.length && parent.every((step, depth) => step.name === path[depth]?.name);
}

function quoted(name: string): string {
  return PLAIN_NAME.exec(name)?.[0] === name ? name : `'${name.replaceAll("'", "''")}'`;
}

function takeName(rest: string, whole: string): { value: string; rest: string } {
  const quotedName = QUOTED_NAME.exec(rest);
  if (quotedName?.[1] !== undefined) {
    return { value: quotedName[1].replaceAll("''", "'"), rest: rest.slice(quotedName[0].length) };
  }
  const plain = PLAIN_NAME.exec(rest);
  if (plain === null) throw new FieldPathError(`\`${whole}\` has no name before \`${rest}\``);
  return { value: plain[0], rest: rest.slice(plain[0].length) };
}

function takeEquality(rest: string, whole: string): { key: string; equals: string; rest: string } {
  const key = takeName(rest.slice(1), whole);
  if (!key.rest.startsWith('=')) throw new FieldPathError(`\`${whole}\` has a bracket without \`key=value\``);
  const equals = takeName(key.rest.slice(1), whole);
  if (!equals.rest.startsWith(']')) throw new FieldPathError(`\`${whole}\` has a bracket that is not closed`);
  return { key: key.value, equals: equals.value, rest: equals.rest.slice(1) };
}
