/** Nothing slips past the judge: whatever is accepted, the provider receives exactly what was judged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyTarget, assertJudgedAsAsked, judgeTarget } from '../support/generated-targets.ts';
import { policies } from '../support/judge-fixtures.ts';
import { runTargets } from '../support/target-run.ts';

test('of 10,000 generated targets, each one that is accepted becomes the request that it says', () => {
  const set = policies();
  const codes = new Map<string, number>();
  fc.assert(
    fc.property(anyTarget, (target) => {
      const judged = judgeTarget(target, set);
      const code = typeof judged === 'string' ? judged : 'permit';
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (typeof judged !== 'string') assertJudgedAsAsked(target, judged);
    }),
    { numRuns: 10_000 },
  );
  // The property is empty unless both sides are well visited.
  assert.ok((codes.get('permit') ?? 0) > 1_500, JSON.stringify([...codes]));
  assert.ok((codes.get('target-ambiguous') ?? 0) > 1_500, JSON.stringify([...codes]));
  for (const code of ['parameter-repeated', 'token-in-query', 'lookup-not-agreed', 'lookup-invalid']) {
    assert.ok((codes.get(code) ?? 0) > 10, `${code}: ${JSON.stringify([...codes])}`);
  }
});

test('over raw sockets the provider receives what was judged, byte for byte, and nothing else', async () => {
  const { accepted } = await runTargets(400, Date.now() % 2 ** 31);
  assert.ok(accepted > 40, `${accepted} accepted`);
});
