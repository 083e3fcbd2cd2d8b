import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchNoteText, receiptHeader, receiptsName } from '../../../src/audit-log/proving/receipt.ts';
import { sizedTree } from '../../../src/audit-log/recovering/recover-range.ts';
import { lostEntryOf } from '../../../src/audit-log/recovering/recover-receipts.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { noteKey, SAMPLE_ORIGIN } from '../../support/sample-log.ts';

const KEY = noteKey(receiptsName(SAMPLE_ORIGIN));
const RANGE = { log: SAMPLE_ORIGIN, held: sizedTree(100, Buffer.alloc(32)) };
const LEAF = '{"kind":"released","v":1}';
const SALT = Buffer.alloc(16, 7).toString('base64url');

/** The receipt of an entry that was alone in its batch. */
function receiptOf(index: number, signer = KEY): string {
  const hash = leafHash(Buffer.from(LEAF));
  const note = signer.sign(batchNoteText(SAMPLE_ORIGIN, index, 1, hash, '2026-11-23T17:30:34.898Z'));
  return receiptHeader({ size: 1, levels: Buffer.from(hash), note }, 0);
}

test('a receipt of a lost entry becomes an entry with its leaf hash and index, and a fact with all that was brought', () => {
  const receipt = receiptOf(104);
  const lines = [receipt, JSON.stringify({ receipt }), JSON.stringify({ receipt, leaf: LEAF, salt: SALT })];
  for (const line of lines) {
    const read = lostEntryOf(line, RANGE, KEY.key);
    assert.ok(typeof read !== 'string', String(read));
    const entry = leafHash(Buffer.from(LEAF)).toString('base64');
    assert.deepEqual(read.members, { code: 'lost-entry', entry, first: 104 });
    assert.equal(read.fact.key, entry);
    const kept = JSON.parse(Buffer.from(read.fact.value ?? []).toString());
    assert.equal(kept.index, 104);
    assert.equal(kept.receipt, receipt);
    if (line === lines[2]) assert.deepEqual([kept.leaf, kept.salt], [LEAF, SALT]);
  }
});

test('what proves nothing is told why', () => {
  const receipt = receiptOf(104);
  const cases: [string, RegExp][] = [
    ['nonsense', /not base64url|not of version|fit|receipt/],
    [receiptOf(99), /receipt of entry 99, which is not lost/],
    [receiptOf(104, noteKey(receiptsName(SAMPLE_ORIGIN))), /signature of the receipt does not hold/],
    [JSON.stringify({ receipt, leaf: '{"kind":"refused","v":1}' }), /for another leaf/],
    [JSON.stringify({ receipt, leaf: 7 }), /`leaf` is not a text/],
    [JSON.stringify({ receipt, salt: 'short' }), /`salt` is not one/],
    [JSON.stringify({ leaf: LEAF }), /holds no `receipt`/],
    ['{"receipt":', /neither a receipt nor JSON/],
  ];
  for (const [line, why] of cases) assert.match(String(lostEntryOf(line, RANGE, KEY.key)), why);
});
