/** The head file: the last signed checkpoint in a file of its own, replaced by rename, best on another disk than the store. */
import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CleanRollback, type HeadFile } from '../../audit-log/ports.ts';

/**
 * The head file at `path`; its folder must exist.
 *
 * INVARIANT: `replace` returns only when the new head is durable under the file's name, so that no later start can sign
 * backwards. A full disk before the rename changes nothing and is a CleanRollback; every other failure is doubt.
 */
export function openHeadFile(path: string): HeadFile {
  return {
    read: () => readText(path),
    replace(before, after) {
      if (readText(path) !== before) throw new Error('the head file was changed by somebody else');
      const next = `${path}.next`;
      writeDurably(next, after);
      renameSync(next, path);
      syncFolder(dirname(path));
    },
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function writeDurably(path: string, text: string): void {
  try {
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
    forget(path);
    throw new CleanRollback('the disk of the head file is full', { cause: error });
  }
}

function forget(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The file that holds the head is another one; what is left over here is overwritten next time.
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
