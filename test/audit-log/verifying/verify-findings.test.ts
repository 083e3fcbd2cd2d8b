import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';

test('findings are kept in their order, and beyond ten thousand they are counted', () => {
  const findings = new Findings();
  assert.deepEqual(findings.sentences(), []);
  for (let n = 0; n < 10_000; n += 1) findings.add(`finding ${n}`);
  assert.equal(findings.sentences().at(-1), 'finding 9999');
  findings.add('one more');
  findings.add('and another');
  assert.equal(findings.sentences().length, 10_001);
  assert.equal(findings.sentences().at(-1), 'and 2 more findings that are not listed');
});
