/** Which reveals can be made of which kinds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedText, mistakesIn, TAX, takes } from '../../support/changed-policies.ts';

/** What the loader says of a field of this kind that may be shown in this way. */
function saidOf(kind: string, reveal: string): string[] {
  const line = /band: {16,}.*\n/.exec(changedText(TAX))?.[0] ?? assert.fail();
  const field = `    {means: x, kind: ${kind}, sensitivity: ordinary, may be shown as: [${reveal}]}\n`;
  const text = changedText(TAX, [line, `${line}  more:\n${field}`]);
  return mistakesIn(TAX, text).map(({ what, write }) => `${what}; ${write}`);
}

test('a reveal is made only of kinds that it can work on', () => {
  const fits = [
    ['initials', 'name', 'date'],
    ['year', 'date', 'name'],
    ['year', 'date and time', 'postcode'],
    ['age band', 'date', 'date and time'],
    ['over 18', 'date', 'whole number'],
    ['first half', 'postcode', 'code'],
    ['last 4 characters', 'national insurance number', 'blue badge number'],
    ['last 4 characters', 'account reference', 'postcode'],
    ['in other words', 'code', 'name'],
    ['in other words', 'true or false', 'money in pence'],
    ['matching code', 'NHS number', 'date'],
    ['matching code', 'UPRN', 'name'],
    ['band', 'money in pence', 'date'],
    ['band', 'number', 'account reference'],
    ['bound to this agreement', 'reference', 'account reference'],
  ] as const;
  for (const [reveal, fit, unfit] of fits) {
    assert.deepEqual(saidOf(fit, reveal), []);
    assert.deepEqual(saidOf(unfit, reveal), [
      `\`${reveal}\` cannot be made of the kind \`${unfit}\`; take it out of the list`,
    ]);
  }
});

test('anything can be shown in full, as yes or no, or not at all', () => {
  for (const kind of ['name', 'date', 'money in pence', 'code', 'UPRN'])
    assert.deepEqual(saidOf(kind, 'in full, yes or no, not at all'), []);
});

test('a field that is never shared may be said to be shown not at all', () => {
  takes('datasets/blue-badges.yaml', [
    'sensitivity: never share}',
    'sensitivity: never share, may be shown as: [not at all]}',
  ]);
});
