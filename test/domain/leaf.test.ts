import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENTRY_KINDS } from '../../src/domain/audit-entry.ts';
import { leafFault, leafMembers } from '../../src/domain/leaf.ts';
import { canonicalJson, type Json } from '../../src/encoding/canonical-json.ts';
import { SampleEntries } from '../support/sample-log.ts';

const sample = new SampleEntries();
const [sent, released] = sample.exchange(1);
const LEAVES = [sample.begin(), sent!, released!, sample.refused(2)].map(({ leaf }) => parsed(leaf));
const RELEASED = LEAVES[2]!;

function parsed(leaf: Uint8Array): Record<string, Json> {
  return JSON.parse(Buffer.from(leaf).toString());
}

function withMembers(members: Readonly<Record<string, Json | undefined>>): unknown {
  return JSON.parse(canonicalJson({ ...RELEASED, ...members }));
}

test('every kind has its list, and leaves of the sample have no fault', () => {
  for (const kind of ENTRY_KINDS) assert.ok(leafMembers(kind)?.byName.has('seq'), kind);
  for (const leaf of LEAVES) assert.equal(leafFault(leaf), undefined);
});

test('a kind that is not listed is refused, also one that every object has', () => {
  for (const kind of ['opened', 'constructor', '__proto__', 7, null]) {
    assert.equal(leafMembers(kind), undefined);
    assert.match(leafFault(withMembers({ kind })) ?? '', /kind/);
  }
});

test('a member that the kind does not have is refused, and not quoted', () => {
  const fault = leafFault(withMembers({ 'jane.doe@example.org': 1 }));
  assert.equal(fault, 'holds a member that its kind does not have');
  assert.equal(leafFault({ ...LEAVES[1], part: 1 }), 'holds a member that its kind does not have');
  assert.match(leafFault(withMembers({ upstream: { status: 200, ms: 4, name: 'x' } })) ?? '', /`upstream`/);
  const polluted = JSON.parse(`{"__proto__":1,${canonicalJson(RELEASED).slice(1)}`);
  assert.match(leafFault(polluted) ?? '', /does not have/);
});

test('each member that must be there is missed', () => {
  for (const [name, { must }] of leafMembers('released')?.byName ?? []) {
    if (!must) continue;
    assert.ok(leafFault(withMembers({ [name]: undefined })) !== undefined, name);
  }
});

test('members out of their canonical order are refused', () => {
  const { at, ...rest } = RELEASED;
  assert.match(leafFault({ ...rest, at }) ?? '', /order/);
});

test('a version other than 1, and what is no object, are refused', () => {
  for (const v of [0, 2, '1', null]) assert.equal(leafFault(withMembers({ v })), 'is not of version 1');
  for (const leaf of [null, 'text', 1, [], undefined]) assert.equal(leafFault(leaf), 'is not a JSON object');
});
