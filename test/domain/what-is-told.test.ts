import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field, FieldValue } from '../../src/domain/dataset.ts';
import { codeKind, type Kind, kindNamed } from '../../src/domain/kind.ts';
import { tellings, whatIsTold } from '../../src/domain/what-is-told.ts';
import type { Show } from '../../src/encoding/show.ts';

const OPEN = kindNamed('code') ?? assert.fail();
const REASONS = codeKind(['SMI', 'STU', 'APP', 'JAIL']);
const VALUES: readonly (readonly [string, FieldValue])[] = [
  ['SMI', { means: 'severe mental impairment', sensitivity: 'special category', reveals: ['health'] }],
  ['JAIL', { means: 'in prison', sensitivity: 'criminal offence', reveals: [] }],
];

function reason(kind: Kind, values = VALUES): Field {
  return {
    name: 'reason',
    path: [{ name: 'reason' }],
    means: 'why',
    kind,
    sensitivity: 'financial',
    reveals: [],
    values: new Map(values),
    mayBeShownAs: ['in full'],
  };
}

function words(said: Readonly<Record<string, string>>, anythingElse?: string): Show {
  const whole = { as: 'in other words', words: new Map(Object.entries(said)) } as const;
  return anythingElse === undefined ? whole : { ...whole, anythingElse };
}

function told(field: Field, show: Show, among?: readonly string[]): string[] {
  return whatIsTold({ field, show, among }).map(({ values, sensitivity, reveals }) =>
    [`${values.join('/')}: ${sensitivity}`, ...reveals].join(', '),
  );
}

test('a field without values of its own tells what it is, however it is shown', () => {
  const field = { ...reason(REASONS, []), reveals: ['health'] };
  for (const show of [{ as: 'in full' }, { as: 'yes or no' }, words({ SMI: 'a' }, 'b')] as const)
    assert.deepEqual(told(field, show), [': financial, health']);
});

test('in full every value tells its own', () => {
  assert.deepEqual(told(reason(REASONS), { as: 'in full' }), [
    'SMI: special category, health',
    'STU: financial',
    'APP: financial',
    'JAIL: criminal offence',
  ]);
});

test('one word for several values tells only what they have in common', () => {
  assert.deepEqual(told(reason(REASONS), words({ STU: 'studies' }, 'other')), [
    'SMI/APP/JAIL: financial',
    'STU: financial',
  ]);
  assert.deepEqual(
    told(reason(REASONS), words({ SMI: 'ill', JAIL: 'other', STU: 'other', APP: 'studies' })),
    ['SMI: special category, health', 'STU/JAIL: financial', 'APP: financial'],
  );
});

test('yes tells of the values that mean yes, and no of all the others', () => {
  assert.deepEqual(told(reason(REASONS), { as: 'yes or no', yesWhen: ['SMI'], notYetWhen: ['JAIL'] }), [
    'SMI: special category, health',
    'STU/APP: financial',
    'JAIL: criminal offence',
  ]);
  assert.deepEqual(told(reason(REASONS), { as: 'yes or no', yesWhen: ['STU', 'APP'] }), [
    'SMI/JAIL: special category',
    'STU/APP: financial',
  ]);
});

test('whether there is a value tells what all values have in common', () => {
  assert.deepEqual(told(reason(REASONS), { as: 'yes or no' }), ['SMI/STU/APP/JAIL: financial']);
});

test('whether there is a value tells true from false', () => {
  const flag = kindNamed('true or false') ?? assert.fail();
  const field = reason(flag, [
    ['true', { means: 'ill', sensitivity: 'special category', reveals: ['health'] }],
  ]);
  assert.deepEqual(told(field, { as: 'yes or no' }), ['true: special category, health', 'false: financial']);
});

test('values that an open list does not name are as sensitive as the field', () => {
  assert.deepEqual(told(reason(OPEN), { as: 'in full' }), [
    'SMI: special category, health',
    'JAIL: criminal offence',
    ': financial',
  ]);
  assert.deepEqual(told(reason(OPEN), words({ SMI: 'x', JAIL: 'x' })), ['SMI/JAIL: special category']);
  assert.deepEqual(told(reason(OPEN), words({ SMI: 'x' }, 'x')), ['SMI/JAIL: financial']);
});

test('where a condition lets only some values through, words are judged by those', () => {
  const field = reason(REASONS);
  const show = words({ STU: 'studies' }, 'other');
  assert.deepEqual(told(field, show, ['SMI', 'STU']), ['SMI: special category, health', 'STU: financial']);
  assert.deepEqual(told(reason(OPEN), { as: 'in full' }, ['CARER']), ['CARER: financial']);
});

test('a condition tells of every record what its values have in common, whether its field is shown or not', () => {
  const field = reason(REASONS);
  const tell = (among: readonly string[]) =>
    tellings([], [{ field, among }]).flatMap((telling) => whatIsTold(telling).map(({ reveals }) => reveals));
  assert.deepEqual(tell(['SMI']), [['health']]);
  assert.deepEqual(tell(['SMI', 'STU']), [[]]);
  const shown = { field, show: { as: 'in full' } } as const;
  assert.deepEqual(
    tellings([shown], [{ field, among: ['STU'] }]).map(({ among }) => among),
    [['STU'], ['STU']],
  );
});
