import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNot } from '../../src/disclosure/json-records.ts';
import { MALFORMED, NOT_SCALAR, REPEATED, TOO_DEEP } from '../../src/disclosure/layout.ts';
import type { RecordSubject } from '../../src/disclosure/rules.ts';
import { filtered, leaves, refuses, type ShortRules } from './filtering.ts';

const list: ShortRules = {
  answer: 'many records',
  recordPath: ['data'],
  agreed: ['a', 'n'],
  subjects: ['id', 'parent.id'],
  wrapper: { total: 'total' },
};
const isHeld = (subjects: readonly RecordSubject[]): boolean => subjects.some(({ id }) => id === 'held');

test('every result of the scanner has its words', () => {
  const words = [MALFORMED, TOO_DEEP, REPEATED, NOT_SCALAR].map(whyNot);
  assert.equal(new Set(words).size, 4);
});

test('a screened record leaves no trace wherever it stands, and its people are counted apart', () => {
  const held = '{"a":0,"id":"other","parent":{"id":"held"},"n":7,"new":0}';
  const records = ['{"a":1,"id":"one"}', '{"a":2}', '{"a":3,"id":"three"}'];
  const screen = isHeld;
  const without = filtered(list, `{"data":[${records.join(',')}],"total":5}`, { screen });
  assert.deepEqual(without.screened, { conditions: 0, people: [] });
  for (let place = 0; place <= records.length; place += 1) {
    const answer = `{"data":[${records.toSpliced(place, 0, held).join(' , ')}],"total":5}`;
    const { screened, ...facts } = filtered(list, answer, { screen });
    assert.deepEqual({ ...facts, screened: without.screened }, without);
    assert.deepEqual(
      screened.people.map(({ id, who }) => [id, who]),
      [
        ['other', 'id'],
        ['held', 'parent.id'],
      ],
    );
    assert.equal(leaves(list, answer, { screen }), without.text);
  }
});

test('a list of which every record is screened is an empty list', () => {
  const { text, records } = filtered(list, '{"total":2,"data":[{"id":"held"},{"id":"held"}]}', {
    screen: isHeld,
  });
  assert.deepEqual([text, records], ['{"data":[],"total":0}', 0]);
});

test('the screen sees the subjects of one record at a time, in the order of its text, and is asked of each', () => {
  const seen: (readonly RecordSubject[])[] = [];
  const screen = (subjects: readonly RecordSubject[]): boolean => {
    seen.push(subjects.map(({ namespace, id, who }) => ({ namespace, id, who })));
    return false;
  };
  const rules = { ...list, conditions: { a: ['1'] } };
  filtered(rules, '{"data":[{"a":1,"parent":{"id":"p"},"id":"x"},{"a":2,"id":"y"},{"a":1}]}', { screen });
  assert.deepEqual(
    seen.map((subjects) => subjects.map(({ id }) => id)),
    [['p', 'x'], ['y'], []],
  );
});

test('a record that cannot be filtered refuses the answer though it would be screened', () => {
  assert.throws(() => filtered(list, '{"data":[{"id":"held","a":{}}]}', { screen: isHeld }), /scalar/);
});

test('each subject says who it is to which of the records that leave', () => {
  const answer = '{"data":[{"id":"held"},{"id":"x","parent":{"id":"p"}},{"id":"held"},{"id":"y"}]}';
  const { subjects } = filtered(list, answer, { screen: isHeld });
  assert.deepEqual(
    subjects.map(({ id, who, record }) => [id, who, record]),
    [
      ['x', 'id', 1],
      ['p', 'parent.id', 1],
      ['y', 'id', 2],
    ],
  );
});

test('a value that is too long refuses the answer', () => {
  refuses({ ...list, mostRecordBytes: 20 }, `{"data":[{"a":"${'x'.repeat(20)}"}]}`, /too long/);
});
