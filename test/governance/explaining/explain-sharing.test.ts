/** Who shares with whom, why and about whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainAbout, explainWho, explainWhy } from '../../../src/governance/explaining/explain-sharing.ts';
import { sampleAgreement, sampleDataset, samplePolicies, wordsOf } from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');

test('both parties are called by their names, and so is who works for them', () => {
  const words = wordsOf(explainWho(KERBSIDE, samplePolicies));
  assert.match(words, /Northmere City Council gives the data\. Westhaven District Council gets it\./);
  assert.match(
    words,
    /Northmere Shared Technology Service runs this gateway for both councils \(contract C-2025-221\)\./,
  );
});

test('a joint arrangement and a larger agreement are named', () => {
  const who = {
    ...KERBSIDE.words.who,
    relationship: 'joint controllers' as const,
    'joint arrangement': 'https://northmere.example/joint',
    'part of': 'the county plan.',
  };
  const words = wordsOf(explainWho({ ...KERBSIDE, words: { ...KERBSIDE.words, who } }, samplePolicies));
  assert.match(words, /They look after the data together\./);
  assert.match(words, /https:\/\/northmere\.example\/joint/);
  assert.match(words, /part of a larger one: the county plan\./);
});

test('the purpose is said, with all that the parties say of it', () => {
  const words = wordsOf(explainWhy(KERBSIDE));
  assert.match(words, /The data may be used for one thing: parking enforcement\. To find lost/);
  for (const said of [
    /How it helps people: Disabled/,
    /Why they need data about people: A badge/,
    /gentler way\? A yes-or-no/,
  ])
    assert.match(words, said);
});

test('it says whom the data is about, children too', () => {
  const words = wordsOf(explainAbout(KERBSIDE, sampleDataset('blue-badges')));
  assert.match(
    words,
    /It is about Blue Badge holders\. Some of them may be children\. How many: about 9,000 badges/,
  );
});
