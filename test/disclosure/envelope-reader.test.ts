import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered, leaves, refuses, type ShortRules } from './filtering.ts';

const list: ShortRules = {
  answer: 'many records',
  recordPath: ['result', 'items'],
  agreed: ['a'],
  wrapper: { total: 'total', page: 'page number', size: 'page size' },
};
const one: ShortRules = { recordPath: ['data'], agreed: ['a'] };

test('the shape around the records stays, and nothing else that stands beside them', () => {
  assert.equal(
    leaves(list, '{"meta":{"a":1},"result":{"links":["x"],"items":[{"a":1},{"a":2}],"next":null},"total":9}'),
    '{"result":{"items":[{"a":1},{"a":2}]}}',
  );
  assert.equal(leaves({ ...list, recordPath: [] }, ' [ {"a":1} , {"a":2} ] '), '[{"a":1},{"a":2}]');
  assert.equal(leaves(one, '{"x":{"data":1},"data":{"a":1},"links":{}}'), '{"data":{"a":1}}');
});

test('a total is recounted and stands after the records; a page number and size stay where they came', () => {
  assert.equal(
    leaves(list, '{"result":{"total":99,"page":3,"items":[{"a":1},{}],"size":50}}'),
    '{"result":{"page":3,"items":[{"a":1},{}],"total":2,"size":50}}',
  );
  assert.equal(
    leaves(list, '{"result":{"items":[],"page":1,"total":7}}'),
    '{"result":{"items":[],"page":1,"total":0}}',
  );
  assert.equal(
    leaves({ ...one, wrapper: { total: 'total' } }, '{"total":12,"data":{"a":1}}'),
    '{"data":{"a":1},"total":1}',
  );
});

test('a wrapper member that is no whole number does not leave', () => {
  for (const value of ['"3"', '1.0', '-1', '1e3', 'null', '[3]', '{"a":3}', '1234567890123456']) {
    assert.equal(
      leaves(list, `{"result":{"page":${value},"total":${value},"items":[]}}`),
      '{"result":{"items":[]}}',
    );
  }
});

test('a name of the wrapper matters only in the object that holds the records', () => {
  assert.equal(leaves(list, '{"page":1,"page":2,"result":{"items":[]}}'), '{"result":{"items":[]}}');
  refuses(list, '{"result":{"page":1,"items":[],"p\\u0061ge":1}}', /twice/);
});

test('a name on the way to the records stands once', () => {
  refuses(one, '{"data":{"a":1},"data":{"a":1}}', /twice/);
  refuses(one, '{"data":{"a":1},"d\\u0061ta":null}', /twice/);
  refuses(list, '{"result":{"items":[]},"result":{"items":[]}}', /twice/);
  assert.equal(leaves(one, '{"x":1,"x":2,"data":{}}'), '{"data":{}}');
});

test('names are compared after their escapes, with case, and leave as they came', () => {
  assert.equal(leaves(one, '{"DATA":1,"d\\u0061ta":{"\\u0061":1}}'), '{"d\\u0061ta":{"\\u0061":1}}');
  refuses(one, '{"\\ud800":1,"data":{}}', /surrogate/);
});

test('records that are not where they should stand are refused', () => {
  for (const answer of [
    '{}',
    '{"data":null}',
    '{"data":1}',
    '{"data":[{"a":1}]}',
    'null',
    '[]',
    '1',
    '"x"',
  ]) {
    refuses(one, answer, /./);
  }
  for (const answer of [
    '{"result":{}}',
    '{"result":{"items":null}}',
    '{"result":{"items":{}}}',
    '{"result":[]}',
    '{}',
  ]) {
    refuses(list, answer, /no records/);
  }
  for (const record of ['1', 'null', '"x"', '[]', '[{}]']) {
    refuses(list, `{"result":{"items":[{"a":1},${record}]}}`, /not an object/);
  }
});

test('what stands beside the records is proved well-formed too', () => {
  for (const beside of ['01', '"\\x"', '[1,]', '{"a"}', '"\t"', 'nul', '+1', '.5', '"a" "b"', '\u00a0']) {
    refuses(one, `{"x":${beside},"data":{"a":1}}`, /not JSON/);
    refuses(one, `{"data":{"a":1},"x":${beside}}`, /not JSON/);
  }
  refuses(one, Buffer.from('{"x":"\xff","data":{}}', 'latin1'), /UTF-8/);
});

test('the grammar around the records is strict', () => {
  for (const answer of [
    '{,"data":{}}',
    '{"data":{},}',
    '{"data":{}]',
    '{"data" {}}',
    '{"data":{}} x',
    '{"data":{}}}',
    '{"data":{}}\u0000',
    '{data:{}}',
    '{1:1,"data":{}}',
    '{null:1,"data":{}}',
    '{[]:1,"data":{}}',
    '{"data":{},{"a":1}:2}',
    "{'data':{}}",
    '{"x":1 "data":{}}',
    '{"data":{};}',
  ]) {
    refuses(one, answer, /not JSON|follows/);
  }
  for (const answer of ['[,{}]', '[{},]', '[{} {}]', '[{}}', '[{}],', '[{}][']) {
    refuses({ ...list, recordPath: [] }, answer, /not JSON|follows|not an object/);
  }
});

test('white space is what RFC 8259 calls so', () => {
  assert.equal(leaves(one, ' \t\r\n{ \t"data"\r\n:\n{ "a" : 1 } \n}\n '), '{"data":{"a":1}}');
  for (const space of ['\u00a0', '\v', '\f', '\u2028', '\ufeff']) refuses(one, `${space}{"data":{}}`, /./);
});

test('depth is counted from the root of the answer', () => {
  const deep = { ...list, mostDepth: 4 };
  assert.equal(leaves(deep, '{"result":{"items":[{"a":1}]}}'), '{"result":{"items":[{"a":1}]}}');
  refuses(deep, '{"result":{"items":[{"b":[]}]}}', /too deep/);
  refuses({ ...list, mostDepth: 2 }, '{"result":{"items":[]}}', /too deep/);
  assert.equal(leaves({ ...one, mostDepth: 3 }, '{"x":[[1]],"data":{}}'), '{"data":{}}');
  refuses({ ...one, mostDepth: 3 }, '{"x":[[[]]],"data":{}}', /too deep/);
});

test('a value or a name beside the records is no longer than a record may be', () => {
  const short = { ...one, mostRecordBytes: 10 };
  assert.equal(leaves(short, '{"12345678":"12345678","data":{}}'), '{"data":{}}');
  refuses(short, '{"x":"123456789","data":{}}', /too long/);
  refuses(short, '{"123456789":1,"data":{}}', /too long/);
});

test('what stands beside the records is neither withheld nor undeclared', () => {
  const { withheld, undeclared } = filtered(one, '{"x":1,"data":{"a":1},"y":{"z":2}}');
  assert.equal(withheld, 0);
  assert.equal(undeclared.size, 0);
});
