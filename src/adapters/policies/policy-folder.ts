/** Reads the policy folder: organisations, datasets and agreements in YAML, whole or not at all. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyMistake } from '../../domain/policy-mistakes.ts';
import { PolicyMistakes } from '../../domain/policy-mistakes.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { PolicyFile, PolicyFolder } from './policy-files.ts';
import { POLICY_FOLDERS, readPolicyFiles } from './policy-files.ts';

/**
 * The policy set of a folder with `organisations/`, `datasets/` and `agreements/`, one `.yaml` file for each thing.
 * INVARIANT: a folder that cannot be understood whole gives no policy set.
 *
 * @throws {PolicyMistakes} with every mistake of every file, in the order of files and lines.
 */
export async function loadPolicyFolder(folder: string): Promise<PolicySet> {
  const strays: PolicyMistake[] = [];
  const files: PolicyFile[] = [];
  for (const name of POLICY_FOLDERS) files.push(...(await readFolder(folder, name, strays)));
  const { policies, mistakes } = readPolicyFiles(files);
  const all = [...strays, ...mistakes].sort(byFileAndLine);
  if (all.length > 0) throw new PolicyMistakes(all);
  return policies;
}

async function readFolder(
  root: string,
  folder: PolicyFolder,
  strays: PolicyMistake[],
): Promise<PolicyFile[]> {
  const stray = (file: string, what: string, write: string): void =>
    void strays.push({ file, line: 1, column: 1, what, write });
  const names = await readdir(join(root, folder)).catch(() => undefined);
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
async function readOrdinaryFile(path: string): Promise<Buffer | undefined> {
  try {
    return (await stat(path)).isFile() ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}

function byFileAndLine(one: PolicyMistake, other: PolicyMistake): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
