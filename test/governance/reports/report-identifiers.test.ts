/** Identifiers read from lines, and which datasets can be searched by them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  datasetsSearched,
  kindsOfPeople,
  readIdentifiers,
} from '../../../src/governance/reports/report-identifiers.ts';
import { samplePolicies } from '../../support/sample-policies.ts';

const read = (text: string) => readIdentifiers(text, samplePolicies);

test('identifiers of several kinds are read in whatever spelling, each once, and told apart by whether others can have them', () => {
  assert.deepEqual(
    read(
      ' nhs number : 999 000 1006\r\nNHS number:9990001006\n\nNational Insurance Number: qq123456c\nname: I. Marsh',
    ),
    {
      telling: [
        { namespace: 'NHS number', id: '9990001006' },
        { namespace: 'national insurance number', id: 'QQ123456C' },
      ],
      shared: [{ namespace: 'name', id: 'I. Marsh' }],
    },
  );
});

test('a kind that no dataset knows people by is refused, with those that some dataset does', () => {
  const answer = read('unique pupil number: A123456789012');
  assert.match('wrong' in answer ? answer.wrong : '', /line 1 .*the kinds are: .*NHS number/);
  assert.ok(!kindsOfPeople(samplePolicies).has('unique pupil number'));
});

test('every dataset is told by what it was searched and by what not', () => {
  const identifiers = read('national insurance number: QQ123456C');
  assert.ok('telling' in identifiers);
  const searched = datasetsSearched(samplePolicies, identifiers);
  assert.equal(searched.length, samplePolicies.datasets.size);
  const of = (id: string) => {
    const { by, notBy } = searched.find(({ dataset }) => dataset.id === id) ?? assert.fail(id);
    return [by, notBy];
  };
  assert.deepEqual(of('blue-badges'), [['national insurance number'], ['blue badge number']]);
  assert.deepEqual(of('patient-demographics'), [[], ['NHS number']]);
});

test('a list of many people is not taken for one person', () => {
  const many = Array.from({ length: 41 }, (_, nth) => `blue badge number: ZZ9Z${10 + nth}`).join('\n');
  const answer = read(many);
  assert.match('wrong' in answer ? answer.wrong : '', /at most 40 lines/);
});
