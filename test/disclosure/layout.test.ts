import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as layout from '../../src/disclosure/layout.ts';

function valuesOf(prefix: string): number[] {
  return Object.entries(layout)
    .filter(([name]) => name.startsWith(prefix))
    .map(([, value]) => value);
}

test('the words of nodes, entries and frames stand beside one another and within their size', () => {
  for (const [prefix, size] of [
    ['NODE_', layout.NODE],
    ['ENTRY_', layout.ENTRY],
    ['FRAME_', layout.FRAME],
  ] as const) {
    const words = valuesOf(prefix);
    assert.equal(new Set(words).size, words.length);
    for (const word of words) assert.ok(word % 4 === 0 && word + 4 <= size, prefix);
  }
});

test('the node that knows nothing holds nothing that is read of a node', () => {
  const read = [
    layout.NODE_FLAGS,
    layout.NODE_MEMBERS,
    layout.NODE_FIRST_GUESS,
    layout.NODE_NEXT_GUESS,
    layout.NODE_NAME_LENGTH,
  ];
  for (const said of [layout.COMMA_AT, layout.COLON_AT, ...valuesOf('SAID_')]) {
    for (const word of read)
      assert.ok(said + 4 <= word || said >= word + 4 || said < 4, `${said} and ${word}`);
  }
});

test('the ends of lines and the empty cell stand behind the node that knows nothing, before what the scanner says', () => {
  const said = Math.min(...valuesOf('SAID_'));
  for (const at of [layout.EMPTY_CELL_AT, layout.CRLF_AT, layout.LF_AT])
    assert.ok(at >= layout.NODE && at < said);
  assert.equal(layout.CRLF_AT, layout.EMPTY_CELL_AT + 2);
  assert.equal(layout.LF_AT, layout.CRLF_AT + 1);
});

test('results that are no position are negative and told apart, with unfinished above the others', () => {
  const results = [layout.UNFINISHED, layout.MALFORMED, layout.TOO_DEEP, layout.REPEATED, layout.NOT_SCALAR];
  assert.deepEqual(results, [-1, -2, -3, -4, -5]);
});

test('the plan begins behind the frames, at a page', () => {
  assert.ok(layout.PLAN >= layout.FRAMES + layout.FRAME * layout.DEEPEST);
  assert.equal(layout.PLAN % 0x10000, 0);
});
