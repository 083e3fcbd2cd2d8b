/** What differs between two statements, in sentences. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Statement } from '../../src/domain/signed-statement.ts';
import { statementDifferences } from '../../src/domain/statement-differences.ts';

const SIGNED: Statement = {
  file: 'aa',
  upstream: 'https://badges.northmere.example',
  fields: { badgeNumber: { kind: 'blue badge number', show: { as: 'in full' } } },
  operations: { 'look up one badge': { request: 'GET /badges/{badge number}' } },
  'shared by': { organisation: 'northmere', 'signing keys': ['one'] },
  rules: { roles: ['officer'] },
};

const same = (more: Statement) => statementDifferences(SIGNED, { ...SIGNED, ...more });

test('equal statements differ in nothing', () => {
  assert.deepEqual(same({}), []);
});

test('each difference is a sentence that says what was signed and what is now', () => {
  assert.deepEqual(same({ file: 'bb' }), ['the file of the agreement was changed after it was signed']);
  assert.deepEqual(same({ upstream: 'https://elsewhere.example' }), [
    'the upstream is now `https://elsewhere.example`, signed was `https://badges.northmere.example`',
  ]);
  assert.deepEqual(same({ operations: { 'look up one badge': { request: 'GET /all' } } }), [
    '`request` of the operation `look up one badge` is now `GET /all`, signed was `GET /badges/{badge number}`',
  ]);
  assert.deepEqual(same({ 'shared by': { organisation: 'northmere', 'signing keys': ['two'] } }), [
    'the list of signing keys of the organisation that shares is now `["two"]`, signed was `["one"]`',
  ]);
  assert.deepEqual(same({ rules: { roles: ['anybody'] } }), [
    '`rules.roles` is now `["anybody"]`, signed was `["officer"]`',
  ]);
});

test('a field that came or went is named', () => {
  const nino = { kind: 'national insurance number', show: { as: 'in full' } };
  assert.deepEqual(same({ fields: { nino } }), [
    'the field `badgeNumber` was signed (`{"kind":"blue badge number","show":{"as":"in full"}}`) and is not there any more',
    'the field `nino` is there now (`{"kind":"national insurance number","show":{"as":"in full"}}`) and was not signed',
  ]);
});

test('very many differences are counted, and long values are cut', () => {
  const fields = Object.fromEntries(
    Array.from({ length: 30 }, (_, nth) => [`field${nth}`, 'x'.repeat(5000)]),
  );
  const said = same({ fields });
  assert.equal(said.length, 13);
  assert.equal(said.at(-1), '19 further things differ');
  assert.ok(said.every((sentence) => sentence.length < 400));
});
