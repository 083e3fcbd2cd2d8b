/** A name that stands for nobody in particular is told from one person's own; the list stands in the documentation. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { mayNameOnePerson } from '../../src/domain/one-person.ts';

const CALLER = {
  organisation: 'westhaven-district-council',
  system: 'westhaven-parking-app',
  client: '0f0c0000-0000-4000-a000-000000000001',
};
const PAGE = join(import.meta.dirname, '../../docs/formats/request.md');
const documented =
  /\*\*Names that stand for\s+nobody\*\*[\s\S]*?\n\n/.exec(readFileSync(PAGE, 'utf8'))?.[0] ?? '';
const names = [...documented.matchAll(/`([a-z]+)`/g)].map(([, name]) => name ?? '');

test('every name that the documentation lists stands for nobody, however it is written', () => {
  assert.ok(names.length > 80, String(names.length));
  for (const name of names) {
    for (const spelt of [
      name,
      name.toUpperCase(),
      `${name}@westhaven.example`,
      ` ${name} `,
      name.split('').join('.'),
    ])
      assert.equal(mayNameOnePerson(spelt, CALLER), false, spelt);
  }
});

test('a number behind an account name changes nothing, and behind other words it may be somebody', () => {
  for (const name of ['admin2', 'service-desk-01', 'TEST.USER.7', 'helpdesk3'])
    assert.equal(mayNameOnePerson(name, CALLER), false, name);
  for (const name of ['user4711', 'staff-9001', 'officer12'])
    assert.equal(mayNameOnePerson(name, CALLER), true, name);
});

test('a system, its client and its organisation are nobody', () => {
  for (const name of Object.values(CALLER)) {
    assert.equal(mayNameOnePerson(name, CALLER), false, name);
    assert.equal(mayNameOnePerson(name.toUpperCase().replaceAll('-', '_'), CALLER), false, name);
  }
});

test('what people are called is taken: names, staff numbers, identifiers of directories', () => {
  const people = [
    'w.hughes',
    'a.admina',
    'p.test',
    'n.king',
    'o.root',
    '9001',
    crypto.randomUUID(),
    'na1234',
    'Zoë',
  ];
  for (const name of people) assert.equal(mayNameOnePerson(name, CALLER), true, name);
});

test('it is settled for every text, at once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
      assert.equal(typeof mayNameOnePerson(name, CALLER), 'boolean');
    }),
  );
});
