/** Samples of every kind: each is of its kind, and none could be somebody's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeKind, kindNamed, kindNames, wholeNumberKind } from '../../../src/domain/kind.ts';
import { sampleValue } from '../../../src/governance/trying/sample-values.ts';
import { samplePolicies } from '../../support/sample-policies.ts';

test('every kind has a sample that it takes', () => {
  for (const name of kindNames()) {
    const kind = kindNamed(name)!;
    const value = sampleValue(kind);
    assert.ok(value !== undefined && kind.normalise(value) !== undefined, name);
  }
});

test('identifiers are of the ranges that are never issued', () => {
  const sample = (name: string) => sampleValue(kindNamed(name)!) ?? '';
  assert.match(sample('NHS number'), /^999/);
  assert.match(sample('national insurance number'), /^QQ/);
  assert.match(sample('postcode'), /^ZZ99 /);
  assert.match(sample('telephone'), /^01632 960/);
  assert.match(sample('email'), /\.example$/);
});

test('a closed list gives one of its own, and bounds are kept', () => {
  assert.equal(sampleValue(codeKind(['B', 'C'])), 'B');
  assert.equal(sampleValue(wholeNumberKind(50, 500)), '100');
  assert.equal(sampleValue({ name: 'nothing', normalise: () => undefined }), undefined);
});

test('every field of the sample datasets can be sampled', () => {
  for (const { fields } of samplePolicies.datasets.values())
    for (const { name, kind } of fields.values()) assert.notEqual(sampleValue(kind), undefined, name);
});
