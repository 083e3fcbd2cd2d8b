/** The HTML face of a page: stands alone, is accessible, and holds nothing but text of what came from a file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { list, type Page, sentences, table } from '../../../src/governance/pages/page.ts';
import { htmlText, pageAsHtml } from '../../../src/governance/pages/page-as-html.ts';

const SCRIPT = '<script>alert("1")</script>';

function pageOf(words: string): Page {
  return {
    title: words,
    lead: sentences(words),
    sections: [
      { heading: words, passages: [...list([words]), ...table(words, [words, words], [[words, words]])] },
    ],
  };
}

test('a script in a title, a cell, a caption or anywhere is text', () => {
  const html = pageAsHtml(pageOf(SCRIPT));
  assert.doesNotMatch(html, /<script/i);
  assert.equal(html.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;').length - 1, 10);
});

test('whatever words a file holds, the page has the same tags', () => {
  const tags = (words: string) => pageAsHtml(pageOf(words)).match(/<[^>]*>/g);
  const expected = tags('x');
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '/', 'a', '!', '-', '\n') }),
      (words) => {
        assert.deepEqual(tags(`x${words}`), expected);
      },
    ),
  );
});

test('text keeps every sign that shows', () => {
  assert.equal(htmlText(`a & b < c > d "e" 'f'`), 'a &amp; b &lt; c &gt; d &quot;e&quot; &#39;f&#39;');
});

test('the page says its language, names its tables and their heads, and has one first heading', () => {
  const html = pageAsHtml(pageOf('x'));
  assert.match(html, /^<!doctype html>\n<html lang="en-GB">/);
  assert.match(html, /<title>x<\/title>/);
  assert.match(html, /<caption>x<\/caption>/);
  assert.match(html, /<th scope="col">x<\/th>/);
  assert.match(html, /<th scope="row">x<\/th>/);
  assert.equal(html.split('<h1>').length, 2);
  assert.match(html, /<meta name="viewport"/);
});

test('the page loads nothing, sends nothing and can be printed', () => {
  const html = pageAsHtml(pageOf('x'));
  assert.doesNotMatch(html, /\b(?:src|href|action|srcset)=|@import|url\(/);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  assert.match(html, /@media print/);
});
