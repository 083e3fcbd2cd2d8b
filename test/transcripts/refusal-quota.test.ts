/** A partner's broken system that is refused again and again: it cannot fill the log, and what it may have is still released. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASKING, askBadge, askingGateway, KERBSIDE, OFFICER } from '../support/asking-gateway.ts';

test('refusals beyond the quota are counted in a summary, and released exchanges keep their entries', async (t) => {
  let gateway = await askingGateway([], { settings: { REFUSED_ENTRIES_PER_HOUR: '3' } });
  t.after(() => gateway.close());
  const token = await gateway.token(OFFICER);
  const headers = { ...ASKING, 'exchange-purpose': 'curiosity' };
  const codes: string[] = [];
  for (let nth = 0; nth < 5; nth += 1) {
    const { code, status, headers: sent } = await askBadge(gateway, { token, headers });
    codes.push(code);
    if (code !== 'refusal-quota-reached') continue;
    assert.equal(status, 429);
    assert.ok(Number(sent.get('retry-after')) > 3500);
    assert.equal(sent.get('audit-receipt'), null);
  }
  assert.deepEqual(codes, [
    ...Array(3).fill('purpose-not-agreed'),
    ...Array(2).fill('refusal-quota-reached'),
  ]);
  assert.equal((await askBadge(gateway, { token })).code, 'released');
  gateway = await gateway.restarted();
  const leaves = gateway.leaves();
  assert.equal(leaves.filter(({ kind }) => kind === 'refused').length, 3);
  assert.equal(leaves.filter(({ kind }) => kind === 'released').length, 1);
  const [summary, ...others] = leaves.filter(({ kind }) => kind === 'summary');
  assert.deepEqual(others, []);
  assert.deepEqual(
    [summary?.['code'], summary?.['consumer'], summary?.['records']],
    ['refusals-over-quota', 'westhaven-district-council', 2],
  );
});

test('a limit that stays reached fills the log no further either', async (t) => {
  const changes = [
    [KERBSIDE, 'checks by one person: 60 an hour', 'checks by one person: 1 an hour'],
  ] as const;
  const gateway = await askingGateway(changes, { settings: { REFUSED_ENTRIES_PER_HOUR: '2' } });
  t.after(() => gateway.close());
  const token = await gateway.token(OFFICER);
  const codes: string[] = [];
  for (let nth = 0; nth < 5; nth += 1) codes.push((await askBadge(gateway, { token })).code);
  assert.deepEqual(codes, [
    'released',
    'limit-reached',
    'limit-reached',
    'refusal-quota-reached',
    'refusal-quota-reached',
  ]);
  const another = await gateway.token({ ...OFFICER, person: 'staff-9002' });
  assert.equal((await askBadge(gateway, { token: another })).code, 'released');
});
