/** Systems are found by issuer and client; what two files say of one client lets nobody in. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { issuerProfile } from '../../../src/adapters/oidc/issuer-profile.ts';
import {
  clientIdOf,
  DEFAULT_ALGORITHMS,
  registerIssuers,
  registrationOf,
} from '../../../src/adapters/oidc/registered-issuers.ts';
import type { StrictJsonObject } from '../../../src/encoding/strict-json.ts';
import { anOrganisation, PARKING_APP } from '../../support/test-issuer.ts';

const ISSUER = 'https://login.westhaven.example';
const school = (signIn = {}, clientId = 'school-app') =>
  anOrganisation(ISSUER, signIn, {
    id: 'harbourside-school',
    systems: [{ ...PARKING_APP, id: 'school-app', clientId }],
  });

describe('registered issuers', () => {
  it('lets several organisations share an issuer', () => {
    const { byIssuer, conflicts } = registerIssuers([anOrganisation(ISSUER), school()]);
    const issuer = byIssuer.get(ISSUER);
    assert.equal(issuer?.systems.get('school-app')?.[0]?.organisation.id, 'harbourside-school');
    assert.equal(
      issuer?.systems.get('westhaven-parking-app')?.[0]?.organisation.id,
      'westhaven-district-council',
    );
    assert.deepEqual(conflicts, []);
  });

  it('lets in neither of two systems that claim one client', () => {
    const { byIssuer, conflicts } = registerIssuers([
      anOrganisation(ISSUER),
      school({}, PARKING_APP.clientId),
    ]);
    assert.deepEqual(byIssuer.get(ISSUER)?.systems.get(PARKING_APP.clientId), []);
    assert.equal(conflicts.length, 1);
  });

  const council = { toldApartBy: { claim: 'org', is: 'council' } };
  const ofSchool = { toldApartBy: { claim: 'org', is: 'school' } };
  const found = (claims: StrictJsonObject, ...files: Parameters<typeof registerIssuers>[0][]) => {
    const issuer = registerIssuers(files.flatMap((one) => [...one])).byIssuer.get(ISSUER);
    assert.ok(issuer !== undefined);
    return registrationOf(issuer, PARKING_APP.clientId, claims)?.organisation.id;
  };

  it('tells two organisations with one client of one issuer apart by the claim that their files name', () => {
    const both = [anOrganisation(ISSUER, council), school(ofSchool, PARKING_APP.clientId)];
    assert.equal(found({ org: 'council' }, both), 'westhaven-district-council');
    assert.equal(found({ org: ['school'] }, both), 'harbourside-school');
  });

  it('lets nobody in by a claim that is missing, means nobody, or means two', () => {
    const both = [anOrganisation(ISSUER, council), school(ofSchool, PARKING_APP.clientId)];
    for (const claims of [{}, { org: 'Council' }, { org: ['council', 'school'] }, { org: { council: true } }])
      assert.equal(found(claims, both), undefined, JSON.stringify(claims));
    assert.equal(found({ org: 'elsewhere' }, [anOrganisation(ISSUER, council)]), undefined);
  });

  it('lets nobody in where one file names the claim and the other does not, or both name one value', () => {
    for (const other of [{}, council, { toldApartBy: { claim: 'tenant', is: 'school' } }]) {
      const both = [anOrganisation(ISSUER, council), school(other, PARKING_APP.clientId)];
      assert.equal(found({ org: 'council', tenant: 'school' }, both), undefined);
      assert.equal(registerIssuers(both).conflicts.length, 1);
    }
  });

  it('leaves out an organisation that names another profile than others of its issuer', () => {
    const { byIssuer, conflicts } = registerIssuers([
      anOrganisation(ISSUER),
      school({ profile: 'keycloak' }),
    ]);
    assert.equal(byIssuer.get(ISSUER)?.systems.has('school-app'), false);
    assert.equal(conflicts.length, 1);
  });

  it('RS-12: keeps none and symmetric algorithms out, whatever a file says', () => {
    const algorithms = ['none', 'HS256', 'ES256', 'RS256'];
    const { byIssuer } = registerIssuers([anOrganisation(ISSUER, { algorithms })]);
    assert.deepEqual(byIssuer.get(ISSUER)?.algorithms, ['ES256', 'RS256']);
  });

  it('takes PS256, ES256 and EdDSA where a file names none', () => {
    const { byIssuer } = registerIssuers([anOrganisation(ISSUER, { algorithms: [] })]);
    assert.deepEqual(byIssuer.get(ISSUER)?.algorithms, DEFAULT_ALGORITHMS);
    assert.ok(!DEFAULT_ALGORITHMS.includes('RS256'));
  });

  it('reads the client from the first claim of the profile that is there', () => {
    const entra = issuerProfile('entra-id');
    assert.equal(clientIdOf({ azp: 'a', appid: 'b' }, entra), 'a');
    assert.equal(clientIdOf({ appid: 'b' }, entra), 'b');
    assert.equal(clientIdOf({ azp: 1, appid: 'b' }, entra), undefined);
    assert.equal(clientIdOf({}, entra), undefined);
  });
});
