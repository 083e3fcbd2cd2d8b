/**
 * The one canonical request (docs/formats/request.md): rebuilt from the operation's template and typed lookups, never
 * copied from the caller. Paths and queries are written as RFC 3986 section 2.3 has it: unreserved characters alone
 * stand for themselves.
 */
import type { Dataset, Lookup, Operation, TemplateSegment } from './dataset.ts';
import type { OperationForm, Parameter } from './operation-form.ts';
import { operationForm, operationsOfShape } from './operation-form.ts';

export interface CanonicalRequest {
  readonly method: 'GET' | 'POST';
  /** Path below the dataset's upstream address, percent-encoded, beginning with a slash; no query. */
  readonly path: string;
  /** Query with its question mark, percent-encoded, or the empty text. */
  readonly query: string;
  /** JSON body, rebuilt from the agreed members, or undefined. */
  readonly body: string | undefined;
}

/**
 * The operation of `dataset` that a method and decoded segments name: letters compared exactly, no trailing slash.
 * Undefined where there is none, or where two could be meant.
 */
export function matchOperation(
  dataset: Dataset,
  method: string,
  segments: readonly string[],
): OperationForm | undefined {
  for (const form of operationsOfShape(dataset, method, segments.length)) {
    if (isPathOf(form.template, segments) && !meetsRival(form, segments)) return form;
  }
  return undefined;
}

/**
 * The request that asks `operation` with `lookups` (name → value in its normal spelling). Every lookup of the path
 * must be there; `decide` sees to it.
 *
 * INVARIANT: the same operation and lookups give the same bytes, whatever the caller's request looked like.
 */
export function canonicalRequest(
  dataset: Dataset,
  operation: Operation,
  lookups: ReadonlyMap<string, string>,
): CanonicalRequest {
  const form = operationForm(dataset, operation);
  return {
    method: operation.method,
    path: canonicalPath(form, lookups),
    query: canonicalQuery(form, lookups),
    body: form.body.length === 0 ? undefined : canonicalBody(form.body, lookups),
  };
}

/** True where the path that these lookups make is one that the provider could take for another operation. */
export function pathIsAmbiguous(form: OperationForm, lookups: ReadonlyMap<string, string>): boolean {
  if (form.rivals.length === 0) return false;
  return meetsRival(
    form,
    form.template.map((segment) =>
      'literal' in segment ? segment.literal : (lookups.get(segment.lookup) ?? ''),
    ),
  );
}

function isPathOf(template: readonly TemplateSegment[], segments: readonly string[]): boolean {
  for (let at = 0; at < template.length; at += 1) {
    const expected = template[at];
    if (expected !== undefined && 'literal' in expected && expected.literal !== segments[at]) return false;
  }
  return true;
}

// Some providers compare paths without regard to case, so a rival is met without regard to it.
function meetsRival(form: OperationForm, segments: readonly string[]): boolean {
  return form.rivals.some((rival) =>
    rival.template.every(
      (expected, at) =>
        'lookup' in expected || expected.literal.toLowerCase() === (segments[at] ?? '').toLowerCase(),
    ),
  );
}

function canonicalPath(form: OperationForm, lookups: ReadonlyMap<string, string>): string {
  let path = '';
  for (const segment of form.template) {
    path += `/${encoded('literal' in segment ? segment.literal : (lookups.get(segment.lookup) ?? ''))}`;
  }
  return path === '' ? '/' : path;
}

function canonicalQuery(form: OperationForm, lookups: ReadonlyMap<string, string>): string {
  let query = '';
  for (const { lookup, sentAs } of form.query) {
    const value = lookups.get(lookup.name);
    if (value === undefined) continue;
    query += `${query === '' ? '?' : '&'}${encoded(sentAs)}=${encoded(value)}`;
  }
  return query;
}

const UNRESERVED = /^[A-Za-z0-9._~-]*$/;

function encoded(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

interface Members extends Map<string, Members | string> {}

function canonicalBody(parameters: readonly Parameter[], lookups: ReadonlyMap<string, string>): string {
  const root: Members = new Map();
  for (const { lookup, sentAs } of parameters) {
    const value = lookups.get(lookup.name);
    if (value !== undefined) place(root, sentAs.split('.'), lexeme(lookup, value));
  }
  return written(root);
}

function place(root: Members, names: readonly string[], text: string): void {
  let here = root;
  for (const name of names.slice(0, -1)) {
    const next = here.get(name);
    const below: Members = next instanceof Map ? next : new Map();
    here.set(name, below);
    here = below;
  }
  here.set(names.at(-1) ?? '', text);
}

function written(members: Members): string {
  const parts: string[] = [];
  for (const [name, value] of members) {
    parts.push(`${JSON.stringify(name)}:${typeof value === 'string' ? value : written(value)}`);
  }
  return `{${parts.join(',')}}`;
}

// The normal spelling of a kind that stands as a number or a truth value in JSON is the JSON text itself.
function lexeme({ kind }: Lookup, value: string): string {
  return kind.inJson === undefined ? JSON.stringify(value) : value;
}
