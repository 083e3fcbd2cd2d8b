/** The files of every policy set that was ever in force, kept by hash as facts of the store (docs/formats/store.md). */
import { deflateSync, inflateSync } from 'node:zlib';
import { type PolicyFile, type PolicyFolder, sha256OfFiles } from '../../adapters/policies/policy-files.ts';
import type { LogReader, StandingFact } from '../../audit-log/ports.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import { sha256Hex } from '../../encoding/sha256.ts';

/** Reads one fact of the store. */
export type ReadFact = LogReader['fact'];

/** SHA-256 of a set → the names and hashes of its files, in order. */
const SET = 'policy set';
/** SHA-256 of a file → its bytes. One file of many sets is kept once. */
const FILE = 'policy file';
/** The set that was taken up last. */
const NEWEST = 'newest policy set';
const THIS_LOG = 'of this log';

const FOLDERS: readonly PolicyFolder[] = [
  'organisations',
  'datasets',
  'protocols',
  'agreements',
  'signatures',
  'gateway',
];
const LARGEST_BYTES = 64 * 1024 * 1024;

/** What must stand in the store so that the set can be opened from its hash, less what stands there already. */
export async function factsOfSet(
  sha256: string,
  files: readonly PolicyFile[],
  read: ReadFact,
): Promise<StandingFact[]> {
  const facts: StandingFact[] = [];
  const list = files.map(({ folder, name, bytes }) => ({ folder, name, sha256: sha256Hex(bytes), bytes }));
  for (const { sha256: key, bytes } of list) {
    if ((await read(FILE, key)) === undefined) facts.push({ kind: FILE, key, value: deflateSync(bytes) });
  }
  const lines = list.map(({ folder, name, sha256: key }) => [folder, name, key]);
  if ((await read(SET, sha256)) === undefined)
    facts.push({ kind: SET, key: sha256, value: deflateSync(JSON.stringify(lines)) });
  // A start on the same files changes nothing, and so its entry says of no fact that it was changed.
  if ((await newestKeptSet(read)) === sha256) return facts;
  return [...facts, { kind: NEWEST, key: THIS_LOG, value: Buffer.from(sha256) }];
}

/** The hash of the set that was taken up last, or undefined where there was none. */
export async function newestKeptSet(read: ReadFact): Promise<string | undefined> {
  const value = await read(NEWEST, THIS_LOG);
  return value === undefined ? undefined : Buffer.from(value).toString();
}

/**
 * The files of a set, as they were.
 *
 * @throws {GatewayError} `policies-unavailable` where the store does not hold them, or not as they were.
 */
export async function openKeptSet(sha256: string, read: ReadFact): Promise<readonly PolicyFile[]> {
  const files: PolicyFile[] = [];
  for (const [folder, name, key] of await keptLines(sha256, read)) {
    const known = FOLDERS.find((one) => one === folder);
    const value = key === undefined ? undefined : await read(FILE, key);
    if (known === undefined || name === undefined || !isFileName(name) || value === undefined)
      throw damaged(sha256);
    files.push({ folder: known, name, bytes: inflated(value, sha256) });
  }
  // INVARIANT: what is opened from a hash has that hash, whatever happened to the store.
  if (sha256OfFiles(files) !== sha256) throw damaged(sha256);
  return files;
}

/** What is wrong with a kept set, in words that name it, or undefined where all its files are there as they were. */
export async function faultOfKeptSet(sha256: string, read: ReadFact): Promise<string | undefined> {
  try {
    await openKeptSet(sha256, read);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    return damaged(sha256).message;
  }
}

async function keptLines(sha256: string, read: ReadFact): Promise<readonly (readonly string[])[]> {
  const value = await read(SET, sha256);
  if (value === undefined)
    throw new GatewayError('policies-unavailable', `the store holds no policy set ${sha256}`);
  const lines: unknown = JSON.parse(Buffer.from(inflated(value, sha256)).toString());
  if (isObject(lines) || !Array.isArray(lines)) throw damaged(sha256);
  return lines.map((line: unknown) => (Array.isArray(line) ? line.map(String) : []));
}

function isFileName(name: string): boolean {
  return !/[/\\\0]/.test(name) && name !== '.' && name !== '..';
}

function inflated(value: Uint8Array, sha256: string): Buffer {
  try {
    return inflateSync(value, { maxOutputLength: LARGEST_BYTES });
  } catch {
    throw damaged(sha256);
  }
}

function damaged(sha256: string): GatewayError {
  return new GatewayError('policies-unavailable', `what the store keeps of policy set ${sha256} is damaged`);
}
