/** Says what the offline verifier finds wrong with the log of a store, by a checkpoint. */
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import type { VerifierKey } from '../../src/merkle/signed-note.ts';

export async function findingsOfStore(
  store: string,
  head: string | undefined,
  key: VerifierKey,
): Promise<readonly string[]> {
  const reader = openSqliteReader(store);
  try {
    return (await verifyLog(reader, { key, head })).findings;
  } finally {
    reader.close();
  }
}
