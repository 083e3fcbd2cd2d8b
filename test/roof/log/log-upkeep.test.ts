import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { lineOf } from '../../../src/audit-log/keeping/erasure-list.ts';
import { readSealedRow } from '../../../src/audit-log/sealing/sealed-row.ts';
import { startGateway } from '../../../src/compose.ts';
import { readConfig } from '../../../src/config.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { askBadge, askingGateway } from '../../support/asking-gateway.ts';
import { json } from '../../support/whole-gateway.ts';

test('a gateway repeats what is listed and not done before it serves, and does not start where the list is spoiled', async (t) => {
  let gateway = await askingGateway([]);
  t.after(() => gateway.close());
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  await askBadge(gateway, { badge: 'ZZ9Z01' });
  const { AUDIT_LOG_FILE: file = '', HEAD_FILE: head = '' } = gateway.settings;
  const entries = () => {
    const reader = openSqliteReader(file);
    const all = reader.entries(0, 1000).filter(({ kind }) => kind === 'sent');
    reader.close();
    return all;
  };
  const [sent] = entries();
  const entry = Buffer.from(sent?.leafHash ?? []).toString('base64');
  const places = { asked: [0], found: [], heldBack: [], words: false };
  writeFileSync(`${head}.erasures`, `${lineOf({ entry, index: sent?.index ?? 0, places })}\n`);
  gateway = await gateway.restarted();
  const [after] = entries();
  assert.ok('commitment' in (readSealedRow(after?.sealed ?? Buffer.alloc(0)).asked[0] ?? {}));
  const said = gateway.leaves().filter(({ kind }) => kind === 'erased');
  assert.deepEqual(
    said.map(({ code, entry: of }) => [code, of]),
    [['replayed', entry]],
  );
  gateway = await gateway.restarted();
  assert.equal(gateway.leaves().filter(({ kind }) => kind === 'erased').length, 1);
  await gateway.stop();
  appendFileSync(`${head}.erasures`, 'spoiled\n');
  await assert.rejects(startGateway(readConfig(gateway.settings)), (error) => {
    assert.ok(error instanceof GatewayError);
    assert.match(error.message, /line 2 of the file of erasures cannot be read/);
    return true;
  });
  assert.equal(gateway.leaves().at(-1)?.['kind'], 'stopped');
});
