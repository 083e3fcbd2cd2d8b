import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED', unheardOf: 1 } }));
  const token = await gateway.token({
    system: 'westhaven-parking-app',
    person: 'staff-9001',
    roles: ['CEO'],
  });
  const headers = {
    authorization: `Bearer ${token}`,
    'exchange-purpose': 'parking enforcement',
    'exchange-reason': 'badge on display',
    'exchange-case-reference': 'PCN-77',
  };
  await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, { headers });
  await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`);
});
after(() => gateway.close());

test('is live, and ready while the log can write and policies are in force', async () => {
  for (const path of ['live', 'ready']) {
    const answer = await fetch(`${gateway.operations}/health/${path}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    await answer.arrayBuffer();
  }
});

test('health says how far the log is countersigned outside, here that nobody does it', async () => {
  const answer = await fetch(`${gateway.operations}/health`);
  const { status, countersigned } = (await answer.json()) as Record<string, unknown>;
  assert.equal(status, 'ready');
  assert.match(String(countersigned), /^No witness is named in WITNESSES_FILE/);
});

test('is not ready without a policy set, says why, and every exchange is answered 503', async () => {
  const { writeFileSync } = await import('node:fs');
  const broken = await wholeGateway({
    settings: { LOG_LEVEL: 'error' },
    policies: (folder) => writeFileSync(`${folder}/agreements/broken.yaml`, 'format: nonsense\n'),
  });
  const ready = await fetch(`${broken.operations}/health/ready`);
  assert.equal(ready.status, 503);
  assert.deepEqual(((await ready.json()) as { why: string[] }).why, ['no policy set is in force']);
  const answer = await fetch(`${broken.url}/blue-badges/badges/ZZ9Z01`);
  assert.equal(answer.status, 503);
  assert.equal(((await answer.json()) as { type: string }).type, '/problems/policies-unavailable');
  await broken.close();
});

test('metrics count outcomes with labels from closed lists and hold no identifier', async () => {
  const text = await (await fetch(`${gateway.operations}/metrics`)).text();
  assert.match(text, /gateway_exchanges_total\{outcome="released",code="",dataset="blue-badges"\} 1/);
  assert.match(text, /gateway_exchanges_total\{outcome="refused",code="credentials-missing",dataset=""\} 1/);
  assert.match(text, /gateway_undeclared_members_total\{dataset="blue-badges"\} 1/);
  assert.match(text, /gateway_log_entries \d+/);
  for (const secret of ['ZZ9Z01', 'staff-9001', 'PCN-77']) assert.ok(!text.includes(secret), secret);
});

test('lists entries newest first, and each listing is an entry itself', async () => {
  const listed = async (query: string) =>
    (
      (await (await fetch(`${gateway.operations}/log/entries?${query}`)).json()) as {
        entries: { index: number; leaf: { kind: string } }[];
      }
    ).entries;
  const before = gateway.leaves().length;
  const entries = await listed('most=3');
  assert.deepEqual(
    entries.map(({ index }) => index),
    [before - 1, before - 2, before - 3],
  );
  assert.equal(gateway.leaves().at(-1)?.['kind'], 'read');
  const released = await listed('kind=released');
  assert.deepEqual(
    released.map(({ leaf }) => leaf.kind),
    ['released'],
  );
  assert.equal((await fetch(`${gateway.operations}/log/entries?most=many`)).status, 400);
});

test('serves nothing else', async () => {
  assert.equal((await fetch(`${gateway.operations}/blue-badges/badges/ZZ9Z01`)).status, 404);
});
