/** The law in an explanation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LawWords } from '../../../src/domain/agreement-words.ts';
import { explainLaw } from '../../../src/governance/explaining/explain-law.ts';
import { sampleAgreement, samplePolicies, wordsOf } from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');

function said(changes: Partial<LawWords>, withArticles = false): string {
  const words = { ...KERBSIDE.words, law: { ...KERBSIDE.words.law, ...changes } };
  return wordsOf(explainLaw({ ...KERBSIDE, words }, samplePolicies, withArticles));
}

test('each party has its own ground, and the laws are named', () => {
  const words = said({ 'lawful basis': { 'shared by': 'public task', 'shared with': 'legal obligation' } });
  assert.match(words, /Northmere City Council may give the data because it is part of its public job\./);
  assert.match(words, /Westhaven District Council may use it because the law says that it must\./);
  assert.match(words, /Traffic Management Act 2004, Part 6/);
});

test('articles stand beside the words where somebody asks', () => {
  const words = said({}, true);
  assert.match(words, /part of its public job \(public task: UK GDPR Article 6\(1\)\(e\)\)/);
  assert.match(words, /\(substantial public interest: UK GDPR Article 9\(2\)\(g\)\)/);
  assert.match(words, /Schedule 1, is: statutory and government purposes\./);
});

test('what is very private is said in words, and so is that nothing is', () => {
  assert.match(
    said({}),
    /somebody could guess something very private about people: their health\. Holding a badge/,
  );
  assert.match(said({ 'special category data': { present: 'none' } }), /shows nothing about health, faith/);
  assert.match(
    said({ 'criminal offence data': { present: 'yes', condition: 'official authority' } }),
    /tells something about crimes/,
  );
});

test('a ground that these pages have no words for is quoted, never left out', () => {
  const odd = { 'shared by': 'a new ground', 'shared with': { basis: 'public task', condition: 'crime' } };
  assert.match(said({ 'lawful basis': odd }), /because of “a new ground”\..*public job: crime\./s);
  assert.match(
    said({ 'duty of confidence': { satisfied: 'a new way', reference: 'R-1', 'decided by': 'the board.' } }),
    /“a new way”\. The reference is R-1\. The board decided that\./,
  );
});

test('a gateway of the Digital Economy Act and a compatible purpose are said', () => {
  const words = said({
    gateway: { section: 'Digital Economy Act 2017 section 56', objective: 'preventing fraud' },
    'compatible purpose': { assessed: 'CP-1' },
  });
  assert.match(
    words,
    /The law opens a way for this \(Digital Economy Act 2017 section 56\)\. It is there for preventing fraud\./,
  );
  assert.match(words, /This use fits with it: CP-1\./);
});
