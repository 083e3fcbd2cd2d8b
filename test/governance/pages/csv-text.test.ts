/** CSV for spreadsheets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvText } from '../../../src/governance/pages/csv-text.ts';

/** Reads RFC 4180 and nothing more. */
function read(csv: string): string[][] {
  const rows: string[][] = [];
  let rest = csv;
  const row: string[] = [];
  while (rest !== '') {
    const [whole, quoted, plain, end] =
      /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? assert.fail(JSON.stringify(rest));
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push(row.splice(0));
    rest = rest.slice(whole.length);
    if (end === ',' && rest === '') row.push('');
  }
  return rows;
}

test('a cell that a spreadsheet would work out gets an apostrophe', () => {
  for (const cell of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '\n@x'])
    assert.deepEqual(read(csvText([[cell, 'x']])), [[`'${cell}`, 'x']], JSON.stringify(cell));
  assert.deepEqual(read(csvText([['a=1', "it's", '1-2']])), [['a=1', "it's", '1-2']]);
});

test('whatever the cells hold, they come back as they were but for that apostrophe, and none begins a formula', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', ',', '\r', '\n', '\t', '=', '+', '-', '@', ' ', 'é'),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, fc.constant('end')), { minLength: 1 }), (rows) => {
      const back = read(csvText(rows));
      assert.deepEqual(
        back.map((row) => row.length),
        rows.map((row) => row.length),
      );
      back.flat().forEach((came, at) => {
        const gone = rows.flat()[at];
        assert.ok(came === gone || came === `'${gone}`, JSON.stringify([gone, came]));
        assert.doesNotMatch(came, /^\s*[=+\-@]|^[\t\r]/);
      });
    }),
  );
});
