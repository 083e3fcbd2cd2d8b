/** The plain-text face of a page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, sentences, table } from '../../../src/governance/pages/page.ts';
import { pageAsText } from '../../../src/governance/pages/page-as-text.ts';

test('headings are underlined, and each row of a table is an item with its heads beside its cells', () => {
  const page = {
    title: 'A title',
    lead: sentences('One. Two.'),
    sections: [
      {
        heading: 'More',
        passages: [
          ...list(['first']),
          ...table(
            'Things',
            ['Thing', 'Why'],
            [
              ['x', 'y'],
              ['z', ''],
            ],
          ),
        ],
      },
    ],
  };
  assert.equal(
    pageAsText(page),
    'A title\n=======\n\nOne. Two.\n\nMore\n----\n\n- first\n\nThings:\n  - x\n    Why: y\n  - z\n',
  );
});

test('no line that can be broken is longer than 80 characters', () => {
  const text = pageAsText({
    title: 'T',
    lead: [...sentences('word '.repeat(60)), ...list(['word '.repeat(60)])],
    sections: [],
  });
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
});

test('a terminal is never told anything by words of a file', () => {
  const text = pageAsText({ title: 'T\u001b]0;x\u0007', lead: sentences('a\u001b[2Jb'), sections: [] });
  assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u);
});
