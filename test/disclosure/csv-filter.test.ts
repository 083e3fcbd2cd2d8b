import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered, leaves, refuses, type ShortRules } from './filtering.ts';

const format = 'csv';
const rules: ShortRules = {
  answer: 'many records',
  agreed: ['ref', ['name', { as: 'initials' }], 'band'],
  declared: ['dob'],
  subjects: ['nino'],
};

test('agreed columns leave in the order of the file, the cells as they came, quotes and all', () => {
  assert.equal(
    leaves(rules, 'dob,"band",ref,new\r\n1951-02-11,"B","a ""b"", c",x\r\n,B,=1+1,\r\n', { format }),
    '"band",ref\r\n"B","a ""b"", c"\r\nB,=1+1\r\n',
  );
});

test('other reveals are quoted where they need it', () => {
  const quoted: ShortRules = {
    ...rules,
    agreed: [['name', { as: 'in other words', words: new Map([['x', 'a,"b"']]) }]],
  };
  assert.equal(leaves(quoted, 'name\r\nx\r\n', { format }), 'name\r\n"a,""b"""\r\n');
  assert.equal(leaves(rules, 'name\r\n"Marlowe, Ines"\r\n', { format }), 'name\r\nM I\r\n');
});

test('an empty cell is no value: it stays empty, but where no value has an answer', () => {
  assert.equal(leaves(rules, 'ref,name\r\n,""\r\n', { format }), 'ref,name\r\n,\r\n');
  const presence: ShortRules = { ...rules, agreed: ['ref', ['name', { as: 'yes or no' }]] };
  assert.equal(
    leaves(presence, 'ref,name\r\n1,\r\n2,x\r\n3,false\r\n', { format }),
    'ref,name\r\n1,no\r\n2,yes\r\n3,no\r\n',
  );
});

test('a value that its reveal cannot show refuses the row and all after it', () => {
  refuses({ ...rules, agreed: [['dob', { as: 'year' }]] }, 'dob\r\n11/02/51\r\n', /kind/, format);
});

test('a column that leaves is there in every row, empty where its equality does not hold', () => {
  const picked: ShortRules = { ...rules, agreed: ['ref', 'address[use=home].postCode'] };
  assert.equal(
    leaves(picked, 'ref,address.postCode,address.use\r\n1,ZZ99 3VZ,home\r\n2,ZZ99 4AA,temp\r\n', { format }),
    'ref,address.postCode\r\n1,ZZ99 3VZ\r\n2,\r\n',
  );
  assert.equal(
    leaves(picked, 'ref,address.postCode\r\n1,ZZ99 3VZ\r\n', { format }),
    'ref,address.postCode\r\n1,\r\n',
  );
});

test('a row of which the only cell is empty is no empty line', () => {
  assert.equal(leaves(rules, 'dob,ref\r\n1951-02-11,\r\n,""\r\n', { format }), 'ref\r\n""\r\n""\r\n');
  const { text } = filtered(rules, `ref${'\n'.repeat(90_000)}`, { format });
  assert.equal(text, `ref\r\n${`""\r\n`.repeat(89_999)}`);
});

test('what does not leave is counted, a column at a time, and people are found in it', () => {
  const { fields, withheld, undeclared, subjects, records } = filtered(
    rules,
    'new,ref,nino,dob,name\r\n1,2,QQ123456C,,Ines Marlowe\r\n1,2,,,\r\n',
    { format },
  );
  assert.equal(records, 2);
  assert.equal(withheld, 6);
  assert.deepEqual(fields, ['ref', 'name']);
  assert.deepEqual([...undeclared], [['', 4]]);
  assert.deepEqual(subjects, [{ namespace: 'nino', id: 'QQ123456C', who: 'nino', record: 1 }]);
});

test('a row that does not meet the conditions leaves no trace', () => {
  const only: ShortRules = { ...rules, conditions: { dob: ['yes'] } };
  const { text, records, withheld, subjects, screened } = filtered(
    only,
    'ref,nino,dob\r\n1,A,no\r\n2,B,yes\r\n3,C,',
    { format },
  );
  assert.equal(text, 'ref\r\n2\r\n');
  assert.deepEqual([records, withheld, subjects.map(({ id }) => id), screened.conditions], [1, 2, ['B'], 2]);
  assert.equal(leaves(only, 'ref,nino\r\n1,A\r\n', { format }), 'ref\r\n');
});
