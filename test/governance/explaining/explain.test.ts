/** An agreement explained: readable, complete, and free of article numbers unless asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingAge } from '../../../src/adapters/policies/reading-age.ts';
import { formatFieldPath } from '../../../src/encoding/field-path.ts';
import { explain } from '../../../src/governance/explaining/explain.ts';
import type { Page } from '../../../src/governance/pages/page.ts';
import { pageAsHtml } from '../../../src/governance/pages/page-as-html.ts';
import { pageAsMarkdown } from '../../../src/governance/pages/page-as-markdown.ts';
import { pageAsText } from '../../../src/governance/pages/page-as-text.ts';
import {
  NOON,
  policiesOf,
  sampleAgreement,
  samplePolicies,
  wordsOfPage,
} from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');
const pageOf = (id: string, withArticles = false) =>
  explain(sampleAgreement(id), samplePolicies, { atMs: NOON, withArticles, signatures: 'checked' });

/** What is read through from top to bottom: tables are looked things up in. */
function prose({ lead, sections }: Page): string {
  return [...lead, ...sections.flatMap(({ passages }) => passages)]
    .flatMap((passage) => {
      if (passage.kind === 'table') return [];
      return passage.kind === 'list' ? passage.items.map((item) => `${item}.`) : [passage.text];
    })
    .join('\n');
}

test('the explanation of every sample can be read at the age of 12', () => {
  for (const { id } of samplePolicies.agreements) {
    const age = readingAge(prose(pageOf(id)));
    assert.ok(age <= 12, `${id} needs a reader of ${age}`);
  }
});

test('no article of the law is named unless somebody asks', () => {
  const numbers = /\bArt(?:icle|icles|\.)?\s*\d|\bSchedule 1\b.*paragraph|\d\(\d\)\([a-z]/i;
  for (const { id } of samplePolicies.agreements) {
    assert.doesNotMatch(wordsOfPage(pageOf(id)), numbers, id);
    assert.match(wordsOfPage(pageOf(id, true)), /UK GDPR Article 6\(1\)\(e\)/, id);
  }
});

test('every leaf that is given stands in every explanation by its own name, in each face', () => {
  for (const agreement of samplePolicies.agreements) {
    const page = pageOf(agreement.id);
    const words = wordsOfPage(page);
    for (const { path } of agreement.fields) {
      const name = formatFieldPath(path);
      assert.ok(
        words.split('\n').some((line) => line.includes(`| ${name} |`)),
        `${agreement.id}: ${name}`,
      );
      assert.ok(pageAsText(page).includes(name));
      assert.ok(pageAsHtml(page).includes(`<td>${name}</td>`), name);
      assert.ok(pageAsMarkdown(page).replaceAll('\\', '').includes(`| ${name} |`), name);
    }
  }
});

test('the explanation says that in force is not lawful', () => {
  assert.match(
    pageAsText(pageOf('DSA-2026-014')).replace(/\s+/g, ' '),
    /It is in force until 31 March 2028\. In force means that the gateway will act on it\. It does not mean that the sharing is lawful\./,
  );
});

test('one that is not in force says why', () => {
  const draft = { ...KERBSIDE, signedByBoth: false };
  const page = explain(draft, policiesOf(draft), { atMs: NOON, withArticles: false, signatures: 'checked' });
  assert.match(wordsOfPage(page), /It is not in force: it is not signed by both parties\./);
});

test('where nobody checked the signatures the page does not say that it is in force, or that it is not', () => {
  const page = explain(KERBSIDE, samplePolicies, {
    atMs: NOON,
    withArticles: false,
    signatures: 'not checked',
  });
  const words = wordsOfPage(page);
  assert.match(words, /This page does not say if it is in force, for nobody checked the signatures\./);
  assert.doesNotMatch(words, /It is (?:not )?in force/);
});

test('every part that a citizen asks for has its heading', () => {
  assert.deepEqual(
    pageOf('DSA-2026-014').sections.map(({ heading }) => heading),
    [
      'Who shares with whom',
      'Why',
      'Who the data is about',
      'What they may ask',
      'What they see',
      'What they never see',
      'What else the gateway takes out',
      'Who may look',
      'How often they may ask',
      'In an emergency',
      'The law',
      'How the data is looked after',
      'Your rights',
      'What was checked first',
      'Dates and signatures',
    ],
  );
});

test('an agreement under a protocol says so', () => {
  assert.match(wordsOfPage(pageOf('DSA-2026-051')), /It belongs to SP-2026-003/);
});

test('a script in the title and in the words of a file is text in the printed page', () => {
  const script = '<script>alert(1)</script>';
  const words = { ...KERBSIDE.words, title: script, summary: script };
  const html = pageAsHtml(
    explain({ ...KERBSIDE, title: script, words }, samplePolicies, {
      atMs: NOON,
      withArticles: false,
      signatures: 'checked',
    }),
  );
  assert.doesNotMatch(html, /<script/i);
  assert.match(html, /<title>&lt;script&gt;alert\(1\)&lt;\/script&gt;<\/title>/);
});
