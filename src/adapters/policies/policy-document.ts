/**
 * One policy file as a tree with line numbers: YAML 1.2 core schema, strict. What makes a file say something else than
 * it seems to say is refused: aliases, anchors, tags, merge keys, directives, repeated keys, several documents.
 */
import type { Document } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { PolicyMistake } from '../../domain/policy-mistakes.ts';
import { sha256Hex } from '../../encoding/sha256.ts';
import { firstSlip } from './yaml-slips.ts';

/** Keys and places in lists, from the top of the file inwards. */
export type DocumentPath = readonly (string | number)[];

export interface PolicyDocument {
  /** Path below the policy folder. */
  readonly file: string;
  /** Maps, lists, texts, whole numbers and truth values; undefined where the file is no YAML of ours. */
  readonly value: unknown;
  readonly mistakes: PolicyMistake[];
  /** What a person should look at again; it stops nothing. */
  readonly advice: PolicyMistake[];
  /** Records a mistake at the value of `path`, or where that is missing at the nearest thing around it. */
  mistake(path: DocumentPath, what: string, write: string): void;
  /** Records a mistake at the key that ends `path`. */
  mistakenKey(path: DocumentPath, what: string, write: string): void;
  /** Records advice at the value of `path`, where `mistake` would record a mistake. */
  advise(path: DocumentPath, what: string, write: string): void;
  /** Where the value of `path` begins, or the key that ends it. */
  placeOf(path: DocumentPath, wantsKey: boolean): Place;
}

/** Both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const MOST_CHARACTERS = 1_048_576;

/** Values of files that were read before without a mistake, by SHA-256 of their bytes. */
export type KnownValues = Map<string, unknown>;

/**
 * Reads one file. Never throws: what is wrong stands in `mistakes`, and `value` is undefined then.
 *
 * @param known what it holds is not parsed again, and a file without a mistake is added to it.
 */
export function readPolicyDocument(
  file: string,
  bytes: Uint8Array | string,
  known: KnownValues = new Map(),
): PolicyDocument {
  const sha256 = sha256Hex(bytes);
  if (known.has(sha256)) return documentOf(file, decoded(bytes) ?? '', known.get(sha256));
  const text = decoded(bytes);
  const mistakes: PolicyMistake[] = [];
  const parsed = parse(text ?? '');
  const report = (offset: number, what: string, write: string): void =>
    void mistakes.push({ file, ...placeAt(parsed, offset), what, write });
  if (text === undefined) report(0, 'the file is not UTF-8 text', 'save it as UTF-8');
  else refuseWhatIsNotOurs(parsed.tree, text, report);
  if (mistakes.length > 0) return documentOf(file, text ?? '', undefined, mistakes);
  const value: unknown = parsed.tree.toJS();
  known.set(sha256, value);
  return documentOf(file, text ?? '', value);
}

/** The tree is many times as large as the file, and thousands of files are read together: it is made again when asked for. */
function documentOf(
  file: string,
  text: string,
  value: unknown,
  mistakes: PolicyMistake[] = [],
): PolicyDocument {
  const advice: PolicyMistake[] = [];
  let parsed: Parsed | undefined;
  const placeOf = (path: DocumentPath, wantsKey: boolean): Place => {
    parsed ??= parse(text);
    return placeAt(parsed, offsetOf(parsed.tree, path, wantsKey));
  };
  return {
    file,
    value,
    mistakes,
    advice,
    mistake: (path, what, write) => void mistakes.push({ file, ...placeOf(path, false), what, write }),
    mistakenKey: (path, what, write) => void mistakes.push({ file, ...placeOf(path, true), what, write }),
    advise: (path, what, write) => void advice.push({ file, ...placeOf(path, false), what, write }),
    placeOf,
  };
}

interface Parsed {
  readonly tree: Document;
  readonly lines: LineCounter;
}

function parse(text: string): Parsed {
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
  return { tree, lines };
}

function placeAt({ lines }: Parsed, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function decoded(bytes: Uint8Array | string): string | undefined {
  if (typeof bytes === 'string') return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refuseWhatIsNotOurs(tree: Document, text: string, report: Report): void {
  if (text.length > MOST_CHARACTERS) {
    report(0, 'the file is larger than one million characters', 'write less');
    return;
  }
  const slip = firstSlip(tree);
  if (slip !== undefined) {
    report(slip.offset, slip.what, slip.write);
    return;
  }
  let hides = false;
  refuseWhatHides(tree, text, (...mistake) => {
    hides = true;
    report(...mistake);
  });
  if (!hides && !isMap(tree.contents)) report(0, 'the file says nothing', 'begin with `format:`');
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

/** Where the value of `path` begins, or its last key; where the path ends early, the last thing found on the way. */
function offsetOf(tree: Document, path: DocumentPath, wantsKey: boolean): number {
  let node: unknown = tree.contents;
  // Where nothing is found: the first key, past the comments at the top.
  let offset = rangeStart(node) ?? 0;
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
