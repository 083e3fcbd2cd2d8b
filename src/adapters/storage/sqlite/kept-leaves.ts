/** Leaves that were kept outside the store: lines of JSON as `list --json` and `export entries` write them, or entry bundles (C2SP tlog-tiles). */
import { createReadStream, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { KeptLeaf, KeptLeaves } from '../../../audit-log/recovering/recover-entries.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { isObject } from '../../../domain/leaf-shape.ts';
import { canonicalJson, type Json } from '../../../encoding/canonical-json.ts';

const BUNDLE_ENTRIES = 256;
const LENGTH_BYTES = 2;

/**
 * @param from a file of lines, or a folder that holds `tile/entries/…` or is that folder.
 * @throws {GatewayError} `log-unavailable` while it is read, naming what cannot be read.
 */
export function keptLeavesOf(from: string): KeptLeaves {
  const isFolder = statSync(from, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) throw refusal(`${from} is not there`);
  return isFolder ? () => leavesOfBundles(from) : () => leavesOfLines(from);
}

async function* leavesOfLines(file: string): AsyncGenerator<KeptLeaf> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    if (line === '') continue;
    const kept = leafOfLine(line);
    if (kept === undefined)
      throw refusal(`line ${number} of ${file} is not an entry with its index and leaf`);
    yield kept;
  }
}

/** The leaf as text is its exact bytes; as an object it is spelled canonically, as every leaf is. */
function leafOfLine(line: string): KeptLeaf | undefined {
  const said = parse(line);
  if (!isObject(said)) return undefined;
  const { index, leaf } = said;
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return undefined;
  const text = typeof leaf === 'string' ? leaf : isObject(leaf) ? canonicalJson(leaf as Json) : undefined;
  if (text === undefined || !isObject(parse(text))) return undefined;
  return { index, leaf: Buffer.from(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Each leaf behind its length, two bytes big-endian; 256 in a bundle, fewer in one that is part full. */
async function* leavesOfBundles(folder: string): AsyncGenerator<KeptLeaf> {
  const root =
    statSync(join(folder, 'tile/entries'), { throwIfNoEntry: false }) === undefined
      ? folder
      : join(folder, 'tile/entries');
  const bundles = globSync('**/*', { cwd: root }).flatMap((path) => {
    const bundle = bundleAt(path);
    return bundle === undefined || statSync(join(root, path)).isDirectory() ? [] : [{ path, ...bundle }];
  });
  if (bundles.length === 0) throw refusal(`${folder} holds no entry bundles`);
  bundles.sort((one, other) => one.bundle - other.bundle || one.width - other.width);
  for (const { path, bundle } of bundles) yield* leavesOfBundle(join(root, path), bundle * BUNDLE_ENTRIES);
}

const BUNDLE_PATH = /^((?:x\d{3}\/)*)(\d{3})(?:\.p\/(\d{1,3}))?$/;

function bundleAt(path: string): { bundle: number; width: number } | undefined {
  const [, above = '', last, width] = BUNDLE_PATH.exec(path) ?? [];
  if (last === undefined) return undefined;
  const bundle = Number(above.replace(/[x/]/g, '') + last);
  return { bundle, width: width === undefined ? BUNDLE_ENTRIES : Number(width) };
}

function* leavesOfBundle(file: string, first: number): Generator<KeptLeaf> {
  const bytes = readFileSync(file);
  let index = first;
  for (let at = 0; at < bytes.length; index += 1) {
    const end = at + LENGTH_BYTES + (at + LENGTH_BYTES <= bytes.length ? bytes.readUInt16BE(at) : 0);
    const leaf = bytes.subarray(at + LENGTH_BYTES, end);
    if (end > bytes.length || !isObject(parse(leaf.toString())))
      throw refusal(`${file} is not a whole entry bundle`);
    yield { index, leaf };
    at = end;
  }
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
