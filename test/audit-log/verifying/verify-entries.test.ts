import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryChecks } from '../../../src/audit-log/verifying/verify-entries.ts';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';
import { readLeaf } from '../../../src/audit-log/verifying/verify-leaf.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { SampleEntries } from '../../support/sample-log.ts';

function checked(kinds: readonly string[], skipped = -1) {
  const findings = new Findings();
  const checks = new EntryChecks(findings);
  const sample = new SampleEntries();
  for (const [nth, kind] of kinds.entries()) {
    const entry = kind === 'started' ? sample.begin() : sample.next(kind, {});
    const leaf = readLeaf(entry.leaf, entry.kind);
    assert.ok(typeof leaf === 'object');
    if (nth === skipped) checks.skip(1);
    else checks.add(entry, leaf, leafHash(entry.leaf));
  }
  return { findings: findings.sentences(), gaps: checks.gaps };
}

test('a run without its end is a gap and no finding', () => {
  const { findings, gaps } = checked(['started', 'heartbeat', 'started', 'stopped']);
  assert.deepEqual(findings, []);
  assert.match(gaps.join(), /began with entry 0 ends with entry 1/);
});

test('an entry after the end of its run is a finding', () => {
  assert.deepEqual(checked(['started', 'stopped', 'heartbeat']).findings, [
    'entry 2 follows the `stopped` of its own run',
  ]);
});

test('an entry that is skipped, which is said elsewhere, is no finding again', () => {
  assert.deepEqual(checked(['started', 'heartbeat', 'stopped'], 1), { findings: [], gaps: [] });
});
