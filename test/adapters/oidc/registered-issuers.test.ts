/** Systems are found by issuer and client; what two files say of one client lets nobody in. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { issuerProfile } from '../../../src/adapters/oidc/issuer-profile.ts';
import {
  clientIdOf,
  DEFAULT_ALGORITHMS,
  registerIssuers,
} from '../../../src/adapters/oidc/registered-issuers.ts';
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
    assert.equal(issuer?.systems.get('school-app')?.organisation.id, 'harbourside-school');
    assert.equal(issuer?.systems.get('westhaven-parking-app')?.organisation.id, 'westhaven-district-council');
    assert.deepEqual(conflicts, []);
  });

  it('lets in neither of two systems that claim one client', () => {
    const { byIssuer, conflicts } = registerIssuers([
      anOrganisation(ISSUER),
      school({}, PARKING_APP.clientId),
    ]);
    assert.equal(byIssuer.get(ISSUER)?.systems.get(PARKING_APP.clientId), undefined);
    assert.equal(conflicts.length, 1);
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
