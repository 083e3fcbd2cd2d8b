import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  HeardLosses,
  LOST_ENTRY,
  type LostRange,
  lostRangeInWords,
  lostRangeMembers,
  readLostRange,
  sizedTree,
} from '../../../src/audit-log/recovering/recover-range.ts';
import { noteLeaf } from '../../../src/audit-log/writing/note-leaf.ts';

const PLACE = {
  origin: 'gateway.northmere.example/audit/2026h2-r1',
  instance: 'gateway-1',
  epoch: '25b3bd14-5d20-4e1b-9a4f-dbd22fce0289',
};
const RANGE: LostRange = {
  log: 'gateway.northmere.example/audit/2026h2',
  held: sizedTree(100, Buffer.alloc(32, 1)),
  signed: sizedTree(120, Buffer.alloc(32, 2)),
};

function leafOf(members: Parameters<typeof noteLeaf>[3]): Buffer {
  const { head, tail } = noteLeaf(PLACE, 'alarm', 0, members);
  return Buffer.from(`${head}1${tail}`);
}

test('a range is read from the leaf that names it, with and without a head file', () => {
  assert.deepEqual(readLostRange(leafOf(lostRangeMembers(RANGE))), RANGE);
  const { signed, ...unsigned } = RANGE;
  const read = readLostRange(leafOf(lostRangeMembers(unsigned)));
  assert.equal(read?.signed, undefined);
  assert.deepEqual(read?.held, RANGE.held);
  for (const leaf of [leafOf({ code: 'clock-set-back' }), Buffer.from('[]'), Buffer.from('no leaf')])
    assert.equal(readLostRange(leaf), undefined);
});

test('the words name the lost entries, and that what left by them counts as disclosed', () => {
  assert.match(
    lostRangeInWords(RANGE),
    /120 entries were signed .* first 100 are left: its entries 100 to 119 are LOST/,
  );
  assert.match(
    lostRangeInWords({ ...RANGE, signed: sizedTree(101, Buffer.alloc(32)) }),
    /its entry 100 is LOST/,
  );
  const { signed, ...unsigned } = RANGE;
  assert.match(lostRangeInWords(unsigned), /nobody can say from here how many/);
  for (const range of [RANGE, unsigned]) assert.match(lostRangeInWords(range), /counts as disclosed/);
});

test('whoever reads along hears of every range and counts the receipts', () => {
  const heard = new HeardLosses();
  assert.deepEqual(heard.inWords(), []);
  const entry = Buffer.alloc(32, 3).toString('base64');
  const leaves = [
    lostRangeMembers(RANGE),
    { code: LOST_ENTRY, entry, first: 100 },
    { code: LOST_ENTRY, entry, first: 101 },
  ];
  heard.hear(leaves.map((members) => ({ kind: 'alarm', leaf: leafOf(members) })));
  heard.hear([
    { kind: 'read', leaf: leafOf(lostRangeMembers(RANGE)) },
    { kind: 'alarm', leaf: Buffer.from('{') },
  ]);
  const [range, receipts, ...more] = heard.inWords();
  assert.equal(range, lostRangeInWords(RANGE));
  assert.match(receipts ?? '', /prove 2 of the lost entries/);
  assert.deepEqual(more, []);
});
