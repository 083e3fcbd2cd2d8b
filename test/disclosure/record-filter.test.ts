import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered, leaves, refuses } from './filtering.ts';

test('what no agreement names leaves no trace, not even an empty object, element or array', () => {
  const rules = { agreed: ['a.b', 'list.x'], declared: ['a.c', 'list.y'] };
  assert.equal(leaves(rules, '{"a":{"c":1},"list":[{"y":1},{"y":2}]}'), '{}');
  assert.equal(leaves(rules, '{"list":[{"y":1},{"x":2},{"y":3}]}'), '{"list":[{"x":2}]}');
  assert.equal(leaves(rules, '{"a":{},"list":[]}'), '{}');
  assert.equal(leaves(rules, '{"a":[[],[{}]],"list":[[{"x":1}],[{}],[]]}'), '{"list":[[{"x":1}]]}');
});

test('paths pass through arrays of objects at any depth', () => {
  assert.equal(
    leaves({ agreed: ['a.b.c'] }, '{"a":[{"b":[{"c":1},{"c":2}]},{"b":{"c":3}}]}'),
    '{"a":[{"b":[{"c":1},{"c":2}]},{"b":{"c":3}}]}',
  );
});

test('an agreed array of scalars leaves whole, an empty one too, without its spaces', () => {
  assert.equal(
    leaves({ agreed: ['a'] }, '{"a":[ "x" , 1.0 ,null,[ ] , [true]]}'),
    '{"a":["x",1.0,null,[],[true]]}',
  );
  assert.equal(leaves({ agreed: ['a'] }, '{"a":[]}'), '{"a":[]}');
});

test('an object where a scalar was declared fails the record, agreed or not, in arrays too', () => {
  for (const value of ['{}', '{"x":1}', '[{}]', '[1,{}]', '[[{"x":1}]]']) {
    refuses({ agreed: ['a'] }, `{"a":${value}}`, /object stands/);
    refuses({ declared: ['a'] }, `{"a":${value}}`, /object stands/);
    refuses({ declared: ['p.a'] }, `{"p":[{"a":${value}}]}`, /object stands/);
    refuses({ subjects: ['a'] }, `{"a":${value}}`, /object stands/);
  }
});

test('a scalar where an object was declared is withheld', () => {
  for (const value of ['1', '"x"', 'null', '[1,"x"]', '[]', '{}']) {
    const { text, withheld } = filtered({ agreed: ['a.b'] }, `{"a":${value}}`);
    assert.deepEqual([text, withheld], ['{}', 1]);
  }
});

test('a literal dotted name, another case and a name below it never match a path', () => {
  const rules = { agreed: ['a.b', "'c.d'"] };
  assert.equal(leaves(rules, '{"a.b":1,"A":{"b":1},"a":{"B":1,"b.":1},"b":1,"c":{"d":1}}'), '{}');
  assert.equal(leaves(rules, '{"c.d":1,"a":{"b":2}}'), '{"c.d":1,"a":{"b":2}}');
});

test('prototype names and unusual names are names like any other', () => {
  for (const name of [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    'é',
    '名前',
    '😀',
    'with space',
    'a\u0007',
    'a"b',
    'a\\b',
  ]) {
    const written = JSON.stringify(name);
    const quoted = `'${name}'`;
    if (name !== '') {
      assert.equal(leaves({ agreed: [quoted] }, `{${written}:1,"x":2}`), `{${written}:1}`);
    }
    assert.equal(leaves({ agreed: ['x'] }, `{${written}:1,"x":2}`), '{"x":2}');
  }
});

test('names of every length are told apart, escaped or not', () => {
  for (let length = 1; length <= 70; length += 1) {
    const name = 'n'.repeat(length);
    const answer = `{"${name}":1,"${name}n":2,"${name.slice(1)}m":3,"m${name.slice(1)}":4}`;
    assert.equal(leaves({ agreed: [name] }, answer), `{"${name}":1}`);
    assert.equal(
      leaves({ agreed: [name] }, `{"\\u006e${name.slice(1)}":1}`),
      `{"\\u006e${name.slice(1)}":1}`,
    );
  }
});

