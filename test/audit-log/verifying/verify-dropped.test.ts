import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DroppedLedger } from '../../../src/audit-log/verifying/verify-dropped.ts';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';
import { canonicalJson } from '../../../src/encoding/canonical-json.ts';
import { CompactRange } from '../../../src/merkle/compact-range.ts';

const NOTHING = new Uint8Array(0);
const hashOf = (index: number) => Buffer.alloc(32, index + 1);

function says(indexes: readonly number[], more: object = {}): Buffer {
  const range = new CompactRange();
  for (const index of indexes) range.append(hashOf(index));
  const first = indexes[0] ?? 0;
  const size = (indexes.at(-1) ?? 0) - first + 1;
  const root = Buffer.from(range.root()).toString('base64');
  return Buffer.from(
    canonicalJson({ code: 'retention', first, size, records: indexes.length, root, ...more }),
  );
}

/** What is found where these entries are dropped in the name of entry 9, which says this. */
function findings(
  dropped: readonly number[],
  said: Buffer | undefined,
  leaf: Uint8Array = NOTHING,
): readonly string[] {
  const found = new Findings();
  const ledger = new DroppedLedger(found);
  for (const index of dropped) ledger.take(index, hashOf(index), 9, leaf);
  if (said !== undefined) ledger.hear(9, said);
  ledger.finish();
  assert.equal(ledger.count, dropped.length);
  return found.sentences();
}

test('dropped entries that an entry counts are no finding, and neither are counted entries that came back', () => {
  assert.deepEqual(findings([1, 2, 5], says([1, 2, 5])), []);
  assert.deepEqual(findings([], says([1, 2, 5])), []);
});

test('one entry more, one less, another one, or an entry that says something else, is found', () => {
  const wrong = /tells of other entries than those from \d to \d that are dropped in its name/;
  for (const dropped of [
    [1, 2, 3, 5],
    [1, 5],
    [1, 3, 5],
    [0, 1, 2, 5],
  ])
    assert.match(findings(dropped, says([1, 2, 5])).join(), wrong);
  assert.match(findings([1], says([1], { code: 'subject' })).join(), wrong);
  assert.match(findings([1], Buffer.from('no JSON')).join(), wrong);
  assert.match(findings([1], Buffer.from('null')).join(), wrong);
});

test('entries that are dropped and nobody says so, before or at all, are found; so are bytes that are there after all', () => {
  assert.deepEqual(findings([1, 2], undefined), ['2 entries from 1 to 2 are dropped and no entry says so']);
  assert.match(findings([9], says([9])).join(), /entry 9 is dropped and no entry after it says so/);
  assert.match(
    findings([1], says([1]), hashOf(1)).join(),
    /entry 1 is marked as dropped and its bytes are there/,
  );
});
