/** Somebody takes a pinned key's fact out of the store while the gateway runs: it ends, and does not start again on that store. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { askBadge, askingGateway } from '../support/asking-gateway.ts';

test('a gateway whose facts were changed behind its back ends within seconds, and says at the next start what is wrong', async (t) => {
  const gateway = await askingGateway([], { spawned: true });
  t.after(() => gateway.close());
  assert.equal((await askBadge(gateway)).code, 'released');
  const db = new DatabaseSync(String(gateway.settings['AUDIT_LOG_FILE'] ?? join(gateway.folder, 'log.db')));
  const { changes } = db.prepare("DELETE FROM facts WHERE kind = 'pinned keys'").run();
  db.close();
  assert.equal(Number(changes), 1);
  assert.notEqual(await gateway.running.ended, 0);
  await assert.rejects(gateway.restarted(), /do not fit its entries/);
});
