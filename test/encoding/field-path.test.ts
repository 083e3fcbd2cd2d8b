import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  covers,
  FieldPathError,
  formatFieldPath,
  parseFieldPath,
  withoutEqualities,
} from '../../src/encoding/field-path.ts';

test('reads names with dots between them', () => {
  assert.deepEqual(parseFieldPath('party.person.nino'), [
    { name: 'party' },
    { name: 'person' },
    { name: 'nino' },
  ]);
});

test('reads an equality that picks elements of an array', () => {
  assert.deepEqual(parseFieldPath('address[use=home].postalCode'), [
    { name: 'address', where: { key: 'use', equals: 'home' } },
    { name: 'postalCode' },
  ]);
});

test('reads a name in quotes where it holds a dot, a bracket, an equals sign, a space or a quote', () => {
  assert.deepEqual(parseFieldPath(`'a.b'.'c d'['k=1'='it''s']`), [
    { name: 'a.b' },
    { name: 'c d', where: { key: 'k=1', equals: "it's" } },
  ]);
});

test('refuses what is not a path', () => {
  for (const text of [
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a[b]',
    'a[b=c',
    'a[=c]',
    'a[b=]',
    "'a",
    "''",
    'a b',
    'a]',
    'a[b=c]d',
    'a=b',
  ]) {
    assert.throws(() => parseFieldPath(text), FieldPathError, text);
  }
});

test('writes the one text that reads back to the same path', () => {
  const name = fc.string({ minLength: 1 });
  const plain = { noNullPrototype: true };
  const where = fc.record({ key: name, equals: name }, plain);
  const step = fc.oneof(fc.record({ name }, plain), fc.record({ name, where }, plain));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (path) =>
      assert.deepEqual(parseFieldPath(formatFieldPath(path)), path),
    ),
  );
});

test('a parent covers itself and everything below, names compared case by case', () => {
  const covered = (parent: string, path: string): boolean =>
    covers(parseFieldPath(parent), parseFieldPath(path));
  assert.ok(covered('party', 'party.person.nino'));
  assert.ok(covered('address', 'address[use=home].line'));
  assert.ok(!covered('party.person', 'party'));
  assert.ok(!covered('Party', 'party.person'));
  assert.ok(!covered('part', 'party'));
});

test('takes the equalities away to reach the declared field', () => {
  assert.equal(formatFieldPath(withoutEqualities(parseFieldPath('name[use=usual].given'))), 'name.given');
});
