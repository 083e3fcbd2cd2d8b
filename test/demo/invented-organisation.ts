/** An organisation for the tests of the issuers, so that they do not depend on the sample policies. */
import type { Organisation, SignIn } from '../../src/domain/organisation.ts';
import { ORGANISATION_WORDS } from '../support/sample-words.ts';

export const AUDIENCE = 'http://127.0.0.1:18443';

export function inventedOrganisation(id: string, signIn: Partial<SignIn> = {}): Organisation {
  return {
    id,
    name: 'Westhaven District Council',
    publicAuthority: true,
    active: true,
    dataProtectionOfficer: { name: 'P. Lewis' },
    code: undefined,
    words: ORGANISATION_WORDS,
    signingKeys: [],
    systems: [{ id: `${id}-app`, clientId: `${id}-app`, actsForNamedPerson: 'sometimes' }],
    signIn: {
      issuer: `https://login.example/${id}`,
      rehearsalAudience: undefined,
      audience: AUDIENCE,
      profile: 'rfc9068',
      algorithms: ['PS256', 'ES256'],
      personClaim: 'sub',
      roleClaim: 'roles',
      roleNames: new Map([['CEO', 'civil enforcement officer']]),
      secondFactor: { claim: 'amr', includes: 'mfa' },
      scope: undefined,
      evidenceClaims: new Map(),
      longestTokenLifeSeconds: 3600,
      ...signIn,
    },
  };
}
