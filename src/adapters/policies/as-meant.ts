/**
 * A policy file as it was meant: slips that have one evident cure are cured in a copy, so that whatever else is wrong with the file
 * is told together with them. The file itself stays refused: what was guessed is never used.
 */
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

export type Cure =
  | { readonly path: DocumentPath; readonly key: string; readonly meant: string }
  | { readonly path: DocumentPath; readonly value: string };

const MEANT = /^did you mean `(.*)`\?$/;
const DAY = /^(\d{4}-(?:0[1-9]|1[0-2]))-(?:29|30|31)$/;

/** The word that an advice names, or undefined where it names none. */
export function wordMeant(advice: string): string | undefined {
  return MEANT.exec(advice)?.[1];
}

/** How a value at `path` was meant, by the advice that was given; undefined where nobody can tell. */
export function cureOfValue(path: DocumentPath, given: unknown, advice: string): Cure | undefined {
  const meant = wordMeant(advice);
  if (meant !== undefined) return { path, value: meant };
  // A day too many in a month: any day of that month does for the other checks.
  const month = typeof given === 'string' ? DAY.exec(given)?.[1] : undefined;
  return month === undefined ? undefined : { path, value: `${month}-28` };
}

/** The document with its cures; what is found wrong in it is recorded in the document, at the words that stand there. */
export function documentAsMeant(document: PolicyDocument, cures: readonly Cure[]): PolicyDocument {
  const asWritten = (path: DocumentPath): DocumentPath =>
    path.map((step, depth) => {
      const renamed = cures.find(
        (cure) => 'key' in cure && cure.meant === step && isAt(cure.path, path.slice(0, depth)),
      );
      return renamed !== undefined && 'key' in renamed ? renamed.key : step;
    });
  return {
    ...document,
    value: cured(document.value, cures),
    mistake: (path, what, write) => document.mistake(asWritten(path), what, write),
    mistakenKey: (path, what, write) => document.mistakenKey(asWritten(path), what, write),
  };
}

function isAt(path: DocumentPath, other: DocumentPath): boolean {
  return path.length === other.length && path.every((step, depth) => step === other[depth]);
}

/** A copy of the file's value with the cures. */
function cured(value: unknown, cures: readonly Cure[]): unknown {
  const copy: unknown = structuredClone(value);
  // Values first: a renamed key would take them out of reach.
  for (const cure of cures) if ('value' in cure) setValue(copy, cure.path, cure.value);
  for (const cure of cures) if ('key' in cure) rename(at(copy, cure.path), cure.key, cure.meant);
  return copy;
}

function setValue(copy: unknown, path: DocumentPath, value: string): void {
  const [above, last] = [at(copy, path.slice(0, -1)), path.at(-1)];
  if (typeof above === 'object' && above !== null && last !== undefined) Reflect.set(above, last, value);
}

function rename(object: unknown, key: string, meant: string): void {
  if (typeof object !== 'object' || object === null || Object.hasOwn(object, meant)) return;
  Reflect.set(object, meant, Reflect.get(object, key));
  Reflect.deleteProperty(object, key);
}

function at(value: unknown, path: DocumentPath): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = Reflect.get(here, step);
  }
  return here;
}
