import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evidenceReadme } from '../../../src/audit-log/proving/evidence-readme.ts';

const text = evidenceReadme({
  log: 'gateway.northmere.example/audit/2026h2',
  made: '2026-11-23T12:00:00.000Z',
  entries: 2,
  exchanges: ['0198c1f0-7b1c-7aaa-8000-5d1f0c8b2a11'],
  size: 812,
  missingAgreements: [],
});

test('the reader is told what to run, with whose key, and what the bundle cannot show', () => {
  assert.match(text, /verify --evidence THIS-FILE\.zip --key/);
  assert.match(text, /somebody other than whoever gave you this bundle/);
  assert.match(text, /WHAT IT DOES NOT SHOW/);
  assert.match(text, /2 of the 812 entries/);
});

test('it fits a plain text window', () => {
  for (const line of text.split('\n')) assert.ok(line.length <= 88, line);
});
