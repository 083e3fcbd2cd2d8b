import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Asked } from '../../src/domain/asked.ts';
import { readDatasetRequest } from '../../src/http/dataset-request.ts';
import { type RawRequest, rawRequest } from '../support/raw-request.ts';

const JSON_HEADERS = ['Host', 'gateway.test', 'Content-Type', 'application/json'];

function read(parts: RawRequest, body?: string | Uint8Array): Asked | string {
  const asked = readDatasetRequest(rawRequest(parts), typeof body === 'string' ? Buffer.from(body) : body);
  return 'refused' in asked ? asked.refused : asked;
}

function target(parts: RawRequest, body?: string) {
  const asked = read(parts, body);
  return typeof asked === 'string' ? asked : asked.target;
}

const post = (url: string, body: string, headers = JSON_HEADERS) =>
  target({ method: 'POST', url, headers }, body);
const members = (body: string) => {
  const asked = post('/ds/checks', body);
  return typeof asked === 'object' && asked.kind === 'path' ? Object.fromEntries(asked.body) : asked;
};
const lookups = (body: string) => {
  const asked = post('/ds/ask/look-up', body);
  return typeof asked === 'object' && asked.kind === 'ask' ? Object.fromEntries(asked.lookups) : asked;
};

test('a path request is the dataset, the method, the segments and the parameters', () => {
  const headers = ['Exchange-Purpose', 'direct care', 'Exchange-Id', 'my-7'];
  assert.deepEqual(read({ url: '/ds/people/1?full=yes', headers }), {
    dataset: 'ds',
    target: {
      kind: 'path',
      method: 'GET',
      segments: ['people', '1'],
      query: new Map([['full', 'yes']]),
      body: new Map(),
    },
    purpose: 'direct care',
    reason: undefined,
    caseReference: undefined,
    consentReference: undefined,
    emergency: undefined,
    statedPerson: undefined,
    callerReference: 'my-7',
    address: undefined,
  });
});

test('the ask form is the operation and the lookups by their own names', () => {
  assert.deepEqual(post('/ds/ask/look-up-one-badge', '{"badge number":"ZZ9Z01","page":2,"live":true}'), {
    kind: 'ask',
    operation: 'look-up-one-badge',
    lookups: new Map([
      ['badge number', 'ZZ9Z01'],
      ['page', '2'],
      ['live', 'true'],
    ]),
  });
});

test('only a POST of exactly that path is the ask form', () => {
  const kind = (parts: RawRequest) => (target(parts) as { kind: string }).kind;
  assert.equal(kind({ url: '/ds/ask/x' }), 'path');
  assert.equal(kind({ method: 'POST', url: '/ds/ask' }), 'path');
  assert.equal(kind({ method: 'POST', url: '/ds/ask/x/y' }), 'path');
  assert.equal(kind({ method: 'POST', url: '/ds/ask/x' }), 'ask');
});

test('the ask form takes nothing in its URL', () => {
  assert.equal(post('/ds/ask/look-up?name=a', '{}'), 'target-ambiguous');
});

describe('a body', () => {
  test('of a path request gives its scalars by their path with dots', () => {
    assert.deepEqual(members('{"data":{"lastName":"M","child":{"age":3}},"ok":false,"x":-0.5}'), {
      'data.lastName': 'M',
      'data.child.age': '3',
      ok: 'false',
      x: '-0.5',
    });
  });

  test('is one strict JSON object', () => {
    const bad = [
      '[]',
      '"a"',
      '1',
      '{',
      '{"a":1,"a":1}',
      '{"a":"\\ud800"}',
      '{"a":1}{}',
      '\ufeff{}',
      "{'a':1}",
      '{"a":1,}',
    ];
    for (const text of bad) assert.equal(members(text), 'body-invalid', text);
    assert.equal(
      read({ method: 'POST', headers: JSON_HEADERS }, Buffer.from([0x7b, 0xff, 0x7d])),
      'body-invalid',
    );
  });

  test('holds no null, no array and nothing empty, for which no lookup stands', () => {
    for (const text of ['{"a":null}', '{"a":[]}', '{"a":["b"]}', '{"a":{}}', '{"a":{"b":{}}}']) {
      assert.equal(members(text), 'body-invalid', text);
    }
  });

  test('holds no number that would come out as another one', () => {
    for (const text of ['12345678901234567890', '1e400', '1e21', '0.12345678901234567', '1e-9']) {
      assert.equal(members(`{"a":${text}}`), 'body-invalid', text);
    }
    assert.deepEqual(members('{"a":9007199254740991,"b":1e2}'), { a: '9007199254740991', b: '100' });
  });

  test('cannot say one member in two ways', () => {
    assert.equal(members('{"data.lastName":"M"}'), 'body-invalid');
    assert.equal(members('{"data.child":{"age":3}}'), 'body-invalid');
    assert.equal(members('{"data":{"lastName":"M"},"data.lastName":"N"}'), 'body-invalid');
  });

  test('is no deeper than eight objects', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    assert.equal(typeof members(nested(8)), 'object');
    assert.equal(members(nested(9)), 'body-invalid');
    assert.equal(members(nested(5000)), 'body-invalid');
  });

  test('of the ask form is flat, and its names may hold dots', () => {
    assert.equal(lookups('{"a":{"b":1}}'), 'body-invalid');
    assert.deepEqual(
      lookups('{"a.b":"1","__proto__":"2"}'),
      Object.fromEntries([
        ['a.b', '1'],
        ['__proto__', '2'],
      ]),
    );
  });

  test('says that it is JSON in UTF-8', () => {
    const withType = (...type: string[]) => post('/ds/checks', '{"a":1}', ['Host', 'a', ...type]);
    for (const type of [
      'application/json',
      'Application/JSON; charset=utf-8',
      'application/json;charset="UTF-8"',
    ]) {
      assert.equal(typeof withType('Content-Type', type), 'object', type);
    }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
      'application/json, text/plain',
      'application/jsonx',
    ]) {
      assert.equal(withType('Content-Type', type), 'body-invalid', type);
    }
    assert.equal(withType(), 'body-invalid');
  });

  test('may be absent', () => {
    assert.deepEqual(target({ method: 'POST', url: '/ds/ask/look-up' }, ''), {
      kind: 'ask',
      operation: 'look-up',
      lookups: new Map(),
    });
  });
});

test('what the front check refuses is refused here as well', () => {
  assert.equal(read({ url: '/ds/../x' }), 'target-ambiguous');
  assert.equal(read({ url: '/ds/a?x=1&x=2' }), 'parameter-repeated');
  assert.equal(read({ headers: ['Exchange-Reason', 'a', 'Exchange-Reason', 'a'] }), 'header-repeated');
});
