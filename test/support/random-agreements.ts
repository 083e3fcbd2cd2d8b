/** Random agreements between two districts that the callers of a decision space can ask under. */
import fc from 'fast-check';
import type { Agreement } from '../../src/domain/agreement.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { agreement, caller, organisation, policies } from './judge-fixtures.ts';

/** The organisations with the issuer and systems that the callers of the space come from. */
const ORGANISATIONS: readonly Organisation[] = ['northmere', 'westhaven', 'eastmoor'].map((id) => ({
  ...organisation(id),
  signIn: {
    issuer: caller().issuer,
    audience: 'https://gateway.example',
    rehearsalAudience: undefined,
    profile: 'rfc9068',
    algorithms: ['ES256'],
    personClaim: 'sub',
    roleClaim: 'roles',
    roleNames: new Map(),
    secondFactor: undefined,
    evidenceClaims: new Map(),
    scope: undefined,
    longestTokenLifeSeconds: 3600,
  },
  systems: ['parking-app', 'other-app'].map((system) => ({
    id: system,
    clientId: system,
    actsForNamedPerson: 'sometimes',
  })),
}));

/** A set of these agreements and those organisations. */
export function setOf(...agreements: readonly Agreement[]): PolicySet {
  return policies(agreements, { organisations: ORGANISATIONS });
}

export type Choice = typeof choices extends fc.Arbitrary<infer Made> ? Made : never;

/** What one agreement may say of who asks what, and when. */
export const choices = fc.record({
  roles: fc.subarray(['parking officer', 'parking supervisor', 'clerk']),
  systems: fc.subarray(['parking-app', 'other-app'], { minLength: 1 }),
  secondFactor: fc.boolean(),
  mustGive: fc.record({
    reason: fc.boolean(),
    caseReference: fc.boolean(),
    consentReference: fc.constant(false),
  }),
  reasonsAllowed: fc.subarray(['badge on display', 'appeal']),
  operations: fc.subarray(['look up one badge', 'search for badges', 'read a note', 'list every badge']),
  lookups: fc.subarray(['badge number', 'name', 'postcode', 'note']),
  purpose: fc.constantFrom('parking enforcement', 'appeals'),
  person: fc.constantFrom(
    'proved by the sign-in' as const,
    'stated by the system' as const,
    'not needed' as const,
  ),
  signedByBoth: fc.constantFrom(true, true, true, false),
  startsAtMs: fc.constantFrom(Date.parse('2026-04-01T00:00:00+01:00'), Date.parse('2026-12-01T00:00:00Z')),
});

/** The sample agreement with what was chosen. */
export function agreementOfChoice(choice: Choice): Agreement {
  return agreement({ version: 2, ...choice });
}
