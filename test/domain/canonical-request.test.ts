import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalRequest, matchOperation, pathIsAmbiguous } from '../../src/domain/canonical-request.ts';
import type { Dataset } from '../../src/domain/dataset.ts';
import { operationBySlug } from '../../src/domain/operation-form.ts';
import { dataset, lookup, operation } from '../support/judge-fixtures.ts';

const DATASET = dataset();

function request(slug: string, lookups: Readonly<Record<string, string>>, of: Dataset = DATASET) {
  const form = operationBySlug(of, slug);
  assert.ok(form !== undefined);
  return canonicalRequest(of, form.operation, new Map(Object.entries(lookups)));
}

describe('the canonical request', () => {
  test('writes a path from the template, with unreserved characters alone standing for themselves', () => {
    const { method, path, query, body } = request('read-a-note', { note: "a b~-._!'()*é" });
    assert.equal(method, 'GET');
    assert.equal(path, '/notes/a%20b~-._%21%27%28%29%2A%C3%A9');
    assert.equal(query, '');
    assert.equal(body, undefined);
  });

  test("writes a query in the operation's own order, by the provider's names, without what was not asked", () => {
    const { query } = request('search-for-badges', { page: '2', name: "O'Neill & Co", postcode: 'ZZ99 9ZZ' });
    assert.equal(query, '?name=O%27Neill%20%26%20Co&postCode=ZZ99%209ZZ&page%5Bnumber%5D=2');
    assert.equal(request('search-for-badges', { name: 'A' }).query, '?name=A');
  });

  test('rebuilds a body with numbers as numbers, flags as flags and everything else as text', () => {
    const lookups = { consent: 'true', children: '2', surname: 'O"Neill', 'date of birth': '2019-04-01' };
    assert.equal(
      request('check-a-family', lookups).body,
      '{"data":{"lastName":"O\\"Neill","dateOfBirth":"2019-04-01","children":2},"consent":true}',
    );
  });

  test('does not depend on the order in which the lookups came', () => {
    const lookups = { surname: 'Marlowe', children: '0', consent: 'false' };
    const reversed = Object.fromEntries(Object.entries(lookups).reverse());
    assert.deepEqual(request('check-a-family', lookups), request('check-a-family', reversed));
  });

  test('gives each value one text, from which a server gets exactly that value back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (note) => {
        fc.pre(note.isWellFormed());
        const { path } = request('read-a-note', { note });
        assert.match(path, /^\/notes\/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        assert.equal(decodeURIComponent(path.slice('/notes/'.length)), note);
      }),
    );
  });

  test('of an operation without a template is the root', () => {
    const root = operation('list', '', { template: [] });
    const of = dataset({ operations: new Map([[root.name, root]]) });
    assert.equal(request('list', {}, of).path, '/');
  });
});

describe('finding the operation of a path', () => {
  const found = (method: string, ...segments: string[]) =>
    matchOperation(DATASET, method, segments)?.operation.name;

  test('compares literals and methods letter for letter', () => {
    assert.equal(found('GET', 'badges', 'ZZ9Z01'), 'look up one badge');
    assert.equal(found('GET', 'Badges', 'ZZ9Z01'), undefined);
    assert.equal(found('get', 'badges', 'ZZ9Z01'), undefined);
    assert.equal(found('POST', 'badges', 'ZZ9Z01'), undefined);
  });

  test('takes a trailing slash for another path', () => {
    assert.equal(found('GET', 'badges', ''), 'look up one badge');
    assert.equal(found('GET', 'badges', 'ZZ9Z01', ''), undefined);
  });

  test('prefers a literal, as every router does', () => {
    assert.equal(found('GET', 'badges', 'all'), 'list every badge');
  });

  test('takes a path for neither where a provider could route it to another operation in capitals', () => {
    assert.equal(found('GET', 'badges', 'ALL'), undefined);
  });

  test('does not join segments: a slash inside one is not a slash between two', () => {
    assert.equal(found('GET', 'badges/ZZ9Z01'), undefined);
    assert.equal(found('GET', 'checks', 'x/status'), undefined);
  });

  test('takes a path that meets two templates crosswise for neither', () => {
    const crosswise = [operation('one', '/a/{x}'), operation('two', '/{y}/b')];
    const of = dataset({
      operations: new Map(crosswise.map((each) => [each.name, each])),
      lookups: new Map(['x', 'y'].map((name) => [name, lookup(name, 'path', 'free text')])),
    });
    assert.equal(matchOperation(of, 'GET', ['a', 'b']), undefined);
    assert.equal(matchOperation(of, 'GET', ['a', 'c'])?.operation.name, 'one');
    assert.equal(matchOperation(of, 'GET', ['c', 'b'])?.operation.name, 'two');
  });

  test('sees a path that its own values would make into one of another operation', () => {
    const form = operationBySlug(DATASET, 'read-a-note');
    assert.ok(form !== undefined);
    assert.ok(pathIsAmbiguous(form, new Map([['note', 'count']])));
    assert.ok(!pathIsAmbiguous(form, new Map([['note', 'counts']])));
  });
});
