import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileDisclosure } from '../../src/disclosure/disclosure.ts';
import { DEEPEST } from '../../src/disclosure/layout.ts';
import { assertFiltersAgree } from './agreement-of-filters.ts';
import { filtered, INPUTS, leaves, refuses, rulesOf } from './filtering.ts';
import { casesOf } from './generated-cases.ts';

for (const format of ['json', 'ndjson', 'csv'] as const) {
  test(`2,000 random answers of ${format} under random rules in random chunks leave as the reference filter lets them`, () => {
    let released = 0;
    fc.assert(
      fc.property(casesOf(format), (it) => {
        if (assertFiltersAgree(it) === 'released') released += 1;
      }),
      { numRuns: 2000 },
    );
    assert.ok(
      released > 800,
      `only ${released} answers were released: the generator makes too little that is whole`,
    );
  });
}

const badge = {
  recordPath: ['data'],
  declared: [
    'badgeNumber',
    'party.typeCode',
    'party.person.dob',
    'party.person.nino',
    'party.contact.postCode',
    'imageLink',
  ],
  agreed: [
    'badgeNumber',
    'party.typeCode',
    ['party.person.badgeHolderName', { as: 'initials' }],
    ['party.contact.postCode', { as: 'first half' }],
  ],
  subjects: ['badgeNumber', 'party.person.nino'],
} as const;

const BADGE = `{"apiVersion":"1.0.0","id":"req-77","data":{"badgeNumber":"ZZ9Z01","party":{"typeCode":"PERSON",
 "person":{"badgeHolderName":"Ines Marlowe","nino":"QQ654321A","dob":"1951-02-11","genderCode":"FEMALE"},
 "contact":{"fullName":"Ines Marlowe","postCode":"ZZ99 3VZ"}},"imageLink":"https://images.example/1"}}`;

test('a badge leaves with its agreed fields only, in the order and with the names that came', () => {
  assert.deepEqual(filtered(badge, BADGE), {
    text: '{"data":{"badgeNumber":"ZZ9Z01","party":{"typeCode":"PERSON","person":{"badgeHolderName":"I M"},"contact":{"postCode":"ZZ99"}}}}',
    records: 1,
    fields: ['badgeNumber', 'party.typeCode', 'party.person.badgeHolderName', 'party.contact.postCode'],
    withheld: 5,
    undeclared: new Map([
      ['party.person', 1],
      ['party.contact', 1],
    ]),
    subjects: [
      { namespace: 'badgeNumber', id: 'ZZ9Z01', who: 'badgeNumber', record: 1 },
      { namespace: 'party.person.nino', id: 'QQ654321A', who: 'party.person.nino', record: 1 },
    ],
    screened: { conditions: 0, people: [] },
    last: true,
  });
});

test('a FHIR patient leaves with the name and the address that the equalities pick', () => {
  const patient = {
    declared: ['id', 'name.use', 'name.prefix', 'address.line', 'telecom.value'],
    agreed: ['id', 'name[use=usual].given', 'name[use=usual].family', 'address[use=home].postalCode'],
    subjects: ['identifier[system=https://fhir.nhs.uk/Id/nhs-number].value'.replace(/=(.*)\]/, "='$1']")],
  };
  const answer = `{"resourceType":"Patient","id":"9990001006",
    "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990001006"},{"system":"x","value":"1"}],
    "name":[{"use":"usual","given":["Tomos","Rhys"],"family":"Adeyemi","prefix":["Mr"]},{"given":["T"],"use":"old"}],
    "address":[{"line":["9 Sample Row"],"postalCode":"ZZ99 3VZ","use":"home"},{"use":"temp","postalCode":"ZZ99 4AA"}]}`;
  const { text, subjects, withheld } = filtered(patient, answer);
  assert.equal(
    text,
    '{"id":"9990001006","name":[{"given":["Tomos","Rhys"],"family":"Adeyemi"}],"address":[{"postalCode":"ZZ99 3VZ"}]}',
  );
  assert.deepEqual(
    subjects.map(({ id }) => id),
    ['9990001006'],
  );
  assert.equal(withheld, 10);
});

test('an empty list of agreed fields releases nothing but that there is a record', () => {
  assert.equal(leaves({ declared: ['a'] }, '{"a":1,"b":{"c":[1]}}'), '{}');
  assert.equal(leaves({ answer: 'many records', declared: ['a'] }, '[{"a":1},{}]'), '[{},{}]');
});

test('numbers leave byte for byte', () => {
  for (const number of ['12345678901234567890', '1.0', '1.10', '1e400', '-0', '-0.0E-7', '0']) {
    assert.equal(leaves({ agreed: ['n'] }, `{ "n" : ${number} }`), `{"n":${number}}`);
  }
});

test('strings and names leave with the escapes that they came with', () => {
  assert.equal(
    leaves({ agreed: ['né'] }, '{"n\\u00e9":"\\/\\u0041\\ud83d\\ude00é"}'),
    '{"n\\u00e9":"\\/\\u0041\\ud83d\\ude00é"}',
  );
});

test('what is not JSON in UTF-8 leaves nothing: other media, other charsets, a byte order mark', () => {
  const rules = { agreed: ['a'] };
  refuses(rules, '<html>error</html>', /./);
  refuses(rules, 'a,b\n1,2', /./);
  refuses(rules, '<?xml version="1.0"?><a/>', /./);
  refuses(rules, '%PDF-1.7', /./);
  refuses(rules, '{"a":1}\n{"a":2}\n', /follows/);
  refuses(rules, Buffer.from('{"a":1}', 'utf16le'), /./);
  refuses(rules, Buffer.from('\ufeff{"a":1}', 'utf8'), /./);
  refuses(rules, Buffer.from('{"a":"é"}', 'latin1'), /UTF-8/);
  refuses(rules, '', /cut short/);
});

test('one hundred thousand brackets are refused, not followed', () => {
  refuses({ agreed: ['a'], mostRecordBytes: 1_000_000 }, '[{"a":'.repeat(100_000), /./);
  refuses({ agreed: ['a'], mostRecordBytes: 1_000_000 }, `{"b":${'['.repeat(100_000)}`, /too deep/);
});

test('rules out of the range of the filter are refused when they are compiled', () => {
  for (const wrong of [
    { mostDepth: 0 },
    { mostDepth: DEEPEST + 1 },
    { mostRecordBytes: 1 },
    { mostRecordBytes: 2 ** 30 },
  ]) {
    assert.throws(() => compileDisclosure(rulesOf(wrong)), TypeError);
  }
  assert.throws(() => compileDisclosure(rulesOf({ recordPath: ['\ud800'] })), TypeError);
});

test('one compiled disclosure serves answers that come at the same time, and others between them', () => {
  const one = compileDisclosure(rulesOf({ agreed: ['a'] }));
  const other = compileDisclosure(rulesOf({ agreed: ['b'], declared: ['a'] }));
  const sessions = [one, other, one, other].map((it) => it.start(INPUTS));
  for (const byte of Buffer.from('{"u":0,"a":"x","b":"y"}')) {
    for (const session of sessions) session.write(Uint8Array.of(byte));
  }
  const parts = sessions.map((session) => {
    session.end();
    return session.take();
  });
  assert.deepEqual(
    parts.map(({ bytes }) => bytes.toString()),
    ['{"a":"x"}', '{"b":"y"}', '{"a":"x"}', '{"b":"y"}'],
  );
  assert.deepEqual(
    parts.map(({ undeclared }) => undeclared.get('')),
    [2, 1, 2, 1],
  );
});
