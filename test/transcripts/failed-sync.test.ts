/** A disk that fails to flush, injected at the kernel: whoever waits gets 503, the process ends, nothing leaves unlogged. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import { startGateway } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { json, wholeGateway } from '../support/whole-gateway.ts';

const HEADERS = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': 'PCN-1',
};
const canInject =
  spawnSync('strace', ['-o', '/dev/null', '-e', 'inject=fsync:error=EIO:when=9', 'true']).status === 0;

for (const when of [24, 25, 31]) {
  test(`flush ${when} fails: no answer without its entry, the process ends, a restart recovers`, {
    skip: canInject ? false : 'strace cannot run here',
  }, async (t) => {
    const inject = `inject=fsync:error=EIO:when=${when}+`;
    const gateway = await wholeGateway({
      spawned: true,
      under: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync', '-e', inject],
    });
    t.after(() => gateway.close());
    gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
    const token = await gateway.token({
      system: 'westhaven-parking-app',
      person: 'staff-9001',
      roles: ['CEO'],
    });
    const released: string[] = [];
    let refused = 0;
    for (let tries = 0; tries < 40 && refused === 0; tries += 1) {
      const answer = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
        headers: { ...HEADERS, authorization: `Bearer ${token}` },
      }).catch(() => undefined);
      const body = await answer?.text().catch(() => '');
      if (answer?.status === 200) released.push(answer.headers.get('exchange-id') ?? '');
      else {
        refused = answer?.status ?? 503;
        assert.ok(!body?.includes('ZZ9Z01'));
      }
    }
    assert.equal(refused, 503);
    assert.equal(await gateway.running.ended, 70);

    const restarted = await startGateway(readConfig(gateway.settings));
    await restarted.close();
    const leaves = gateway.leaves();
    for (const exchange of released) {
      assert.ok(
        leaves.some((leaf) => leaf['exchange'] === exchange && leaf['kind'] === 'released'),
        exchange,
      );
    }
    const sent = leaves.filter((leaf) => leaf['kind'] === 'sent').length;
    assert.ok(gateway.recorded.length <= sent, `${gateway.recorded.length} calls, ${sent} entries`);
    const log = openSqliteReader(join(gateway.folder, 'audit.sqlite'));
    const head = readFileSync(join(gateway.folder, 'head'), 'utf8');
    const { checkpoint } = openKeyRing(join(gateway.folder, 'keys'), 'gateway.northmere.example/audit/test');
    assert.deepEqual((await verifyLog(log, { key: checkpoint.verifierKey, head })).findings, []);
    log.close();
  });
}
