import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerFormat } from '../../src/domain/answer-format.ts';

test('JSON, lines of JSON and CSV are known by their media types, and nothing else is', () => {
  assert.equal(answerFormat('application/json'), 'json');
  assert.equal(answerFormat('application/fhir+json'), 'json');
  assert.equal(answerFormat('application/x-ndjson'), 'ndjson');
  assert.equal(answerFormat('application/jsonl'), 'ndjson');
  assert.equal(answerFormat('text/csv'), 'csv');
  for (const other of [
    '',
    'text/html',
    'application/xml',
    'application/json-seq',
    'text/tab-separated-values',
  ])
    assert.equal(answerFormat(other), undefined, other);
});
