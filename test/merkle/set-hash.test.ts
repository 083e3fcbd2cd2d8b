import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../src/encoding/sha256.ts';
import { SET_SUM_BYTES, SetHash } from '../../src/merkle/set-hash.ts';

const member = (text: string): Buffer => sha256(text);

function hashOf(members: readonly string[]): string {
  const set = new SetHash();
  for (const text of members) set.add(member(text));
  return set.digest().toString('hex');
}

test('the order in which members come does not matter, and which they are does', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 8 }), fc.nat(), (members, at) => {
      assert.equal(hashOf(members), hashOf(members.toReversed()));
      assert.notEqual(hashOf(members), hashOf(members.toSpliced(at % members.length, 1)));
    }),
    { numRuns: 50 },
  );
});

test('what was put in and taken out again leaves nothing', () => {
  const set = new SetHash();
  set.add(member('a'));
  set.add(member('b'));
  set.remove(member('a'));
  assert.equal(set.digest().toString('hex'), hashOf(['b']));
  set.remove(member('b'));
  assert.deepEqual(set.sum(), Buffer.alloc(SET_SUM_BYTES));
});

test('a set goes on from its sum', () => {
  const before = new SetHash();
  before.add(member('a'));
  const after = new SetHash(before.sum());
  after.add(member('b'));
  assert.equal(after.digest().toString('hex'), hashOf(['a', 'b']));
  assert.equal(before.digest().toString('hex'), hashOf(['a']));
});

test('a sum of another length is refused', () => {
  assert.throws(() => new SetHash(Buffer.alloc(32)), /2048 bytes/);
});
