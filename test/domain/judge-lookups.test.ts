import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AskedOperation, AskedPath } from '../../src/domain/asked.ts';
import { matchOperation } from '../../src/domain/canonical-request.ts';
import { judgeLookups } from '../../src/domain/judge-lookups.ts';
import { operationBySlug } from '../../src/domain/operation-form.ts';
import {
  agreement,
  ask,
  caller,
  dataset,
  lookup,
  openReference,
  operation,
  path,
  REFERENCE,
} from '../support/judge-fixtures.ts';

const DATASET = dataset();

function judged(
  target: AskedPath | AskedOperation,
  terms = agreement(),
  who = caller(),
  open = openReference,
) {
  const form =
    target.kind === 'ask'
      ? operationBySlug(DATASET, target.operation)
      : matchOperation(DATASET, target.method, target.segments);
  assert.ok(form !== undefined);
  const lookups = judgeLookups(form, target, terms, who, open);
  return 'code' in lookups ? lookups.code : Object.fromEntries(lookups);
}

const search = (query: Readonly<Record<string, string>>) =>
  path('/badges', { query: new Map(Object.entries(query)) });

describe('what is listed', () => {
  test("parameters are read by the provider's names and settled in the operation's order", () => {
    const query = { postCode: 'zz999zz', name: '  Ines   Marlowe ' };
    assert.deepEqual(Object.entries(judged(search(query))), [
      ['name', 'Ines Marlowe'],
      ['postcode', 'ZZ99 9ZZ'],
    ]);
  });

  test('an unlisted parameter is refused, not dropped, even beside everything that is needed', () => {
    const good = { name: 'Ines', postCode: 'ZZ99 9ZZ' };
    for (const extra of ['fields', 'Name', 'postcode', '__proto__', 'page[number]', '']) {
      assert.equal(judged(search({ ...good, [extra]: '1' })), 'lookup-not-agreed', extra);
    }
  });

  test('a lookup of the path that the agreement does not list is refused', () => {
    assert.equal(judged(path('/badges/ZZ9Z01'), agreement({ lookups: [] })), 'lookup-not-agreed');
  });

  test('an unlisted member of a body is refused', () => {
    const body = new Map([
      ['data.lastName', 'Marlowe'],
      ['data.nino', 'QQ123456C'],
    ]);
    assert.equal(judged(path('/checks', { method: 'POST', body })), 'lookup-not-agreed');
  });

  test('everything that must be used is needed', () => {
    assert.equal(judged(search({ name: 'Ines' })), 'lookup-missing');
    assert.equal(judged(ask('look-up-one-badge', {})), 'lookup-missing');
    assert.equal(judged(path('/checks', { method: 'POST' })), 'lookup-missing');
  });
});

describe('what a value may be', () => {
  test('an empty value is refused, because it would widen the search', () => {
    for (const name of ['', ' ', '\t', '\u00a0']) {
      assert.equal(judged(search({ name, postCode: 'ZZ99 9ZZ' })), 'lookup-invalid');
    }
  });

  test('a value that climbs, separates or hides in a path is refused, whatever its kind allows', () => {
    const climbing = [
      '.',
      '..',
      '. .',
      '../badges',
      'a/b',
      'a\\b',
      '%2e%2e',
      'a;b',
      'a?b',
      'a#b',
      'a\u0000',
      'a\u0085b',
      '\ud800',
    ];
    for (const note of climbing) {
      assert.equal(judged(ask('read-a-note', { note })), 'lookup-invalid', JSON.stringify(note));
    }
    assert.deepEqual(judged(ask('read-a-note', { note: 'très bien & (more)' })), {
      note: 'très bien & (more)',
    });
  });

  test('a control character or half a character is refused even where a kind lets everything pass', () => {
    const anything = { name: 'anything', normalise: (value: string) => value };
    const read = operation('read', '/read', { query: new Map([['note', 'note']]) });
    const lax = dataset({
      operations: new Map([[read.name, read]]),
      lookups: new Map([['note', { ...lookup('note', 'query', 'free text'), kind: anything }]]),
    });
    const form = operationBySlug(lax, 'read');
    assert.ok(form !== undefined);
    const codeOf = (note: string) => {
      const lookups = judgeLookups(form, ask('read', { note }), agreement(), caller(), openReference);
      return 'code' in lookups ? lookups.code : undefined;
    };
    for (const note of ['a\u0000', 'a\r\nb', 'a\u0085b', '\ud800', 'a\u2028b', ' ', '']) {
      assert.equal(codeOf(note), 'lookup-invalid', JSON.stringify(note));
    }
    assert.equal(codeOf('a/b?c#d;e%f'), undefined);
  });

  test('a value that would name another operation of the provider is refused', () => {
    assert.equal(judged(ask('read-a-note', { note: 'count' })), 'lookup-invalid');
    assert.equal(judged(ask('read-a-note', { note: 'COUNT' })), 'lookup-invalid');
    assert.deepEqual(judged(ask('read-a-note', { note: 'counts' })), { note: 'counts' });
  });
});

describe('references that were given out', () => {
  const follow = path(`/checks/${REFERENCE}/status`);

  test("the agreement's own system gets what the reference holds", () => {
    assert.deepEqual(judged(follow), { check: 'check-77' });
  });

  test('another system, another agreement or nobody may not use it', () => {
    assert.equal(judged(follow, agreement(), caller({ system: 'other' })), 'reference-not-yours');
    assert.equal(judged(follow, agreement({ id: 'DSA-2' })), 'reference-not-yours');
    assert.equal(judged(path(`/checks/${REFERENCE}x/status`)), 'reference-not-yours');
  });

  test('what a reference holds is sent only where every server reads it in one way', () => {
    const open = () => ({ agreement: 'DSA-2026-014', system: 'parking-app', value: '../all' });
    assert.equal(judged(follow, agreement(), caller(), open), 'reference-not-yours');
  });
});
