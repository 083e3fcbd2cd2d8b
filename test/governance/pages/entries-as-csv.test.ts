import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvHeading, entryAsCsv } from '../../../src/governance/pages/entries-as-csv.ts';

const LEAF = {
  ...{ at: '2026-11-23T12:00:00.000Z', kind: 'released', exchange: 'x', provider: 'p', consumer: 'c' },
  ...{ agreement: { id: 'DSA-2026-014', version: 3 }, lookups: ['badge number', 'name'], emergency: false },
  ...{ fields: ['a', 'b'], records: 1, purpose: '=HYPERLINK("x")', withheld: 12 },
};

test('a row has a cell for each column of the heading, lists joined, and no cell is a formula', () => {
  const [row = ''] = entryAsCsv(7, JSON.stringify(LEAF), 'hash').split('\r\n');
  assert.match(row, /^7,2026-11-23T12:00:00\.000Z,released,x,p,c,,,DSA-2026-014,3,/);
  assert.match(row, /"'=HYPERLINK\(""x""\)"/);
  assert.match(row, /,no,/);
  assert.match(row, /,badge number; name,/);
  assert.match(row, /,a; b,12,,,hash$/);
  const cells = csvHeading().trimEnd().split(',').length;
  assert.equal(row.replaceAll(/"[^"]*(?:""[^"]*)*"/g, '').split(',').length, cells);
});

test('an entry that is of no exchange has empty cells', () => {
  assert.match(entryAsCsv(0, '{"kind":"started"}', 'h'), /^0,,started,,,/);
});
