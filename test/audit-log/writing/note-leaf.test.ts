import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noteLeaf } from '../../../src/audit-log/writing/note-leaf.ts';
import { canonicalJson } from '../../../src/encoding/canonical-json.ts';
import { ORIGIN } from '../../support/log-folder.ts';

const place = { origin: ORIGIN, instance: '"seq":1', epoch: '0198c1f0-0000-4000-8000-000000000001' };

test('the leaf of an own entry is canonical around its seq, even where a text looks like one', () => {
  const { head, tail } = noteLeaf(place, 'policies', 1_795_000_000_123, { policies: 'ab'.repeat(32) });
  const leaf = `${head}812${tail}`;
  assert.equal(canonicalJson(JSON.parse(leaf)), leaf);
  assert.equal(JSON.parse(leaf).seq, 812);
  assert.equal(JSON.parse(leaf).instance, '"seq":1');
});

test('members that the kind does not have are refused, and so are those that it misses', () => {
  assert.throws(() => noteLeaf(place, 'heartbeat', 0, { person: 'officer-0417' }), /does not have/);
  assert.throws(() => noteLeaf(place, 'policies', 0, {}), /lacks/);
  assert.throws(() => noteLeaf(place, 'policies', 0, { policies: 'short' }), /hexadecimal/);
});
