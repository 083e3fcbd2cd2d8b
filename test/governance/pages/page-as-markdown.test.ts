/** The Markdown face of a page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { list, sentences, table } from '../../../src/governance/pages/page.ts';
import { markdownText, pageAsMarkdown } from '../../../src/governance/pages/page-as-markdown.ts';

test('a page has headings, paragraphs, lists and tables', () => {
  const page = {
    title: 'A title',
    lead: sentences('One.'),
    sections: [
      { heading: 'More', passages: [...list(['first']), ...table('Things', ['Thing', 'Why'], [['x', 'y']])] },
    ],
  };
  assert.equal(
    pageAsMarkdown(page),
    '# A title\n\nOne.\n\n## More\n\n- first\n\n**Things**\n\n| Thing | Why |\n| --- | --- |\n| x | y |\n',
  );
});

test('words of a file make no tag, link, emphasis, cell, heading or list', () => {
  assert.equal(markdownText('<script>'), '\\<script\\>');
  assert.equal(markdownText('[a](javascript:b)'), '\\[a\\](javascript:b)');
  assert.equal(markdownText('a|b *c* _d_ `e`'), 'a\\|b \\*c\\* \\_d\\_ \\`e\\`');
  assert.deepEqual(['# a', '- a', '+ a', '1. a', '1) a', '==='].map(markdownText), [
    '\\# a',
    '\\- a',
    '\\+ a',
    '1\\. a',
    '1\\) a',
    '\\===',
  ]);
  assert.equal(
    markdownText('https://a.example www.b.example c@d.example'),
    'https\\://a.example www\\.b.example c\\@d.example',
  );
});

test('no sign with a meaning stands without a backslash before it, and nothing is on a second line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (words) => {
      const text = markdownText(words);
      assert.doesNotMatch(text.replace(/\\[!-/:-@[-`{-~]/g, ''), /[\\`*_{}[\]<>#|~&!@\n\r]/);
    }),
  );
});