test('a name that matters stands once in an object: agreed, declared, on the way, tested or about a person', () => {
  const rules = { agreed: ['a', 'b[use=x].c'], declared: ['d'], subjects: ['s'] };
  for (const members of [
    '"a":1,"a":1',
    '"a":1,"\\u0061":1',
    '"d":1,"d":2',
    '"s":1,"u":0,"s":2',
    '"b":{},"b":{}',
    '"b":[{"c":1,"c":2}]',
    '"b":[{"use":"x","use":"x"}]',
  ]) {
    refuses(rules, `{${members}}`, /twice/);
  }
  const { text, withheld } = filtered(rules, '{"u":1,"u":2,"v":{"a":1,"a":2},"b":[{"use":"x"},{"use":"x"}]}');
  assert.deepEqual([text, withheld], ['{}', 4]);
});

test('an equality picks the elements whose member is that string, wherever the member stands', () => {
  const rules = { agreed: ['a[use=home].b'], declared: ['a.use'] };
  assert.equal(
    leaves(rules, '{"a":[{"b":1,"use":"home"},{"use":"old","b":2},{"use":"h\\u006fme","b":3}]}'),
    '{"a":[{"b":1},{"b":3}]}',
  );
  for (const use of ['"Home"', '"home "', '"hom"', '1', 'null', 'true', '["home"]', '"\\ud800"']) {
    assert.equal(leaves(rules, `{"a":[{"use":${use},"b":2}]}`), '{}');
  }
  assert.equal(leaves(rules, '{"a":[{"b":2}]}'), '{}');
  assert.equal(leaves(rules, '{"a":{"use":"home","b":2}}'), '{"a":{"b":2}}');
});

test('equalities at several steps must all hold, each in its own element', () => {
  const rules = { agreed: ['a[k=1].b[k=2].c'] };
  assert.equal(
    leaves(rules, '{"a":[{"k":"1","b":[{"k":"2","c":1},{"k":"1","c":2}]},{"k":"2","b":[{"k":"2","c":3}]}]}'),
    '{"a":[{"b":[{"c":1}]}]}',
  );
});

test('of several agreed ways to show one field the first whose equalities hold decides', () => {
  const rules = {
    agreed: ['t[k=x].v', ['t[k=y].v', { as: 'initials' }], ['t.v', { as: 'yes or no' }]] as const,
  };
  const { text, fields } = filtered(
    rules,
    '{"t":[{"k":"y","v":"Ines Marlowe"},{"k":"x","v":"A"},{"k":"z","v":"B"}]}',
  );
  assert.equal(text, '{"t":[{"v":"I M"},{"v":"A"},{"v":"yes"}]}');
  assert.deepEqual(fields, ['t[k=x].v', 't[k=y].v', 't.v']);
});

test('withheld members are counted once, at the highest name that did not leave', () => {
  const rules = { agreed: ['a.b', 'l[k=x].v'], declared: ['a.c', 'd.e', 'l.k'] };
  const count = (record: string) => filtered(rules, record).withheld;
  assert.equal(count('{"a":{"b":1,"c":2,"u":3},"d":{"e":1,"f":2}}'), 3);
  assert.equal(count('{"a":{"c":1,"u":{"v":1}}}'), 1);
  assert.equal(count('{"l":[{"k":"x","v":1},{"k":"y","v":2}]}'), 3);
  assert.equal(count('{"l":[{"k":"y","v":2}],"u":[{"x":1},{"y":1}]}'), 2);
});

test('undeclared members are counted by the declared name above them, withheld or not', () => {
  const rules = { agreed: ['a.b'], declared: ["p.'q r'.s", 'p.t'], subjects: ['x.id'] };
  const { undeclared, subjects } = filtered(
    rules,
    `{"u":1,"v":{"w":1},"x":{"id":"7","y":1},"a":[{"u":1},{"b":1,"v":2}],
    "p":{"q r":{"z":1,"s":null},"t":1,"u":[]}}`,
  );
  assert.deepEqual(
    undeclared,
    new Map([
      ['', 3],
      ['a', 2],
      ['p', 1],
      ["p.'q r'", 1],
    ]),
  );
  assert.deepEqual(subjects, [{ namespace: 'x.id', id: '7', who: 'x.id', record: 1 }]);
});

