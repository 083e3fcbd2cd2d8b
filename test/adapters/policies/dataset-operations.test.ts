/** The operations of a dataset file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  BADGES,
  changedText,
  MEALS,
  PATIENTS,
  policyFile,
  refuses,
  samplesWith,
  TAX,
  takes,
} from '../../support/changed-policies.ts';

const { datasets } = readPolicyFiles(samplesWith()).policies;

test('an operation is read with its template, its names at the provider and what it answers', () => {
  const one = datasets.get('blue-badges')?.operations.get('look up one badge');
  assert.equal(one?.slug, 'look-up-one-badge');
  assert.deepEqual(one?.template, [{ literal: 'badges' }, { lookup: 'badge number' }]);
  assert.deepEqual(one?.mustUse, ['badge number']);
  assert.deepEqual(one?.recordPath, ['data']);
  assert.deepEqual(one?.nothingFound, { status: 404 });
  assert.deepEqual(one?.mediaTypes, ['application/json']);
  const search = datasets.get('blue-badges')?.operations.get('search for badges');
  assert.deepEqual(
    [...(search?.query ?? [])],
    [
      ['name', 'name'],
      ['postcode', 'postCode'],
      ['page', 'pageNum'],
      ['page size', 'pageSize'],
    ],
  );
  assert.equal(search?.nothingFound, 'an empty list');
});

test('lookups of a body go under the names that the provider uses', () => {
  const check = datasets.get('school-meals-checks')?.operations.get('ask for a check');
  assert.equal(check?.method, 'POST');
  assert.equal(check?.body.get("parent's last name"), 'data.lastName');
  assert.equal(check?.query.size, 0);
  assert.deepEqual(check?.successStatus, [202]);
  assert.deepEqual(check?.recordPath, []);
});

test('a POST only reads where its file says so, and of a GET nothing need be said', () => {
  const post = '    request: POST /check/free-school-meals\n';
  const reading = policyFile(MEALS, changedText(MEALS, [post, `${post}    only reads: true\n`]));
  const others = samplesWith().filter(({ name }) => name !== 'school-meals-checks.yaml');
  const read = readPolicyFiles([...others, reading]).policies.datasets.get('school-meals-checks');
  assert.equal(read?.operations.get('ask for a check')?.onlyReads, true);
  const asIs = datasets.get('school-meals-checks')?.operations.get('ask for a check');
  assert.equal(asIs?.onlyReads, undefined);
  const get = '    request: GET /badges/{badge number}\n';
  refuses(
    BADGES,
    [[get, `${get}    only reads: true\n`]],
    'only reads: true',
    'a GET only reads anyway; take the line out',
  );
});

test('names around the records are read with what they are', () => {
  const list = datasets.get('council-tax-accounts')?.operations.get('list accounts of a band');
  assert.deepEqual(
    [...(list?.wrapper ?? [])],
    [
      ['total', 'total'],
      ['page', 'page number'],
      ['pageSize', 'page size'],
    ],
  );
});

test('a path has plain parts', () => {
  refuses(
    BADGES,
    [['request: GET /badges/{badge number}', 'request: GET /badges/../{badge number}']],
    'request: GET /badges/../{badge number}',
    '`..` cannot be a part of a path; write plain names with single slashes between them',
  );
});

test('a path has no empty parts', () => {
  refuses(
    BADGES,
    [['request: GET /badges\n', 'request: GET //badges\n']],
    'request: GET //badges',
    '`` cannot be a part of a path; write plain names with single slashes between them',
  );
});

test('a lookup of the path is declared', () => {
  refuses(
    BADGES,
    [
      ['request: GET /badges/{badge number}', 'request: GET /badges/{badge nr}'],
      ['    finds a person by: badge number\n', ''],
    ],
    'request: GET /badges/{badge nr}',
    '`badge nr` is not a lookup of this dataset; write one of: `badge number`, `name`, `postcode`, `page`, `page size`',
  );
});

test('a lookup of the query cannot stand in the path', () => {
  refuses(
    BADGES,
    [['request: GET /badges/{badge number}', 'request: GET /badges/{badge number}/{page}']],
    'request: GET /badges/{badge number}/{page}',
    'the lookup `page` stands in the path; write `in: path` at `page`',
  );
});

test('a lookup of the path cannot be sent in the query', () => {
  refuses(
    BADGES,
    [['may use: {name: name', 'may use: {badge number: number, name: name']],
    'may use: {badge number: number, name: name, postcode: postCo',
    'the lookup `badge number` belongs in the path; write it in `request`, or write `in: query` at `badge number`',
  );
});

test('what must be used may be used', () => {
  refuses(
    BADGES,
    [['must use: [name, postcode]', 'must use: [name, postcode, badge number]']],
    'must use: [name, postcode, badge number]',
    '`badge number` must be used but may not; name it in `may use` as well',
  );
});

test('two lookups cannot be sent under one name', () => {
  refuses(
    BADGES,
    [['page size: pageSize}\n    must', 'page size: pageNum}\n    must']],
    'may use: {name: name, postcode: postCode, page: pageNum, pag',
    'two lookups are sent as `pageNum`; send each under a name of its own',
  );
});

test('a search that could be asked with nothing is refused', () => {
  refuses(
    TAX,
    [['    must use: [band]\n', '']],
    'list accounts of a band:',
    '`list accounts of a band` could be asked with nothing and give every record; name in `must use` what an asker must give',
  );
});

test('the place of the record is a plain path', () => {
  refuses(
    BADGES,
    [
      [
        'record is at: data\n    nothing found is: 404',
        'record is at: "data[a=b]"\n    nothing found is: 404',
      ],
    ],
    'record is at: "data[a=b]"',
    'the place of the record holds `[…=…]`; write names with dots between them',
  );
});

test('one record cannot be an empty list', () => {
  refuses(
    BADGES,
    [['nothing found is: 404', 'nothing found is: an empty list']],
    'nothing found is: an empty list',
    'an answer of one record cannot be an empty list; write the status, such as `404`',
  );
});

test('one status cannot mean a record and none', () => {
  refuses(
    BADGES,
    [['nothing found is: 404', 'nothing found is: 200']],
    'nothing found is: 200',
    '200 cannot mean both a record and none; write another status',
  );
});

test('lists may come line by line or as CSV', () => {
  takes(TAX, [
    '    answer: many records',
    '    answer media types: [application/json, application/x-ndjson, application/jsonl, text/csv]\n    answer: many records',
  ]);
  refuses(
    PATIENTS,
    [['[application/fhir+json, application/json]', '[application/json, text/csv]']],
    'answer media types: [application/json, text/csv]',
    '`text/csv` holds a list, and this answer is one record; write `application/json` or a type that ends in `+json`',
  );
});

test('other media types than JSON, lines of JSON and CSV are not enforced yet', () => {
  refuses(
    PATIENTS,
    [['[application/fhir+json, application/json]', '[application/fhir+xml]']],
    'answer media types: [application/fhir+xml]',
    '`application/fhir+xml` is not enforced by this version; write `application/json`, a type that ends in `+json`, `application/x-ndjson`, `application/jsonl` or `text/csv`',
  );
});

test('a GET request has no body', () => {
  refuses(
    MEALS,
    [['request: POST /check/free-school-meals', 'request: GET /check/free-school-meals/now']],
    "- parent's last name",
    'a GET request has no body; ask with these lookups in the query, or by POST',
  );
});

test('a person is found by a lookup of the operation', () => {
  refuses(
    BADGES,
    [['finds a person by: badge number', 'finds a person by: page']],
    'finds a person by: page',
    '`page` is not a lookup of this operation; name one that it may use',
  );
});

test('a request that would read as the gateway’s own form is refused', () => {
  refuses(
    MEALS,
    [['request: POST /check/free-school-meals', 'request: POST /ask/free-school-meals']],
    'request: POST /ask',
    'the gateway keeps POST requests beneath `ask` for itself; add the part before it to the address',
  );
});
