/** A missing second factor is answered with what the issuer can be asked for, where that has a name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signInThatWouldDo } from '../../src/exchange/sign-in-that-would-do.ts';
import { anOrganisation } from '../support/test-issuer.ts';

const COUNCIL = 'westhaven-district-council';
const told = (claim: string, code: 'second-factor-missing' | 'no-agreement', organisation = COUNCIL) => {
  const file = anOrganisation('https://login.westhaven.example', { secondFactor: { claim, includes: 'c1' } });
  const policies = { organisations: new Map([[COUNCIL, file]]) };
  return signInThatWouldDo({ code }, { organisation, method: 'bearer' }, policies).acrValues;
};

test('RS-56: a context class that the file names is told, and only where a second factor is missing', () => {
  assert.equal(told('acr', 'second-factor-missing'), 'c1');
  assert.equal(told('acrs', 'second-factor-missing'), 'c1');
  assert.equal(told('acr', 'no-agreement'), undefined);
});

test('a method that an issuer cannot be asked for is not told, nor anything of an organisation that is not there', () => {
  assert.equal(told('amr', 'second-factor-missing'), undefined);
  assert.equal(told('acr', 'second-factor-missing', 'nobody'), undefined);
});

test('the scheme is the one that the caller used', () => {
  const policies = { organisations: new Map() };
  const scheme = (method: 'dpop' | 'mtls') =>
    signInThatWouldDo({ code: 'no-agreement' }, { organisation: COUNCIL, method }, policies).scheme;
  assert.deepEqual([scheme('dpop'), scheme('mtls')], ['DPoP', undefined]);
});
