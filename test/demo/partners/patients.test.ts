import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { KNOWN_NHS_NUMBERS } from '../../../demo/known-people.ts';
import type { Partner } from '../../../demo/partners/partner.ts';
import { startPatients } from '../../../demo/partners/patients.ts';
import { API_KEY, jsonOf, TOWN } from './partners.ts';

describe('the patient demographics stand-in', () => {
  let partner: Partner;
  before(async () => {
    partner = await startPatients({ town: TOWN, apiKey: API_KEY, port: 0 });
  });
  after(() => partner.close());

  const headers = () => ({ apikey: API_KEY, 'x-request-id': randomUUID() });
  const get = (number: string, sent: Record<string, string> = headers()) =>
    fetch(`${partner.address}/Patient/${number}`, { headers: sent });

  it('returns a FHIR patient with every part that agreements choose from', async () => {
    const sent = headers();
    const answer = await get(KNOWN_NHS_NUMBERS.unrestricted, sent);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/fhir+json; charset=utf-8');
    assert.equal(answer.headers.get('x-request-id'), sent['x-request-id']);
    assert.match(answer.headers.get('etag') ?? '', /^W\/"[0-9]+"$/);
    assert.partialDeepStrictEqual(await answer.json(), {
      resourceType: 'Patient',
      id: '9990001006',
      birthDate: '1944-11-03',
      meta: { security: [{ code: 'U' }] },
      name: [{ use: 'usual', given: ['Tomos'], family: 'Adeyemi' }],
      address: [{ use: 'home', line: ['9 Sample Row', 'Northmere'], postalCode: 'ZZ99 3VZ' }],
      generalPractitioner: [{ type: 'Organization' }],
      telecom: [{ system: 'phone', value: '01632960587' }],
    });
  });

  it('withholds the whereabouts of a restricted person at the source', async () => {
    const patient = await jsonOf<object>(await get(KNOWN_NHS_NUMBERS.restricted));
    assert.partialDeepStrictEqual(patient, {
      meta: { security: [{ code: 'R' }] },
      name: [{ family: 'Halvorsen' }],
    });
    for (const name of ['address', 'telecom', 'generalPractitioner', 'contact']) {
      assert.equal(name in patient, false, name);
    }
  });

  it('answers a superseded number with the record that replaced it', async () => {
    const patient = await jsonOf<{ id: string }>(await get(KNOWN_NHS_NUMBERS.superseded));
    assert.equal(patient.id, KNOWN_NHS_NUMBERS.supersededBy);
  });

  it('says with an OperationOutcome what is wrong', async () => {
    const good = headers();
    const cases = [
      ['9998999997', good, 400, 'INVALID_RESOURCE_ID'],
      ['9998999995', good, 404, 'RESOURCE_NOT_FOUND'],
      ['9990001006', { apikey: API_KEY }, 400, 'MISSING_VALUE'],
      ['9990001006', { ...good, 'x-request-id': 'seven' }, 400, 'INVALID_VALUE'],
      ['9990001006', { ...good, apikey: 'guess' }, 401, 'ACCESS_DENIED'],
    ] as const;
    for (const [number, sent, status, code] of cases) {
      const answer = await get(number, sent);
      assert.equal(answer.status, status, code);
      assert.equal(answer.headers.get('content-type'), 'application/fhir+json; charset=utf-8');
      assert.partialDeepStrictEqual(await answer.json(), {
        resourceType: 'OperationOutcome',
        issue: [{ details: { coding: [{ code }] } }],
      });
    }
  });
});
