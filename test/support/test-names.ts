/** The names of the tests that a test file runs, read from its source: no test is run for it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A number of a checklist in front of a name. */
const NUMBER = /^(?:(?:RS|H)-\d+(?:, | to )?)+:? /;
const CALL = /\b(?:test|it)(\.\w+)?\(\s*(?:(['"`])((?:\\.|(?!\2)[^\\])*)\2|[\w.]+)\s*,\s*([^=]*=)?/g;
const EXPRESSION = /\$\{[^}]*\}/;
const LITERAL = /(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g;
const COMMENT = /^\s*\/\/.*$/gm;
const IMPORT = /from\s+'(\.[^']+)'/g;
const SKIPPED = /\b(?:skip|todo):\s*(?:true|['"`])/;

/**
 * True where the file runs a test of that name. A name that a table gives is known by its row, which may stand in a file
 * that the test file imports; `…` stands for whatever else is filled in, and a checklist's number in front does not count.
 */
export function hasLiveTest(file: string, name: string): boolean {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8').replaceAll(COMMENT, '');
  if (/\bdescribe\.(?:skip|todo)\(/.test(text)) return false;
  const names = [...text.matchAll(CALL)].filter(
    ([, modifier, , , options]) => !/^\.(?:skip|todo)$/.test(modifier ?? '') && !SKIPPED.test(options ?? ''),
  );
  if (names.some(([, , quote, own]) => quote !== undefined && shortened(own ?? '') === name)) return true;
  const patterns = names.map(([, , , own]) => own).filter((own) => own === undefined || EXPRESSION.test(own));
  if (patterns.length === 0) return false;
  const rows = new Set(literalsOf(file, new Set()));
  return patterns.some((pattern) => givenParts(pattern, name).some((part) => rows.has(part)));
}

function plain(written: string): string {
  return written.replaceAll(/\\(.)/g, '$1').replace(NUMBER, '');
}

/** `refuses ${what}` is written "refuses …". */
function shortened(written: string): string {
  return plain(written.split(EXPRESSION).join('…'));
}

/** What of `name` stands in place of the expressions of a template; all of it where there is no template but a variable. */
function givenParts(template: string | undefined, name: string): readonly string[] {
  if (template === undefined) return [name];
  const parts = template
    .split(EXPRESSION)
    .map((part) => plain(part).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('(.+)')}$`).exec(name)?.slice(1) ?? [];
}

/** Every text that stands in quotes in a file and in what it imports of the tests. */
function literalsOf(file: string, seen: Set<string>): readonly string[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const own = [...text.matchAll(LITERAL)].map(([, , literal]) => shortened(literal ?? ''));
  const imported = [...text.matchAll(IMPORT)]
    .map(([, from]) => normalize(join(dirname(file), from ?? '')))
    .filter((from) => from.startsWith('test/'));
  return [...own, ...imported.flatMap((from) => literalsOf(from, seen))];
}