test('subjects are found in every record, in arrays and in what is withheld', () => {
  const rules = {
    answer: 'many records' as const,
    agreed: ['a'],
    declared: ['id', 'kin.id'],
    subjects: ['id', 'kin.id'],
    normalise: (text: string) => (text.startsWith('no') ? undefined : text.replaceAll(' ', '')),
  };
  const { subjects } = filtered(
    rules,
    '[{"id":"1 2","kin":[{"id":["3","4"]},{"id":5.0}]},{"id":"no e\\u0301"},{"id":null,"kin":{"id":""}},{"id":true}]',
  );
  assert.deepEqual(
    subjects.map(({ namespace, id }) => `${namespace}:${id}`),
    ['id:12', 'kin.id:3', 'kin.id:4', 'kin.id:5.0', 'id:no é'],
  );
});

test('a lone surrogate is refused in names, agreed values and identifiers, and nowhere else', () => {
  const rules = { agreed: ['a'], declared: ['d'], subjects: ['s'] };
  for (const lone of ['"\\ud83d"', '"\\ude00"', '"\\ude00\\ud83d"', '"x\\uD83Dx"']) {
    refuses(rules, `{"a":${lone}}`, /surrogate/);
    refuses(rules, `{"a":[${lone}]}`, /surrogate/);
    refuses(rules, `{"s":${lone}}`, /surrogate/);
    refuses(rules, `{${lone}:1}`, /surrogate/);
    refuses(rules, `{"u":{"v":[{${lone}:1}]}}`, /surrogate/);
    assert.equal(leaves(rules, `{"d":${lone},"u":${lone}}`), '{}');
  }
});

test('null of an agreed field leaves as null, but for yes or no', () => {
  for (const as of [
    'in full',
    'initials',
    'year',
    'first half',
    'last 4 characters',
    'bound to this agreement',
  ] as const) {
    assert.equal(leaves({ agreed: [['a', { as }]] }, '{"a": null}'), '{"a":null}');
  }
  assert.equal(leaves({ agreed: [['a', { as: 'yes or no' }]] }, '{"a":null}'), '{"a":"no"}');
  assert.equal(leaves({ agreed: [['a', { as: 'yes or no', yesWhen: ['x'] }]] }, '{"a":null}'), '{"a":"no"}');
});

test('yes or no without lists says whether there is a value', () => {
  const rules = { agreed: [['a', { as: 'yes or no' }]] as const };
  for (const value of ['"x"', '0', 'true', '" "'])
    assert.equal(leaves(rules, `{"a":${value}}`), '{"a":"yes"}');
  for (const value of ['""', 'false', 'null']) assert.equal(leaves(rules, `{"a":${value}}`), '{"a":"no"}');
  assert.equal(leaves(rules, '{"a":["x","",null]}'), '{"a":["yes","no","no"]}');
});

test('a value that is not of its kind, or not what its reveal needs, fails the record', () => {
  const normalise = (text: string) => (text === 'bad' ? undefined : text);
  for (const as of [
    'initials',
    'year',
    'first half',
    'last 4 characters',
    'yes or no',
    'bound to this agreement',
  ] as const) {
    refuses({ agreed: [['a', { as }]], normalise }, '{"a":"bad"}', /kind/);
  }
  refuses({ agreed: [['a', { as: 'last 4 characters' }]] }, '{"a":"12345678"}', /kind/);
  assert.equal(leaves({ agreed: ['a'], normalise }, '{"a":"bad"}'), '{"a":"bad"}');
});

test('a revealed number is shown as a string of its text', () => {
  assert.equal(leaves({ agreed: [['a', { as: 'last 4 characters' }]] }, '{"a":1234567890}'), '{"a":"7890"}');
  assert.equal(
    leaves({ agreed: [['a', { as: 'bound to this agreement' }]] }, '{"a":"A\\u00e9"}'),
    '{"a":"bound Aé"}',
  );
});
