/** Says a line to whoever started this process, before anything else happens: what was said, a kill cannot take back. */
import { writeSync } from 'node:fs';

/** The pipe does not block; while its reader has no time it is tried again. */
export function sayAtOnce(line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}
