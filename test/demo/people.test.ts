import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { badgeRecords } from '../../demo/partners/badge-records.ts';
import { councilTaxRecords } from '../../demo/partners/council-tax-records.ts';
import { patientRecords } from '../../demo/partners/patient-records.ts';
import { ADULT_AGE, ageOf, inventTown } from '../../demo/people.ts';
import { sha256Hex } from '../../src/encoding/sha256.ts';

describe('the invented people', () => {
  const town = inventTown();

  it('are about two thousand in families at addresses', () => {
    assert.ok(town.people.length >= 2000 && town.people.length <= 2010);
    assert.ok(town.households.length > 500);
    assert.ok(town.households.some((household) => household.members.length >= 4));
  });

  it('are the same for the same seed and others for another seed', () => {
    const digest = (seed: number): string => sha256Hex(JSON.stringify(inventTown(seed, 300)));
    assert.equal(digest(7), digest(7));
    assert.notEqual(digest(7), digest(8));
  });

  it('give the same records in every register for the same seed', () => {
    const records = () => [
      badgeRecords(inventTown(7, 300)),
      councilTaxRecords(inventTown(7, 300)),
      [...patientRecords(inventTown(7, 300))],
    ];
    assert.equal(JSON.stringify(records()), JSON.stringify(records()));
  });

  it('have each identifier once', () => {
    for (const name of ['nhsNumber', 'nino', 'email', 'asylumReference'] as const) {
      const all = town.people.map((person) => person[name]).filter((value) => value !== undefined);
      assert.equal(new Set(all).size, all.length, name);
    }
    const addresses = town.households.map((household) => household.uprn);
    assert.equal(new Set(addresses).size, addresses.length);
    const badges = badgeRecords(town).map((badge) => badge.badgeNumber);
    assert.equal(new Set(badges).size, badges.length);
  });

  it('hold no identifier that could ever be issued', () => {
    for (const person of town.people) {
      assert.match(person.nhsNumber, /^999[0-9]{7}$/);
      assert.match(person.nino ?? 'QQ000000A', /^QQ[0-9]{6}[A-D]$/);
      assert.match(person.telephone ?? '01632 960000', /^01632 960[0-9]{3}$/);
      assert.match(person.mobile ?? '07700 900000', /^07700 900[0-9]{3}$/);
      assert.match(person.email ?? 'a@b.example', /^[a-z0-9]+@[a-z.]+\.example$/);
      assert.match(person.asylumReference ?? '990100000', /^9901[0-9]{5}$/);
    }
    for (const household of town.households) {
      assert.match(household.postcode, /^ZZ99 [0-9][A-Z]{2}$/);
      assert.match(household.uprn, /^9900[0-9]{8}$/);
    }
  });

  it('stay unissuable in every record of every register', () => {
    const texts = [badgeRecords(town), councilTaxRecords(town), [...patientRecords(town).values()]];
    for (const text of texts.map((records) => JSON.stringify(records))) {
      for (const [nino] of text.matchAll(/"[A-Z]{2}[0-9]{6}[A-D]"/g)) assert.match(nino, /^"QQ/);
      for (const [number] of text.matchAll(/"[0-9]{10}"/g)) assert.match(number, /^"999/);
      for (const [phone] of text.matchAll(/"0[0-9]{4} ?[0-9]{6}"/g))
        assert.match(phone, /^"(01632 ?960|07700 ?900)/);
      for (const [code] of text.matchAll(/"[A-Z]{1,2}[0-9]{1,2}[A-Z]? [0-9][A-Z]{2}"/g))
        assert.match(code, /^"ZZ99 /);
      for (const [email] of text.matchAll(/"[^"]+@[^"]+"/g)) assert.match(email, /\.example"$/);
      for (const [link] of text.matchAll(/"https:\/\/images[^"]+"/g)) assert.match(link, /\.example\//);
    }
  });

  it('are restricted, superseded, dead or seeking asylum now and then', () => {
    const { people } = town;
    const restricted = people.filter((person) => person.restricted).length;
    assert.ok(restricted > 10 && restricted < 100);
    assert.ok(people.some((person) => person.supersededBy !== undefined));
    assert.ok(people.some((person) => person.diedOn !== undefined));
    assert.ok(people.some((person) => person.asylumReference !== undefined));
  });

  it('have National Insurance numbers only when they are old enough', () => {
    for (const person of town.people) assert.equal(person.nino !== undefined, ageOf(person) >= ADULT_AGE);
  });
});
