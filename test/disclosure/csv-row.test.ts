import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CsvRow, csvCell } from '../../src/disclosure/csv-row.ts';
import { UNFINISHED } from '../../src/disclosure/layout.ts';
import { NotFilterable } from '../../src/disclosure/rules.ts';
import { Workspace } from '../../src/disclosure/workspace.ts';

const space = new Workspace();

/** The cells of the first row of a text and what stands behind it, or undefined where the row is unfinished. */
function rowOf(text: string): { cells: string[]; rest: string } | undefined {
  const bytes = Buffer.from(text);
  space.fill(bytes, Buffer.alloc(0), 0, bytes.length + 1);
  assert.ok(space.isText());
  const row = new CsvRow(space);
  const after = row.read(space.memory.window);
  if (after === UNFINISHED) return undefined;
  const cells = Array.from({ length: row.cells }, (_, cell) => row.text(cell));
  return { cells, rest: space.text(after, space.end) };
}

test('cells are cut at commas and mean what stands between their quotes', () => {
  assert.deepEqual(rowOf('a,,"b ""c"", d","",  e \r\nf'), {
    cells: ['a', '', 'b "c", d', '', '  e '],
    rest: 'f',
  });
  assert.deepEqual(rowOf('é,"two\r\nlines\n"\nrest'), { cells: ['é', 'two\r\nlines\n'], rest: 'rest' });
  assert.deepEqual(rowOf('\r\n'), { cells: [''], rest: '' });
  assert.deepEqual(rowOf('a,\n'), { cells: ['a', ''], rest: '' });
});

test('a row that the bytes end in is unfinished, at every place', () => {
  const row = 'ab,"c""d",\r\n';
  for (let length = 0; length < row.length; length += 1)
    assert.equal(rowOf(row.slice(0, length)), undefined, `${length}`);
  assert.ok(rowOf(row));
});

test('what RFC 4180 does not know is refused', () => {
  for (const wrong of [
    'a"b\n',
    '"a"b\n',
    '"a" \n',
    'a,b"\n',
    'a\rb\n',
    '"a"\rb',
    'a\0b\n',
    '"a\0"\n',
    '\0\n',
  ])
    assert.throws(() => rowOf(wrong), NotFilterable, JSON.stringify(wrong));
});

test('any text stands in a cell and comes back', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('"', ',', '\r', '\n', ' '),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
      fc.pre(texts.every((it) => !it.includes('\0')));
      assert.deepEqual(rowOf(`${texts.map(csvCell).join(',')}\r\n`)?.cells, texts);
    }),
  );
});

test('quotes stand only where they are needed', () => {
  assert.deepEqual(['a b', '', "it's", '=1+1'].map(csvCell), ['a b', '', "it's", '=1+1']);
  assert.deepEqual(['a,b', 'a"b', 'a\nb', 'a\rb'].map(csvCell), ['"a,b"', '"a""b"', '"a\nb"', '"a\rb"']);
});
