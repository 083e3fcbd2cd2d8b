/** Judges a log after a fault: it opens again, holds every entry that somebody was told is durable, and verifies. */
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import type { LogFolder } from '../support/log-folder.ts';
import { findingsOf } from '../support/whole-log.ts';

/**
 * What is wrong, a sentence each.
 *
 * @param start opens the log as the next start does.
 * @param acknowledged index → leaf hash of each entry that somebody was told is durable.
 */
export async function judgeReopened(
  folder: LogFolder,
  acknowledged: ReadonlyMap<number, string>,
  start: (folder: LogFolder) => Promise<{ close(): Promise<void> }>,
): Promise<string[]> {
  const violations: string[] = [];
  try {
    await (await start(folder)).close();
  } catch (error) {
    return [`the log does not open again: ${error instanceof Error ? error.message : ''}`];
  }
  const reader = openSqliteReader(folder.storeFile);
  for (const [index, hash] of acknowledged) {
    const [entry] = reader.entries(index, 1);
    const stored = entry === undefined ? 'nothing' : Buffer.from(entry.leafHash).toString('base64');
    if (stored !== hash) violations.push(`entry ${index} was acknowledged and is not there`);
  }
  reader.close();
  return [...violations, ...(await findingsOf(folder)).map((finding) => `verify: ${finding}`)];
}
