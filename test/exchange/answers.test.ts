/** Answers that release no record, through whole gateways: what they leave in the log, and what they must not. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { json, wholeGateway } from '../support/whole-gateway.ts';

test('nothing follows the entry of the last part, even where the caller hangs up before its bytes', async (t) => {
  const gateway = await wholeGateway();
  t.after(() => gateway.close());
  const token = await gateway.token({ system: 'westhaven-parking-app', person: 'staff-1', roles: ['CEO'] });
  const asking = [
    'GET /blue-badges/badges/ZZ9Z01 HTTP/1.1',
    'Host: gateway.test',
    `Authorization: Bearer ${token}`,
    'Exchange-Purpose: parking enforcement',
    'Exchange-Reason: badge on display',
    'Exchange-Case-Reference: PCN-0001',
  ];
  for (let time = 0; time < 20; time += 1) {
    const caller = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    gateway.answerWith((request, response, body) => {
      json({ data: { badgeNumber: 'ZZ9Z01' } })(request, response, body);
      setImmediate(() => caller.destroy());
    });
    caller.write(`${asking.join('\r\n')}\r\n\r\n`);
    await new Promise((resolve) => caller.on('error', () => undefined).on('close', resolve));
    await sleep(10);
  }
  await sleep(100);
  const ended = new Set<unknown>();
  for (const leaf of gateway.leaves()) {
    assert.ok(!ended.has(leaf['exchange']), `${leaf['kind']} ${leaf['code']} follows the last part`);
    if (leaf['kind'] === 'released' && leaf['last'] === true) ended.add(leaf['exchange']);
  }
  assert.ok(ended.size > 0);
});

test('failures that anybody can cause fill the log no faster than refusals may', async (t) => {
  const gateway = await wholeGateway({
    policies: (folder) => rmSync(join(folder, 'agreements'), { recursive: true }),
  });
  t.after(() => gateway.close());
  for (let time = 0; time < 150; time += 1) {
    const answer = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`);
    assert.equal(answer.status, 503);
    assert.equal(((await answer.json()) as { type: string }).type, '/problems/policies-unavailable');
  }
  const failed = gateway.leaves().filter((leaf) => leaf['kind'] === 'failed');
  assert.ok(failed.length >= 50 && failed.length < 100, `${failed.length} entries`);
});
