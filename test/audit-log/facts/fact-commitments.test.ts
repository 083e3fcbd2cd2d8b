import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { factCommitment, isCommitted } from '../../../src/audit-log/facts/fact-commitments.ts';

const FACT = { kind: 'stop', key: 'a', value: Buffer.from('v'), salt: Buffer.alloc(16, 7) };

test('a commitment is SHA-256 over salt, kind, key and value with a zero byte between', () => {
  const bytes = Buffer.concat([Buffer.alloc(16, 7), Buffer.from('stop\0a\0v')]);
  assert.deepEqual(factCommitment(FACT), createHash('sha256').update(bytes).digest());
});

test('a kind or a key with a zero byte is refused, since two facts could read the same', () => {
  assert.throws(() => factCommitment({ ...FACT, key: 'a\0b' }), /zero byte/);
  assert.throws(() => factCommitment({ ...FACT, kind: 'st\0op' }), /zero byte/);
});

test('whatever is not named by its own hash or derived is committed to', () => {
  assert.ok(isCommitted('stop'));
  assert.ok(isCommitted('a kind that nobody has thought of yet'));
  for (const kind of ['policy file', 'policy set', 'open exchanges', 'sum of facts'])
    assert.ok(!isCommitted(kind));
});
