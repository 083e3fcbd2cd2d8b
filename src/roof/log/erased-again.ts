/** Takes out of a restored store what was erased after its backup, where its log will not be written any more. */
import { openSqliteStore } from '../../adapters/storage/sqlite/sqlite-store.ts';
import { sealedChange } from '../../audit-log/keeping/older-changes.ts';
import { replayErasures } from '../../audit-log/keeping/replay-erasures.ts';
import type { Config } from '../../config.ts';
import { openErasuresFile } from './erasures-file.ts';

/**
 * Resolves to how many entries were changed. No entry says so: the list of erasures does, and the old log has ended.
 *
 * @throws {GatewayError} `log-unavailable` where the store has another writer, or the list cannot be read.
 */
export async function eraseAgain({ auditLogFile, erasuresFile }: Config): Promise<number> {
  const erasures = openErasuresFile(erasuresFile).all();
  if (erasures.length === 0) return 0;
  const store = openSqliteStore(auditLogFile);
  try {
    const log = { entries: store.entries.bind(store) };
    let changed = 0;
    await replayErasures(
      {
        log,
        async append(_kind, _members, _facts, _sealed, change) {
          const sealedChanges = (change?.erase ?? []).map(sealedChange);
          store.commit([], (state) => ({ entries: [], state, counters: [], facts: [], sealedChanges }));
          changed += sealedChanges.length;
        },
      },
      erasures,
    );
    return changed;
  } finally {
    store.close();
  }
}
