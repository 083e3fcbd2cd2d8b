/** Reads the policy folder: organisations, datasets and agreements in YAML and their signatures, whole or not at all. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyMistake } from '../../domain/policy-mistakes.ts';
import { PolicyMistakes } from '../../domain/policy-mistakes.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { ReadSignature, SignedText } from '../../domain/signed-text.ts';
import type { PinnedKeys } from '../../domain/signing-key.ts';
import { canonicalJson } from '../../encoding/canonical-json.ts';
import { AgreementFiles } from './agreement-files.ts';
import { NO_SIGNATURES, type Signatures } from './agreement-signatures.ts';
import type { PolicyFile, PolicyFolder } from './policy-files.ts';
import { POLICY_FOLDERS, readPolicyFiles } from './policy-files.ts';
import { readAhead } from './read-ahead.ts';

/** Whose signatures count: without it nobody's does. */
export interface Trust {
  readonly pins: PinnedKeys;
  readonly read: ReadSignature;
}

/** A policy set and the files that it came from, in the order of its hash. */
export interface LoadedPolicies {
  readonly policies: PolicySet;
  readonly files: readonly PolicyFile[];
}

/** Policies are read again on every change of a file: what has not changed is remembered for as long as it is in the folder. */
const AGREEMENTS = new AgreementFiles();

/** A signature file is a few kilobytes; what is larger is none. */
const LARGEST_SIGNATURE_BYTES = 1_048_576;

/**
 * The policy set of a folder with `organisations/`, `datasets/` and `agreements/`, one `.yaml` file for each thing, and
 * perhaps `signatures/`.
 * INVARIANT: a folder that cannot be understood whole gives no policy set.
 *
 * @throws {PolicyMistakes} with every mistake of every file, in the order of files and lines.
 */
export async function loadPolicyFolder(folder: string, trust?: Trust): Promise<PolicySet> {
  return (await readPolicyFolder(folder, trust)).policies;
}

/** The same, with the files. @throws {PolicyMistakes} as `loadPolicyFolder` does. */
export async function readPolicyFolder(folder: string, trust?: Trust): Promise<LoadedPolicies> {
  const strays: PolicyMistake[] = [];
  const files: PolicyFile[] = [];
  for (const name of POLICY_FOLDERS) files.push(...(await readFolder(folder, name, strays)));
  files.push(...(await readSignatureFiles(folder)));
  return readPolicySet(files, trust, strays);
}

/**
 * The policy set of files that were read already.
 *
 * @param trust the keys that count today, whatever counted when the files were kept.
 * @param strays mistakes that were found before.
 * @throws {PolicyMistakes} as `loadPolicyFolder` does.
 */
export async function readPolicySet(
  given: readonly PolicyFile[],
  trust?: Trust,
  strays: readonly PolicyMistake[] = [],
): Promise<LoadedPolicies> {
  const own = given.filter(({ folder }) => folder !== 'gateway');
  const files = trust === undefined ? own : [...own, pinsFile(trust.pins)];
  const signatures = await readSignatures(own, trust);
  await readAhead(files, AGREEMENTS);
  const { policies, mistakes } = readPolicyFiles(files, signatures, AGREEMENTS);
  const all = [...strays, ...mistakes].sort(byFileAndLine);
  if (all.length > 0) throw new PolicyMistakes(all);
  return { policies, files };
}

/** The pinned keys are part of the set: whether an agreement is in force follows from its bytes alone. */
function pinsFile(pins: PinnedKeys): PolicyFile {
  const plain = Object.fromEntries([...pins].map(([id, keys]) => [id, [...keys].sort()]));
  return { folder: 'gateway', name: 'pinned-keys.json', bytes: Buffer.from(canonicalJson(plain)) };
}

async function readSignatures(files: readonly PolicyFile[], trust: Trust | undefined): Promise<Signatures> {
  if (trust === undefined) return NO_SIGNATURES;
  const read = new Map<string, SignedText | undefined>();
  for (const { folder, name, bytes } of files) {
    if (folder !== 'signatures') continue;
    read.set(name, await trust.read(Buffer.from(bytes).toString('latin1').trim(), 'agreement'));
  }
  return { pins: trust.pins, files: read };
}

/** A signature that cannot be read stops its own agreement only, so nothing here is a mistake of the folder. */
async function readSignatureFiles(root: string): Promise<PolicyFile[]> {
  const names = await readdir(join(root, 'signatures')).catch(() => []);
  const files: PolicyFile[] = [];
  for (const name of names.sort()) {
    if (!name.endsWith('.jws')) continue;
    const read = await readOrdinaryFile(join(root, 'signatures', name), LARGEST_SIGNATURE_BYTES);
    files.push({ folder: 'signatures', name, bytes: read ?? Buffer.alloc(0) });
  }
  return files;
}

async function readFolder(
  root: string,
  folder: PolicyFolder,
  strays: PolicyMistake[],
): Promise<PolicyFile[]> {
  const stray = (file: string, what: string, write: string): void =>
    void strays.push({ file, line: 1, column: 1, what, write });
  const names = await readdir(join(root, folder)).catch(() => undefined);
  if (names === undefined && folder === 'protocols') return [];
  if (names === undefined) {
    stray(folder, 'this folder cannot be read', `make a folder \`${folder}\` in the policy folder`);
    return [];
  }
  const files: PolicyFile[] = [];
  for (const name of names.sort()) {
    if (name.startsWith('.') || name.endsWith('.md')) continue;
    const file = `${folder}/${name}`;
    if (!name.endsWith('.yaml')) {
      stray(file, 'only files that end in `.yaml` are read', 'rename it, or take it out of the folder');
      continue;
    }
    const read = await readOrdinaryFile(join(root, folder, name));
    if (read === undefined)
      stray(file, 'this file cannot be read', 'check that it is a file and who may read it');
    else files.push({ folder, name, bytes: read });
  }
  return files;
}

/** A pipe or a device under such a name would never end; undefined for it, and for a file that cannot be read. */
async function readOrdinaryFile(path: string, most = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
  try {
    const about = await stat(path);
    return about.isFile() && about.size <= most ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}

function byFileAndLine(one: PolicyMistake, other: PolicyMistake): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
