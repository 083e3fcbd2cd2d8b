/** Whole gateways whose bounds are reached: what callers are told, what the log says of it, and what stays untouched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASKING, askBadge, askingGateway, OFFICER } from '../../support/asking-gateway.ts';

test('a system that asks too fast is told when to come again, and one entry counts what it was not given', async (t) => {
  let gateway = await askingGateway([], { settings: { SYSTEM_REQUESTS_PER_SECOND: '1' } });
  t.after(() => gateway.close());
  const token = await gateway.token(OFFICER);
  const answers = await Promise.all(Array.from({ length: 16 }, () => askBadge(gateway, { token })));
  const released = answers.filter(({ code }) => code === 'released').length;
  assert.ok(released >= 10 && released < 16, `${released} released`);
  for (const { status, code, headers } of answers) {
    if (code === 'released') continue;
    assert.deepEqual([status, code, headers.get('audit-receipt')], [429, 'too-many-requests', null]);
    assert.match(headers.get('retry-after') ?? '', /^[1-9]$/);
  }
  gateway = await gateway.restarted();
  const leaves = gateway.leaves();
  assert.equal(leaves.filter(({ kind }) => kind === 'sent').length, released);
  const [summary, ...others] = leaves.filter(({ kind }) => kind === 'summary');
  assert.deepEqual(others, []);
  assert.deepEqual(
    [summary?.['code'], summary?.['consumer'], summary?.['records']],
    ['requests-over-rate', 'westhaven-district-council', 16 - released],
  );
});

test('an address that proves nobody is shut out before its tokens are looked at, and who is known from there is not', async (t) => {
  const gateway = await askingGateway([], { settings: { UNPROVED_REQUESTS_PER_SECOND: '1' } });
  t.after(() => gateway.close());
  const token = await gateway.token(OFFICER);
  assert.equal((await askBadge(gateway, { token })).code, 'released');
  const fresh = await gateway.token({ ...OFFICER, person: 'staff-9002' });
  const codes: string[] = [];
  for (let nth = 0; nth < 14; nth += 1)
    codes.push((await askBadge(gateway, { token: `nonsense${nth}` })).code);
  assert.equal(codes[0], 'token-invalid');
  assert.equal(codes.at(-1), 'too-many-refusals');
  const shutOut = await askBadge(gateway, { token: fresh });
  assert.deepEqual([shutOut.status, shutOut.code], [429, 'too-many-refusals']);
  assert.match(shutOut.headers.get('retry-after') ?? '', /^[1-9]$/);
  assert.equal((await askBadge(gateway, { token })).code, 'released');
  const answer = await fetch(`${gateway.url}/log/checkpoint`);
  assert.equal(answer.status, 429);
  await answer.arrayBuffer();
  const metrics = await (await fetch(`${gateway.operations}/metrics`)).text();
  assert.match(metrics, /gateway_events_total\{event="turned-away-too-many-refusals"\} [1-9]/);
  assert.match(metrics, /gateway_requests_under_way 0\n/);
  assert.match(metrics, /gateway_admission_limit [0-9]+\n/);
});

test('far more at once than are worked on wait for their turn, and all of them are answered', async (t) => {
  const gateway = await askingGateway([]);
  t.after(() => gateway.close());
  const token = await gateway.token(OFFICER);
  await askBadge(gateway, { token });
  const headers = { ...ASKING, 'exchange-purpose': 'curiosity' };
  const answers = await Promise.all(Array.from({ length: 200 }, () => askBadge(gateway, { token, headers })));
  const codes = new Set(answers.map(({ code }) => code));
  codes.delete('overloaded');
  assert.deepEqual([...codes], ['purpose-not-agreed']);
});
