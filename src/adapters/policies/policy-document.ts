/**
 * One policy file as a tree with line numbers: YAML 1.2 core schema, strict. What makes a file say something else than
 * it seems to say is refused: aliases, anchors, tags, merge keys, directives, repeated keys, several documents.
 */
import type { Document, YAMLError } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { PolicyMistake } from '../../domain/policy-mistakes.ts';

/** Keys and places in lists, from the top of the file inwards. */
export type DocumentPath = readonly (string | number)[];

export interface PolicyDocument {
  /** Path below the policy folder. */
  readonly file: string;
  /** Maps, lists, texts, whole numbers and truth values; undefined where the file is no YAML of ours. */
  readonly value: unknown;
  readonly mistakes: PolicyMistake[];
  /** Records a mistake at the value of `path`, or where that is missing at the nearest thing around it. */
  mistake(path: DocumentPath, what: string, write: string): void;
  /** Records a mistake at the key that ends `path`. */
  mistakenKey(path: DocumentPath, what: string, write: string): void;
}

const MOST_CHARACTERS = 1_048_576;

/** Reads one file. Never throws: what is wrong stands in `mistakes`, and `value` is undefined then. */
export function readPolicyDocument(file: string, text: string): PolicyDocument {
  const lines = new LineCounter();
  const tree = parseDocument(text.length > MOST_CHARACTERS ? '' : text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    // The parser compares every key with every other: a long file would hold the gateway up for minutes.
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    stringKeys: false,
    // With `silent` the parser would take a second document without a word.
    logLevel: 'error',
    lineCounter: lines,
  });
  const mistakes: PolicyMistake[] = [];
  const at = (offset: number, what: string, write: string): void => {
    const { line, col } = lines.linePos(offset);
    mistakes.push({ file, line: Math.max(line, 1), column: Math.max(col, 1), what, write });
  };
  if (text.length > MOST_CHARACTERS) at(0, 'the file is larger than one million characters', 'write less');
  for (const error of tree.errors) at(error.pos[0], ...syntaxInWords(error));
  if (tree.errors.length === 0) refuseWhatHides(tree, text, at);
  if (mistakes.length === 0 && !isMap(tree.contents)) at(0, 'the file says nothing', 'begin with `format:`');
  return {
    file,
    value: mistakes.length === 0 ? tree.toJS() : undefined,
    mistakes,
    mistake: (path, what, write) => at(offsetOf(tree, path, false), what, write),
    mistakenKey: (path, what, write) => at(offsetOf(tree, path, true), what, write),
  };
}

type Report = (offset: number, what: string, write: string) => void;

function refuseWhatHides(tree: Document, text: string, report: Report): void {
  const directive = /^%/m.exec(text);
  if (directive !== null && directive.index < (tree.contents?.range?.[0] ?? 0)) {
    report(directive.index, 'the file begins with a `%` directive', 'take the line out');
  }
  visit(tree, {
    Pair: (_, pair) => refuseKey(pair.key, report),
    Node: (_, node) => {
      const offset = node.range?.[0] ?? 0;
      if (isAlias(node)) {
        report(offset, `the alias \`*${node.source}\` stands for text elsewhere`, 'write the text out here');
        return;
      }
      if (isMap(node)) refuseRepeats(node.items, report);
      if (node.anchor !== undefined) {
        report(offset, `the anchor \`&${node.anchor}\` is not allowed`, 'take the anchor out');
      }
      if (node.tag !== undefined) {
        report(offset, 'a tag (a word after `!`) is not allowed', 'take the tag out');
      }
    },
  });
}

function refuseRepeats(items: readonly { readonly key: unknown }[], report: Report): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value))
      report(key.range?.[0] ?? 0, 'this key stands here already', 'keep one of the two');
    seen.add(key.value);
  }
}

function refuseKey(key: unknown, report: Report): void {
  if (isScalar(key) && key.value === '<<') {
    report(key.range?.[0] ?? 0, 'the merge key `<<` is not allowed', 'write the keys out here');
    return;
  }
  // The schemas' library passes over this one key without a word.
  if (isScalar(key) && key.value === '__proto__') {
    report(key.range?.[0] ?? 0, '`__proto__` cannot be a key', 'take it out');
    return;
  }
  if (isScalar(key) && typeof key.value === 'string') return;
  const offset = isScalar(key) || isMap(key) || isSeq(key) ? key.range?.[0] : undefined;
  report(offset ?? 0, 'a key is not text', 'write the key between quotes');
}

function syntaxInWords(error: YAMLError): [what: string, write: string] {
  switch (error.code) {
    case 'MULTIPLE_DOCS':
      return ['the file holds several documents', 'put each into a file of its own'];
    case 'TAB_AS_INDENT':
      return ['the line is indented with a tab', 'use spaces'];
    case 'BLOCK_AS_IMPLICIT_KEY':
      return ['a text holds a colon and a space', 'put the text between quotes'];
    case 'TAG_RESOLVE_FAILED':
      return ['a tag (a word after `!`) is not allowed', 'take the tag out'];
    default:
      // Some messages of the parser go over several lines; the first says what is wrong.
      return [`this is not YAML (${firstLine(error.message)})`, 'check the spaces, quotes and brackets here'];
  }
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/[.:]$/, '');
}

/** Where the value of `path` begins, or its last key; where the path ends early, the last thing found on the way. */
function offsetOf(tree: Document, path: DocumentPath, wantsKey: boolean): number {
  let node: unknown = tree.contents;
  let offset = 0;
  for (const [depth, step] of path.entries()) {
    const found = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === step)
      : isSeq(node)
        ? node.items[Number(step)]
        : undefined;
    if (found === undefined) return offset;
    const key = isPair(found) && isScalar(found.key) ? found.key.range?.[0] : undefined;
    node = isPair(found) ? found.value : found;
    const last = depth === path.length - 1;
    offset = (wantsKey && last ? key : (rangeStart(node) ?? key)) ?? offset;
    if (!last) offset = key ?? rangeStart(node) ?? offset;
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}
