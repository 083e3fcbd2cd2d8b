import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowConditions } from '../../src/disclosure/row-conditions.ts';
import { filtered, leaves, type ShortRules } from './filtering.ts';

const list: ShortRules = {
  answer: 'many records',
  recordPath: ['data'],
  agreed: ['a'],
  declared: ['status', 'council', 'party.type'],
  subjects: ['id'],
  conditions: { status: ['ISSUED', 'CANCELLED'], council: ['NMERE'] },
  wrapper: { total: 'total' },
  normalise: (text) => (/^\w+$/.test(text) ? text.toUpperCase() : undefined),
};

function keeps(records: readonly string[], rules = list): string[] {
  const { text } = filtered(rules, `{"data":[${records.join(',')}]}`);
  const { data } = JSON.parse(text) as { data: { a: string }[] };
  return data.map(({ a }) => a);
}

test('a record leaves only where every named field holds one of the named values, in the spelling of its kind', () => {
  const records = [
    '{"a":"both","status":"ISSUED","council":"nmere"}',
    '{"a":"the other value","council":"NMERE","status":"cancelled"}',
    '{"a":"another council","status":"ISSUED","council":"WHV"}',
    '{"a":"another status","status":"LOST","council":"NMERE"}',
    '{"a":"not of its kind","status":"ISSUED!","council":"NMERE"}',
  ];
  assert.deepEqual(keeps(records), ['both', 'the other value']);
});

test('a field that is absent, null or an array without the value does not match; an array with it does', () => {
  const rules = { ...list, conditions: { status: ['ISSUED'] } };
  const records = [
    '{"a":"absent"}',
    '{"a":"null","status":null}',
    '{"a":"empty array","status":[]}',
    '{"a":"array without it","status":["LOST",null]}',
    '{"a":"array with it","status":["LOST","ISSUED"]}',
    '{"a":"array in an array","status":[["ISSUED"]]}',
  ];
  assert.deepEqual(keeps(records, rules), ['array with it', 'array in an array']);
});

test('a condition beneath other fields needs the way there', () => {
  const rules = { ...list, conditions: { 'party.type': ['PERSON'] } };
  const records = [
    '{"a":"object","party":{"type":"PERSON"}}',
    '{"a":"one of several","party":[{"type":"ORGANISATION"},{"type":"PERSON"}]}',
    '{"a":"none of several","party":[{"type":"ORGANISATION"},{}]}',
    '{"a":"text in its place","party":"PERSON"}',
    '{"a":"member with a dot","party.type":"PERSON"}',
  ];
  assert.deepEqual(keeps(records, rules), ['object', 'one of several']);
});

test('numbers and truth values are compared by their text', () => {
  const rules = { ...list, conditions: { status: ['7', 'TRUE'] } };
  assert.deepEqual(
    keeps(['{"a":"x","status":7}', '{"a":"y","status":true}', '{"a":"z","status":7.0}'], rules),
    ['x', 'y'],
  );
});

test('a record that does not match leaves no trace: no byte, no count, no subject, no drift; totals are recounted', () => {
  const dropped = '{"a":"no","id":"ID1","new":1,"status":"LOST","council":"NMERE"}';
  const kept = '{"a":"yes","id":"ID2","status":"ISSUED","council":"NMERE"}';
  const without = filtered(list, `{"total":1,"data":[${kept}]}`);
  for (const records of [`${dropped},${kept}`, `${kept},${dropped}`, `${dropped},${kept},${dropped}`]) {
    const { screened, ...facts } = filtered(list, `{"total":9,"data":[${records}]}`);
    assert.deepEqual({ ...facts, screened: without.screened }, without);
    assert.equal(screened.conditions, records.split('LOST').length - 1);
    assert.deepEqual(screened.people, []);
  }
});

test('an object where the field was declared fails the answer, as it does for any declared field', () => {
  assert.throws(() => keeps(['{"a":"x","status":{"ISSUED":1},"council":"NMERE"}']), /scalar/);
});

test('of an answer of one record that does not match nothing leaves, not even what stands around it', () => {
  const one: ShortRules = { recordPath: ['data'], agreed: ['a'], conditions: { a: ['YES'] } };
  assert.equal(leaves(one, '{"meta":{},"data":{"a":"NO"}}'), '');
  assert.equal(leaves(one, '{"meta":{},"data":{"a":"YES"}}'), '{"data":{"a":"YES"}}');
  const { records, withheld, fields, screened } = filtered(one, '{"data":{"a":"NO","b":1}}');
  assert.deepEqual([records, withheld, fields, screened.conditions], [0, 0, [], 1]);
});

test('what one record met the next has not', () => {
  const conditions = new RowConditions(2);
  const among = new Set(['x']);
  const [one, two] = [0, 1].map((id) => ({ id, among, normalise: (text: string) => text }));
  assert.ok(one && two);
  conditions.begin();
  assert.equal(conditions.allMet, false);
  conditions.test(one, 'x');
  conditions.test(one, 'x');
  assert.equal(conditions.allMet, false);
  conditions.test(two, 'x');
  assert.equal(conditions.allMet, true);
  conditions.begin();
  conditions.test(two, 'x');
  conditions.test(one, 'y');
  assert.equal(conditions.allMet, false);
});
