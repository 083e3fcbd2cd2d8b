/** The file that lists erasures apart from the store (docs/formats/erasures.md): lines that are only ever added, each flushed. */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { flush } from '../../adapters/storage/sqlite/durable-files.ts';
import {
  type ErasureList,
  erasureOf,
  type ListedErasure,
  lineOf,
} from '../../audit-log/keeping/erasure-list.ts';
import { GatewayError } from '../../domain/gateway-error.ts';

/**
 * Opens the list; the file is made with the first erasure.
 *
 * @throws {GatewayError} `log-unavailable` where it cannot be read, naming the line: what was erased must not come back
 * because nobody can tell what it was.
 */
export function openErasuresFile(path: string): ErasureList {
  const lines = new Set<string>();
  const whole = readWholeLines(path, lines);
  let bytes = whole;
  return {
    all: () => Array.from(lines, (line, nth) => erasureAt(line, nth)),
    add(erasures) {
      const fresh = [...new Set(erasures.map(lineOf))].filter((line) => !lines.has(line));
      if (fresh.length === 0) return;
      bytes += appendDurably(path, bytes, fresh);
      for (const line of fresh) lines.add(line);
    },
  };
}

/** Bytes of the whole lines. What follows the last line break was never answered: the process ended while it wrote it. */
function readWholeLines(path: string, lines: Set<string>): number {
  if (!existsSync(path)) return 0;
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  for (const [nth, line] of text.slice(0, end).split('\n').slice(0, -1).entries()) {
    erasureAt(line, nth);
    lines.add(line);
  }
  return Buffer.byteLength(text.slice(0, end));
}

function erasureAt(line: string, nth: number): ListedErasure {
  const erasure = erasureOf(line);
  if (erasure !== undefined) return erasure;
  throw new GatewayError(
    'log-unavailable',
    `line ${nth + 1} of the file of erasures cannot be read; bring the file back from where it was kept`,
  );
}

/** INVARIANT: returns only when the lines are durable under the file's name. */
function appendDurably(path: string, after: number, lines: readonly string[]): number {
  const isNew = !existsSync(path);
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
  try {
    ftruncateSync(file, after);
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, after + at);
    fsyncSync(file);
    if (isNew) flush(dirname(path));
    return bytes.length;
  } finally {
    closeSync(file);
  }
}
