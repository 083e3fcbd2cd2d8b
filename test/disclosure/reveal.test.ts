import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { revealFor } from '../../src/disclosure/reveal.ts';
import type { ShownAs } from '../../src/disclosure/rules.ts';

const same = (text: string) => text;
const bind = (value: string) => `ref-${value.length}`;

function shown(as: Exclude<ShownAs['as'], 'yes or no'>, value: string): string | undefined {
  return revealFor({ as }, same)?.(value, bind);
}

/** As in docs/formats/reveals.md. */
test('each reveal shows what its example says', () => {
  assert.equal(shown('initials', 'Ines Marlowe'), 'I M');
  assert.equal(shown('initials', "  dana van der Berg-O'Hare (Ms) 3rd"), 'd v d B M r');
  assert.equal(shown('initials', 'E\u0301lodie'), 'É');
  assert.equal(shown('year', '1951-02-11'), '1951');
  assert.equal(shown('year', '1951-02'), '1951');
  assert.equal(shown('year', '2025-01-24T09:00:00.5+01:00'), '2025');
  assert.equal(shown('first half', 'ZZ99 3VZ'), 'ZZ99');
  assert.equal(shown('first half', 'W1A1AA'), 'W1A');
  assert.equal(shown('last 4 characters', 'QQ123456C'), '456C');
  assert.equal(shown('bound to this agreement', 'QQ123456C'), 'ref-9');
  assert.equal(revealFor({ as: 'in full' }, same), undefined);
});

test('a value that a reveal cannot show with certainty shows nothing', () => {
  for (const value of ['', '12', '- ?']) assert.equal(shown('initials', value), undefined);
  for (const value of ['', '51', '11/02/1951', '1951-2-11', '19510211', 'x1951-02-11', '1951-02-11 x']) {
    assert.equal(shown('year', value), undefined);
  }
  for (const value of ['', 'ZZ99', '3VZ', 'ZZ99 3VZ 1', 'ZZ999 3VZ', '99 3VZ', 'ZZ99  3VZ']) {
    assert.equal(shown('first half', value), undefined);
  }
  for (const value of ['', '1234', '12345678', '😀😀😀😀😀😀😀😀'])
    assert.equal(shown('last 4 characters', value), undefined);
});

test('yes or no follows its lists, spelled as the kind spells them', () => {
  const normalise = (text: string) => text.trim().toLowerCase();
  const lists = revealFor({ as: 'yes or no', yesWhen: [' Eligible'], notYetWhen: ['queued'] }, normalise);
  assert.deepEqual(
    ['eligible', 'queued', 'notEligible', ''].map((it) => lists?.(it, bind)),
    ['yes', 'not yet', 'no', 'no'],
  );
  const onlyNotYet = revealFor({ as: 'yes or no', notYetWhen: ['queued'] }, normalise);
  assert.deepEqual(
    ['eligible', 'queued'].map((it) => onlyNotYet?.(it, bind)),
    ['no', 'not yet'],
  );
  assert.equal(revealFor({ as: 'yes or no' }, normalise)?.('anything', bind), 'yes');
});

test('no reveal shows more of a value than it promises', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (value) => {
      const words = value.normalize('NFC').split(/\s+/u).length;
      for (const letter of shown('initials', value)?.split(' ') ?? []) assert.match(letter, /^\p{L}\p{M}*$/u);
      assert.ok((shown('initials', value)?.split(' ').length ?? 0) <= words);
      assert.match(shown('year', value) ?? '0000', /^\d{4}$/);
      assert.ok((shown('first half', value) ?? '').length <= 4);
      const last = Array.from(shown('last 4 characters', value) ?? '');
      assert.ok(last.length === 0 || (last.length === 4 && Array.from(value).length > 8));
      const answer = revealFor({ as: 'yes or no', yesWhen: ['a'], notYetWhen: ['b'] }, same)?.(value, bind);
      assert.ok(['yes', 'no', 'not yet'].includes(answer ?? ''));
    }),
    { numRuns: 500 },
  );
});
