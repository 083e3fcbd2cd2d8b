/** Files that are whole and durable before they count: written new, flushed, and named by one step of the file system. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

const OWNER_ONLY = 0o600;
const BLOCK_BYTES = 4 * 1024 * 1024;

/** Writes a file that is not there yet, for its owner alone, and flushes it. @throws the operating system's error. */
export function writeNewFile(file: string, content: string | Uint8Array): void {
  const handle = openNew(file);
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Flushes the bytes of a file, or the names in a folder. */
export function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Gives a flushed file its name, and never takes that of another.
 *
 * @throws the operating system's error, EEXIST where the name is taken.
 */
export function nameWithoutOverwriting(file: string, name: string): void {
  linkSync(file, name);
  unlinkSync(file);
  flush(dirname(name));
}

/**
 * Reads a file once to its end.
 *
 * @param copy a new file that gets the same bytes, flushed; none where undefined.
 * @returns its length and SHA-256 in lower-case hexadecimal.
 */
export async function hashFile(
  file: string,
  copy?: string,
  progress: (bytes: number) => void = () => undefined,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const from = openSync(file, 'r');
  const to = copy === undefined ? undefined : openNew(copy);
  try {
    const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    const hash = createHash('sha256');
    let bytes = 0;
    for (let read = readSync(from, block); read > 0; read = readSync(from, block)) {
      hash.update(block.subarray(0, read));
      if (to !== undefined) writeAll(to, block.subarray(0, read));
      bytes += read;
      progress(bytes);
      await nextTurn();
    }
    if (to !== undefined) fsyncSync(to);
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(from);
    if (to !== undefined) closeSync(to);
  }
}

function openNew(file: string): number {
  return openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, OWNER_ONLY);
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}
