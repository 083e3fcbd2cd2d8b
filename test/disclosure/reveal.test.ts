import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { revealFor, whenNull } from '../../src/disclosure/reveal.ts';
import { REVEALS } from '../../src/domain/dataset.ts';
import type { Show } from '../../src/encoding/show.ts';
import { INPUTS, leaves } from './filtering.ts';

const same = (text: string) => text;

/** Of those that need no more than their name. */
type Plain = Exclude<Show['as'], 'yes or no' | 'age band' | 'band' | 'in other words'>;

function shownAs(show: Show, value: string, normalise: (text: string) => string | undefined = same) {
  return revealFor({ show, kind: 'some kind', normalise })?.(value, INPUTS);
}

function shown(as: Plain, value: string): string | undefined {
  return shownAs({ as }, value);
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
  assert.equal(shown('bound to this agreement', 'QQ123456C'), 'bound QQ123456C');
  assert.equal(shown('matching code', 'QQ123456C'), 'code of some kind QQ123456C');
  assert.equal(shown('over 18', '2008-11-23'), 'yes');
  assert.equal(shown('over 18', '2008-11-24'), 'no');
  assert.equal(shownAs({ as: 'age band', bands: [0, 16, 18, 65] }, '1951-02-11'), '65 or over');
  assert.equal(shownAs({ as: 'age band', bands: [0, 16, 18, 65] }, '2009-01-31'), '16 to 17');
  assert.equal(shownAs({ as: 'band', bands: [0, 10_000, 50_000] }, '38210'), '10000 to under 50000');
  assert.equal(shown('in full', 'QQ123456C'), undefined);
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
  for (const value of ['', '1951', '2026-11-24']) {
    assert.equal(shown('over 18', value), undefined);
    assert.equal(shownAs({ as: 'age band', bands: [18] }, value), undefined);
  }
  for (const value of ['', 'B', '1e3']) assert.equal(shownAs({ as: 'band', bands: [0] }, value), undefined);
});

test('yes or no follows its lists, spelled as the kind spells them', () => {
  const normalise = (text: string) => text.trim().toLowerCase();
  const lists: Show = { as: 'yes or no', yesWhen: [' Eligible'], notYetWhen: ['queued'] };
  assert.deepEqual(
    ['eligible', 'queued', 'notEligible', ''].map((it) => shownAs(lists, it, normalise)),
    ['yes', 'not yet', 'no', 'no'],
  );
  const onlyNotYet: Show = { as: 'yes or no', notYetWhen: ['queued'] };
  assert.deepEqual(
    ['eligible', 'queued'].map((it) => shownAs(onlyNotYet, it, normalise)),
    ['no', 'not yet'],
  );
  assert.equal(shownAs({ as: 'yes or no' }, 'anything', normalise), 'yes');
});

test('other words follow their map, and a value that it does not have is anything else, or nothing', () => {
  const words = new Map([
    ['ISSUED', 'valid'],
    ['CANCELLED', 'not valid'],
  ]);
  const open: Show = { as: 'in other words', words };
  const closed: Show = { ...open, anythingElse: 'ask the council' };
  const values = ['ISSUED', 'CANCELLED', 'ORDERED', ''];
  assert.deepEqual(
    values.map((it) => shownAs(open, it)),
    ['valid', 'not valid', undefined, undefined],
  );
  assert.deepEqual(
    values.map((it) => shownAs(closed, it)),
    ['valid', 'not valid', 'ask the council', 'ask the council'],
  );
});

test('no value at all is said to be no, or anything else, and otherwise leaves as it came', () => {
  assert.equal(whenNull({ as: 'yes or no', yesWhen: ['a'] }), 'no');
  assert.equal(whenNull({ as: 'in other words', words: new Map(), anythingElse: 'other' }), 'other');
  assert.equal(whenNull({ as: 'in other words', words: new Map() }), undefined);
  assert.equal(whenNull({ as: 'age band', bands: [18] }), undefined);
});

test('in an answer null is anything else, or leaves as it came', () => {
  const words = new Map([['ISSUED', 'valid']]);
  const answer = '{"open":null,"closed":null,"list":[null,"ISSUED"],"born":null,"status":null}';
  assert.equal(
    leaves(
      {
        agreed: [
          ['open', { as: 'in other words', words }],
          ['closed', { as: 'in other words', words, anythingElse: 'ask' }],
          ['list', { as: 'in other words', words, anythingElse: 'ask' }],
          ['born', { as: 'over 18' }],
          ['status', { as: 'yes or no', yesWhen: ['ISSUED'] }],
        ],
      },
      answer,
    ),
    '{"open":null,"closed":"ask","list":["ask","valid"],"born":null,"status":"no"}',
  );
});

test('every reveal of the domain is one that the filter has', () => {
  const whole = { bands: [0], words: new Map<string, string>() };
  for (const as of REVEALS) {
    const reveal = revealFor({ show: { as, ...whole }, kind: 'some kind', normalise: same });
    assert.equal(typeof reveal, as === 'in full' ? 'undefined' : 'function', as);
  }
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
      const answer = shownAs({ as: 'yes or no', yesWhen: ['a'], notYetWhen: ['b'] }, value);
      assert.ok(['yes', 'no', 'not yet'].includes(answer ?? ''));
      assert.ok(['yes', 'no', undefined].includes(shown('over 18', value)));
      const band = shownAs({ as: 'age band', bands: [16] }, value);
      assert.ok(['under 16', '16 or over', undefined].includes(band));
      const inWords = shownAs(
        { as: 'in other words', words: new Map([['a', 'b']]), anythingElse: 'c' },
        value,
      );
      assert.ok(inWords === 'b' || inWords === 'c');
    }),
    { numRuns: 500 },
  );
});
