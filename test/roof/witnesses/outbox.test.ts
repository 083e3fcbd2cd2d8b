import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadPolicyFolder } from '../../../src/adapters/policies/policy-folder.ts';
import { openKeyRing } from '../../../src/adapters/signing/key-ring.ts';
import { checkpointInText } from '../../../src/audit-log/verifying/pasted-checkpoint.ts';
import { until } from '../../support/until.ts';
import { type WholeGateway, wholeGateway } from '../../support/whole-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'daily-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const messages = () => readdirSync(folder).filter((name) => name.endsWith('.eml'));

function sent(gateway: WholeGateway): unknown[] {
  return gateway
    .leaves()
    .flatMap(({ kind, code, organisation }) =>
      kind === 'report' && code === 'checkpoint-sent' ? [organisation] : [],
    );
}

test('a gateway writes one message for each party, says so in the log, and a restart writes no second one', async () => {
  const gateway = await wholeGateway({ settings: { OUTBOX_FOLDER: folder } });
  const { agreements } = await loadPolicyFolder(join(gateway.folder, 'policies'));
  const parties = new Set(agreements.flatMap(({ provider, consumer }) => [provider, consumer])).size;
  await until('the messages', () => messages().length === parties && sent(gateway).length === parties);
  const [first = ''] = messages();
  const [, organisation = ''] = /^\d{4}-\d\d-\d\d-(.+)\.eml$/.exec(first) ?? [];
  assert.ok(sent(gateway).includes(organisation));
  const { verifierKey } = openKeyRing(
    join(gateway.folder, 'keys'),
    'gateway.northmere.example/audit/test',
  ).checkpoint;
  const { checkpoint } = checkpointInText(readFileSync(join(folder, first), 'utf8'), verifierKey);
  assert.ok(checkpoint.size > 0);
  const again = await gateway.restarted();
  await until('the start', () => again.leaves().filter(({ kind }) => kind === 'started').length === 2);
  await again.stop();
  assert.equal(messages().length, parties);
  assert.equal(sent(again).length, parties);
  await again.close();
});
