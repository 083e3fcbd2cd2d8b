/** Says what the offline verifier finds wrong with the log of a folder. */
import { openHeadFile } from '../../src/adapters/signing/head-file.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import type { LogFolder } from './log-folder.ts';

/** Findings of the verifier; empty for a whole log. */
export async function findingsOf(folder: LogFolder): Promise<readonly string[]> {
  const reader = openSqliteReader(folder.storeFile);
  try {
    const head = openHeadFile(folder.headFile).read();
    const source = {
      state: () => reader.state(),
      hashedEntries: (from: number, most: number, withSealed?: boolean) =>
        reader.hashedEntries(from, most, withSealed),
      checkpoints: (above: number, most: number) => reader.checkpoints(above, most),
      tile: (level: number, tile: number) => reader.tile(level, tile),
      committedFacts: () => reader.committedFacts(),
      fact: (kind: string, key: string) => reader.fact(kind, key),
    };
    const options = { key: folder.keys.checkpoint.verifierKey, head, sealedRows: true };
    return (await verifyLog(source, options)).findings;
  } finally {
    reader.close();
  }
}

/** The parsed leaves of the log, in order. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks at members by name
export function leavesOf(folder: LogFolder): any[] {
  const reader = openSqliteReader(folder.storeFile);
  try {
    return reader.entries(0, 100_000).map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()));
  } finally {
    reader.close();
  }
}
