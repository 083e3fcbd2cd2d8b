import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as identifiers from '../../demo/identifiers.ts';

describe('identifiers', () => {
  it('count the check digit of an NHS number as the published examples have it', () => {
    for (const number of ['9000000009', '9000000025', '9000000033', '9990001006', '9990001219']) {
      assert.equal(identifiers.nhsCheckDigit(number.slice(0, 9)), number[9]);
    }
  });

  it('leave out the nine digits that have no check digit', () => {
    assert.equal(identifiers.nhsCheckDigit('900000005'), undefined);
    for (const number of identifiers.nhsNumbers(3000)) assert.match(number, /^999[0-9]{7}$/);
  });

  it('begin with the NHS numbers that the documents name', () => {
    assert.deepEqual(identifiers.nhsNumbers(4), ['9990001006', '9990001073', '9990001146', '9990001219']);
  });

  it('never meet within a town', () => {
    const serials = Array.from({ length: 2100 }, (_, serial) => serial);
    for (const make of [
      identifiers.nationalInsuranceNumber,
      identifiers.blueBadgeNumber,
      identifiers.postcode,
    ]) {
      const made = new Set(serials.map(make));
      assert.equal(made.size, serials.length, make.name);
    }
  });
});
