import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ageOn } from '../../src/disclosure/age.ts';

test('a person grows a year older on the birthday, not the day before', () => {
  assert.equal(ageOn('2008-11-23', '2026-11-22'), 17);
  assert.equal(ageOn('2008-11-23', '2026-11-23'), 18);
  assert.equal(ageOn('2008-11-23', '2026-11-24'), 18);
  assert.equal(ageOn('2026-11-23', '2026-11-23'), 0);
  assert.equal(ageOn('1999-12-31', '2000-01-01'), 0);
});

test('somebody born on 29 February grows older on 1 March where the year has no 29 February', () => {
  assert.equal(ageOn('2008-02-29', '2026-02-28'), 17);
  assert.equal(ageOn('2008-02-29', '2026-03-01'), 18);
  assert.equal(ageOn('2008-02-29', '2028-02-28'), 19);
  assert.equal(ageOn('2008-02-29', '2028-02-29'), 20);
});

test('nobody has an age who is not born yet, or whose date of birth is not whole', () => {
  for (const born of [
    '2026-11-24',
    '2027-01-01',
    '',
    '1951',
    '1951-02',
    '11/02/1951',
    '1951-02-11T09:00:00Z',
  ])
    assert.equal(ageOn(born, '2026-11-23'), undefined, born);
});

test('an age is the number of birthdays after the day of birth, counted one by one on the calendar', () => {
  const day = fc
    .date({
      min: new Date('1900-01-01T00:00:00Z'),
      max: new Date('2100-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, day, (one, other) => {
      const [born, today] = one <= other ? [one, other] : [other, one];
      const [year = 0, month = 0, date = 0] = born.split('-').map(Number);
      let birthdays = 0;
      while (Date.UTC(year + birthdays + 1, month - 1, date) <= Date.parse(today)) birthdays += 1;
      assert.equal(ageOn(born, today), birthdays, `${born} on ${today}`);
    }),
    { numRuns: 2000 },
  );
});
