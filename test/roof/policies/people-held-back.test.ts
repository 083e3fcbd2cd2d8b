/** Two gateways' views of one store: what one of them is ordered, the other knows within five seconds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { startLogWriter } from '../../../src/audit-log/writing/start-log-writer.ts';
import { decide } from '../../../src/domain/decision.ts';
import { holdPeopleBack } from '../../../src/roof/policies/people-held-back.ts';
import { agreement, asked, caller, NOON, openReference, policies } from '../../support/judge-fixtures.ts';
import { logFolder } from '../../support/log-folder.ts';
import { until } from '../../support/until.ts';

const PERSON = { namespace: 'blue badge number', id: 'ZZ9Z77', who: 'holder' };

test('a person whom one gateway protects is held back by every other one of the same store within five seconds', async (t) => {
  const folder = logFolder();
  const log = await startLogWriter(folder.start());
  const reader = openSqliteReader(folder.storeFile);
  const parts = { keys: folder.keys, reader, log, policies: () => policies(), now: Date.now };
  const [one, other] = [await holdPeopleBack(parts), await holdPeopleBack(parts)];
  t.after(async () => {
    one.stop();
    other.stop();
    await log.close();
    reader.close();
    folder.remove();
  });
  const permit = decide(caller(), asked(), policies([agreement()]), NOON, openReference);
  assert.ok(permit.effect === 'permit');
  assert.equal(other.screen(permit), undefined);
  const order = { list: 'protected', order: 'add', kind: PERSON.namespace, value: PERSON.id, by: 'R. Shah' };
  assert.deepEqual(await one.order(order), { said: 'added: in force from now on' });
  assert.ok(one.screen(permit)?.([PERSON]));
  const orderedMs = performance.now();
  await until('the other gateway looks again', () => other.screen(permit)?.([PERSON]) === true);
  assert.ok(performance.now() - orderedMs < 5000);
});
