/** How long, rights, checks, dates and signatures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  explainChecks,
  explainDates,
  explainKeeping,
  explainRights,
} from '../../../src/governance/explaining/explain-keeping.ts';
import { sampleAgreement, samplePolicies, wordsOf } from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');
const { words: WORDS } = KERBSIDE;

test('it says how long the log keeps its entries, where the agreement says it', () => {
  assert.doesNotMatch(wordsOf(explainKeeping(KERBSIDE, samplePolicies)), /The record of who asked/);
  const care = { ...WORDS['looking after it'], 'keep entries for': '6 years' };
  const words = { ...WORDS, 'looking after it': care };
  assert.match(
    wordsOf(explainKeeping({ ...KERBSIDE, words }, samplePolicies)),
    /The record of who asked for what is kept for 6 years\./,
  );
});

test('it says how long, why, whether it goes on, and where it stands', () => {
  const words = wordsOf(explainKeeping(KERBSIDE, samplePolicies));
  assert.match(words, /keeps the data for 28 days\. Then it deletes it\. Why so long\? A driver has 28 days/);
  assert.match(words, /It may not pass the data on to anybody\. The data is stored in the United Kingdom\./);
  assert.match(words, /must tell the other within 24 hours\./);
  const care = {
    ...WORDS['looking after it'],
    'passing it on': 'only to the courts',
    transfers: [{ country: 'Jersey', safeguard: 'adequate' }],
  };
  const onward = wordsOf(
    explainKeeping({ ...KERBSIDE, words: { ...WORDS, 'looking after it': care } }, samplePolicies),
  );
  assert.match(
    onward,
    /It may pass the data on: only to the courts\..*It also goes to Jersey \(adequate\)\./s,
  );
});

test('it says where to ask, where to complain, and what a computer decides', () => {
  const words = wordsOf(explainRights(KERBSIDE, samplePolicies, false));
  assert.match(
    words,
    /write to information\.rights@northmere\.example\. To complain, write to dataprotection@northmere\.example\./,
  );
  assert.match(words, /No computer decides anything about you by itself\./);
  assert.match(words, /Westhaven District Council: https:\/\/westhaven\.example\/privacy\/parking/);
  const meals = wordsOf(explainRights(sampleAgreement('DSA-2026-041'), samplePolicies, true));
  assert.match(meals, /You are protected: A parent who is told no can ask/);
  assert.match(meals, /Articles 15 to 22/);
});

test('what a person is not told of for a while is said, with the last day', () => {
  const kept = {
    until: '2027-03-31',
    exemption: 'crime and taxation',
    because: 'It would warn them.',
    'decided by': 'R. Shah',
  };
  const people = { ...KERBSIDE.words.people, "kept from the person's report": kept };
  const held = { ...KERBSIDE, words: { ...KERBSIDE.words, people } };
  assert.match(
    wordsOf(explainRights(held, samplePolicies, false)),
    /Until 31 March 2027 .*crime and taxation/,
  );
  assert.doesNotMatch(wordsOf(explainRights(KERBSIDE, samplePolicies, false)), /leaves out/);
});

test('the national opt-out is said where it applies', () => {
  assert.doesNotMatch(wordsOf(explainRights(KERBSIDE, samplePolicies, false)), /opted out/);
  assert.match(
    wordsOf(explainRights({ ...KERBSIDE, optOutApplies: true }, samplePolicies, false)),
    /opted out/,
  );
});

test('the look at risks is said with its date and what is left', () => {
  assert.match(
    wordsOf(explainChecks(KERBSIDE, false)),
    /looked at on 4 November 2025 \(DPIA-2025-118\)\. The risk that is left is low\./,
  );
  assert.match(wordsOf(explainChecks(KERBSIDE, true)), /Article 35/);
  const assessment = {
    ...WORDS.assessment,
    dpia: 'under way' as const,
    risks: [{ risk: 'loss', measure: 'locks', owner: 'lead' }],
  };
  assert.match(
    wordsOf(explainChecks({ ...KERBSIDE, words: { ...WORDS, assessment } }, false)),
    /still being looked at.*Loss\. What is done about it: Locks\./s,
  );
});

test('dates are said as people say them, with who signed for whom', () => {
  const words = wordsOf(explainDates(KERBSIDE, samplePolicies));
  assert.match(
    words,
    /It starts on 1 April 2026\. Its last day is 31 March 2028\. They must look at it again by 1 March 2027\./,
  );
  assert.match(
    words,
    /A\. Okafor for Northmere City Council \(senior information risk owner\), on 2 March 2026\./,
  );
  assert.match(words, /These people signed it:/);
  assert.match(
    wordsOf(explainDates({ ...KERBSIDE, signedByBoth: false }, samplePolicies)),
    /The agreement names these people as its signers:/,
  );
  const { signed, ...unsigned } = WORDS;
  assert.ok(signed);
  const draft = wordsOf(
    explainDates(
      { ...KERBSIDE, words: { ...unsigned, 'publish in the register': { 'withheld because': 'crime' } } },
      samplePolicies,
    ),
  );
  assert.match(
    draft,
    /Nobody has signed it yet\..*not in the public list of agreements, for reasons of crime\./s,
  );
});
